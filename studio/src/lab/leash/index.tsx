import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { useDrawing } from '../draw/canvas.ts';
import { drawChart, ticks } from '../draw/lines.ts';
import { gridOver } from '../draw/plane.ts';
import type { GamePlayer } from '../engine/player.ts';
import { CELLS, drawGame } from '../game/Plane.tsx';
import { planeSets } from '../game/sets.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import { useGame } from '../parts/useGame.ts';

const defaults = { leash: 'clip', clip: 0.1, lambda: 1, seed: 1, moves: '' };
type Values = typeof defaults;

const ring = planeSets.find(({ name }) => name === 'ring')!;
const BINS = 48;

const leashes = ({ clip, lambda }: Values): Record<string, Record<string, unknown>> => ({
  none: {},
  clip: { clip },
  penalty: { gradientPenalty: 'two-sided', lambda },
  spectral: { spectralNorm: true },
});

/** Experiment 7: ways to keep a critic's slope short, and what each does to its weights. */
export default function Leash() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const write = (changed: Partial<Values>) => show({ moves: '', ...changed });
  const game = useGame(
    {
      gan: 'gan',
      settings: {
        preset: 'points',
        generator: [32, 32],
        critic: [32, 32],
        batch: 64,
        objective: 'wasserstein',
        criticSteps: 3,
        ...leashes(values)[values.leash],
      },
      data: ring.data(),
      seed: values.seed,
      executor: 'interpreter',
      near: ring.near,
      centres: ring.centres,
      look: {
        samples: 256,
        map: gridOver(ring.view, CELLS, CELLS),
        net: new Float32Array(),
        weights: ['D/'],
      },
    },
    { moves: values.moves, writeMoves: (moves) => show({ moves }) },
  );
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <Key
          entries={[
            ['real', 'real points, and high scores'],
            ['generated', 'generated points, and low scores'],
            ['critic', 'half-way between the scores; the critic’s weights', true],
          ]}
        />
        <div class="lab-stage">
          <Surface game={game} />
          <div class="lab-side">
            <Weights game={game} />
            <Slope game={game} />
          </div>
        </div>
        <Settings>
          <Choice
            label="Leash"
            value={values.leash}
            options={[
              ['none', 'none'],
              ['clip', 'clipped weights'],
              ['penalty', 'gradient penalty'],
              ['spectral', 'spectral norm'],
            ]}
            onChange={(leash) => write({ leash })}
          />
          {values.leash === 'clip' && (
            <Slider
              label="Clip at"
              value={values.clip}
              min={0.02}
              max={0.5}
              step={0.02}
              onInput={(clip) => write({ clip })}
            />
          )}
          {values.leash === 'penalty' && (
            <Slider
              label="Penalty weight"
              value={values.lambda}
              min={0.1}
              max={10}
              step={0.1}
              onInput={(lambda) => write({ lambda })}
            />
          )}
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => write({ seed })} />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            A Wasserstein critic must not be steeper than 1 anywhere. Clipping its weights keeps it on a leash
            by force: weight after weight ends up at one of the two bounds, and the slope stays far below what
            is allowed.
          </p>
          <p>
            A penalty on the length of its gradient, or dividing each layer by its largest singular value,
            leave the weights a spread of their own and the surface its detail. Without a leash the scores
            grow and grow.
          </p>
        </section>
        <Ask
          question="Run with clipped weights. Where do the weights of the critic go?"
          choices={['All towards 0', 'To the two bounds', 'They stay as they began']}
          right={1}
        >
          A larger weight always separates a little more, so each is pushed until the clip stops it: two
          spikes.
        </Ask>
      </aside>
    </div>
  );
}

function Surface({ game }: { game: GamePlayer }) {
  const snapshot = game.snapshot.value;
  const layers = { map: 'critic', arrows: false, net: false, points: true };
  const canvas = useDrawing((sheet) => {
    if (snapshot)
      drawGame(sheet, { snapshot, real: game.real(), set: ring, objective: 'wasserstein', layers });
  });
  return (
    <canvas
      ref={canvas}
      class="plane"
      role="img"
      aria-label="The critic's scores over the plane, with both sets of points."
    />
  );
}

function Weights({ game }: { game: GamePlayer }) {
  const weights = game.snapshot.value?.weights ?? new Float32Array();
  const reach = Math.max(0.02, ...weights.map(Math.abs));
  const bins = new Array<number>(BINS).fill(0);
  for (const weight of weights) {
    const bin = Math.floor(((weight / reach + 1) / 2) * BINS);
    bins[Math.min(BINS - 1, bin)]! += 1 / weights.length;
  }
  const atBounds = weights.length > 0 ? bins[0]! + bins[BINS - 1]! : 0;
  const bound = reach.toPrecision(2);
  return (
    <Figure
      kind="chart"
      summary={`Histogram of the critic's weights from -${bound} to ${bound}; ${Math.round(100 * atBounds)} percent lie at the ends.`}
      caption={`Weights of the critic: ${Math.round(100 * atBounds)} % at ±${bound}`}
      draw={(sheet) => {
        const { context, palette } = sheet;
        const top = Math.max(0.1, ...bins);
        const to = drawChart(
          sheet,
          {
            left: -1,
            right: 1,
            bottom: 0,
            top,
            marks: ticks(0, top, 2).map(([value]) => [value, `${Math.round(100 * value)} %`] as const),
            xMarks: [
              [-1, `-${bound}`],
              [0, '0'],
              [1, bound],
            ],
          },
          [],
        );
        context.fillStyle = palette.critic;
        const wide = to.x(2 / BINS) - to.x(0);
        bins.forEach((share, i) => {
          context.fillRect(to.x((2 * i) / BINS - 1) + 0.5, to.y(share), wide - 1, to.y(0) - to.y(share));
        });
      }}
    />
  );
}

/** The steepest place of the critic on the grid that is shown. */
function Slope({ game }: { game: GamePlayer }) {
  const map = game.snapshot.value?.map;
  const cell = (ring.view.right - ring.view.left) / CELLS;
  let steepest = 0;
  let total = 0;
  for (let row = 0; map && row + 1 < CELLS; row++) {
    for (let column = 0; column + 1 < CELLS; column++) {
      const at = row * CELLS + column;
      const slope = Math.hypot(map[at + 1]! - map[at]!, map[at + CELLS]! - map[at]!) / cell;
      steepest = Math.max(steepest, slope);
      total += slope / (CELLS - 1) ** 2;
    }
  }
  return (
    <dl class="lab-meters">
      <div>
        <dt>steepest slope</dt>
        <dd>{steepest.toPrecision(3)}</dd>
      </div>
      <div>
        <dt>mean slope</dt>
        <dd>{total.toPrecision(3)}</dd>
      </div>
    </dl>
  );
}
