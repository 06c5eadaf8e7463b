import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { type Sheet, useDrawing } from '../draw/canvas.ts';
import { channels } from '../draw/map.ts';
import type { Snapshot } from '../engine/protocol.ts';
import { rateText } from '../game/index.tsx';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Doctor } from '../parts/Doctor.tsx';
import { Key } from '../parts/Key.tsx';
import { Losses } from '../parts/Losses.tsx';
import { useGame } from '../parts/useGame.ts';
import { LINE_GRID, lineSetup } from './setup.ts';

const defaults = { objective: 'non-saturating', criticSteps: 1, rate: -3, std: 0.5, seed: 1, moves: '' };
type Values = typeof defaults;

/** A game that ends in one place. */
const COLLAPSE: Partial<Values> = { objective: 'minimax', rate: -2.5, std: 0.1, moves: '400b' };

const BINS = 60;

/** Experiment 2: two Gaussians on a line, the critic and the best critic. */
export default function Line() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const write = (changed: Partial<Values>) => show({ moves: '', ...changed });
  const game = useGame(lineSetup({ ...values, rate: 10 ** values.rate }), {
    moves: values.moves,
    writeMoves: (moves) => show({ moves }),
  });
  const snapshot = game.snapshot.value;
  const canvas = useDrawing((sheet) => {
    if (snapshot) drawLine(sheet, game.real(), snapshot);
  });
  const last = game.history().measures.at(-1);
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <div class="lab-bar">
          <button type="button" class="button" onClick={() => show({ moves: '1b' })}>
            At step 1
          </button>
          <button type="button" class="button" onClick={() => show({ moves: '100b' })}>
            At step 100
          </button>
          <button type="button" class="button" onClick={() => show({ moves: '1000b' })}>
            At step 1,000
          </button>
          <button type="button" class="button" onClick={() => show({ ...defaults, ...COLLAPSE })}>
            A collapse
          </button>
        </div>
        <Key
          entries={[
            ['real', 'real'],
            ['generated', 'generated'],
            ['critic', 'the critic D(x)', true],
            ['soft-ink', 'the best critic p / (p + q)', true],
          ]}
        />
        <canvas
          ref={canvas}
          class="chart tall"
          role="img"
          aria-label={`Histograms of real and generated numbers after ${snapshot?.step ?? 0} steps; ${last?.modes ?? 0} of 2 modes found.`}
        />
        <Doctor findings={snapshot?.findings ?? []} />
        <Losses
          game={game}
          marks={[
            [Math.LN2, 'log 2'],
            [2 * Math.LN2, '2 log 2'],
          ]}
        />
        <Settings>
          <Choice
            label="Objective"
            value={values.objective}
            options={[
              ['non-saturating', 'non-saturating'],
              ['minimax', 'minimax'],
            ]}
            onChange={(objective) => write({ objective })}
          />
          <Slider
            label="Rate"
            value={values.rate}
            min={-4}
            max={-1.5}
            step={0.25}
            shown={rateText(values.rate)}
            onInput={(rate) => write({ rate })}
          />
          <Slider
            label="Critic steps"
            value={values.criticSteps}
            min={1}
            max={10}
            step={1}
            onInput={(criticSteps) => write({ criticSteps })}
          />
          <Slider
            label="Width of both"
            value={values.std}
            min={0.1}
            max={1}
            step={0.1}
            onInput={(std) => write({ std })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => write({ seed })} />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            On a line one can see everything. If the critic were perfect, it would say p / (p + q) at every
            place: the dashed curve, from the two histograms. Step the critic alone and watch it approach.
          </p>
          <p>
            When both histograms agree, no critic does better than one half everywhere. Its loss is then 2 log
            2 and the generator’s log 2: the lines in the chart. Losses on these lines are no proof of
            success: they also lie there when the critic has given up.
          </p>
          <p>
            The doctor of <code>gansmith train</code> looks at 500 samples every 100 steps, and says below the
            histograms when something is wrong.
          </p>
        </section>
        <Ask
          question="At step 100, does the generator cover both bells?"
          choices={['Yes, about evenly', 'No, it makes one lump', 'It has not moved']}
          right={1}
        >
          It starts as one lump near 0 and spreads as a whole, leaning to wherever the critic says. The split
          comes later, in most runs by step 1,000: try other seeds.
        </Ask>
      </aside>
    </div>
  );
}

function histogram(values: ArrayLike<number>): number[] {
  const { from, to } = LINE_GRID;
  const bins = new Array<number>(BINS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i]! - from) / (to - from)) * BINS);
    if (bin >= 0 && bin < BINS) bins[bin]! += 1 / values.length;
  }
  return bins;
}

function drawLine(sheet: Sheet, real: Float32Array, snapshot: Snapshot): void {
  const { context, width, height, palette } = sheet;
  const base = height - 22;
  const [p, q] = [histogram(real), histogram(snapshot.generated)];
  const most = Math.max(0.12, ...p, Math.min(0.35, Math.max(...q)));
  const bar = width / BINS;
  for (const [bins, colour] of [
    [p, palette.real],
    [q, palette.generated],
  ] as const) {
    const [r, g, b] = channels(colour);
    context.fillStyle = `rgba(${r}, ${g}, ${b}, 0.5)`;
    bins.forEach((share, i) => {
      const tall = Math.min(1, share / most) * (base - 30);
      context.fillRect(i * bar + 0.5, base - tall, bar - 1, tall);
    });
  }
  const y = (share: number) => base - share * (base - 20);
  context.strokeStyle = palette.line;
  context.fillStyle = palette.soft;
  context.font = '11px system-ui, sans-serif';
  context.lineWidth = 1;
  for (const [share, label] of [
    [0, '0'],
    [0.5, 'D = ½'],
    [1, '1'],
  ] as const) {
    context.beginPath();
    context.moveTo(0, y(share));
    context.lineTo(width, y(share));
    context.stroke();
    context.textAlign = 'right';
    context.fillText(label, width - 6, y(share) - 5);
  }
  for (const value of [-4, -2, 0, 2, 4]) {
    context.textAlign = 'center';
    context.fillText(String(value), ((value + 4.5) / 9) * width, height - 6);
  }
  context.strokeStyle = palette.soft;
  context.setLineDash([5, 4]);
  context.lineWidth = 1.6;
  context.beginPath();
  p.forEach((share, i) => {
    if (share + q[i]! < 0.002) return;
    const best = share / (share + q[i]!);
    const isFirst = i === 0 || p[i - 1]! + q[i - 1]! < 0.002;
    context[isFirst ? 'moveTo' : 'lineTo']((i + 0.5) * bar, y(best));
  });
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = palette.critic;
  context.lineWidth = 2.4;
  context.beginPath();
  snapshot.map.forEach((t, i) => {
    context[i === 0 ? 'moveTo' : 'lineTo'](((i + 0.5) / LINE_GRID.count) * width, y(1 / (1 + Math.exp(-t))));
  });
  context.stroke();
}
