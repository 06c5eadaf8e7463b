import { objectives } from 'gansmith/theory';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { sigmoid } from '../draw/critic.ts';
import { drawChart } from '../draw/lines.ts';
import { LINE_GRID, lineSetup } from '../line/setup.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import { useGame } from '../parts/useGame.ts';

const defaults = { objective: 'minimax', criticSteps: 3, seed: 1, moves: '' };
type Values = typeof defaults;

/** Experiment 3: both losses of the generator, and where a game in training stands on them. */
export default function Saturating() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const write = (changed: Partial<Values>) => show({ moves: '', ...changed });
  const game = useGame(
    lineSetup({
      objective: values.objective,
      criticSteps: values.criticSteps,
      seed: values.seed,
      rate: 1e-3,
      std: 0.3,
    }),
    { moves: values.moves, writeMoves: (moves) => show({ moves }) },
  );
  const snapshot = game.snapshot.value;
  const outputs = snapshot ? verdictsOnSamples(snapshot.map, snapshot.generated) : [];
  const point = outputs.length > 0 ? outputs.reduce((sum, t) => sum + sigmoid(t), 0) / outputs.length : 0.5;
  const told = (name: 'minimax' | 'non-saturating') =>
    outputs.reduce((sum, t) => sum - objectives[name].generatorSlope(t), 0) / Math.max(1, outputs.length);
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <Key
          entries={[
            ['generator', 'non-saturating: -log D(G(z))', true],
            ['soft-ink', 'minimax: log(1 - D(G(z)))', true],
            ['generated', 'where the generated points stand now'],
          ]}
        />
        <div class="lab-stage">
          <Curves title="The loss" kind="loss" outputs={outputs} />
          <Curves title="Push on the critic’s output" kind="slope" outputs={outputs} />
        </div>
        <dl class="lab-meters">
          <div>
            <dt>mean D(G(z))</dt>
            <dd>{point.toFixed(3)}</dd>
          </div>
          <div>
            <dt>push, minimax</dt>
            <dd>{told('minimax').toFixed(3)}</dd>
          </div>
          <div>
            <dt>push, non-saturating</dt>
            <dd>{told('non-saturating').toFixed(3)}</dd>
          </div>
        </dl>
        <Settings>
          <Choice
            label="Generator’s loss"
            value={values.objective}
            options={[
              ['minimax', 'minimax'],
              ['non-saturating', 'non-saturating'],
            ]}
            onChange={(objective) => write({ objective })}
          />
          <Slider
            label="Critic steps"
            value={values.criticSteps}
            min={1}
            max={10}
            step={1}
            onInput={(criticSteps) => write({ criticSteps })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => write({ seed })} />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            Both losses have their minimum at the same place. They differ in how loudly they speak to a point
            that the critic rejects, on the left, where D is near 0: there the minimax loss is flat, and the
            non-saturating one is at its steepest.
          </p>
          <p>
            Give the critic many steps and watch the dots, the game of two Gaussians, slide into the flat
            part.
          </p>
        </section>
        <Ask
          question="With the minimax loss and a critic that is far ahead, what happens to the generator?"
          choices={['It learns fast', 'It hardly moves', 'It forgets what it knew']}
          right={1}
        >
          Its slope is minus D(G(z)): a critic that is sure sends no signal at all, however wrong the points
          are.
        </Ask>
      </aside>
    </div>
  );
}

/** The critic's raw output at generated points, read off its curve on the line's grid. */
function verdictsOnSamples(map: ArrayLike<number>, generated: ArrayLike<number>): number[] {
  const { from, to, count } = LINE_GRID;
  return Array.from({ length: Math.min(120, generated.length) }, (_, i) => {
    const place = ((generated[i]! - from) / (to - from)) * count;
    return map[Math.max(0, Math.min(count - 1, Math.floor(place)))]!;
  });
}

const shares = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
const logit = (share: number) => Math.log(share / (1 - share));

/** A loss, or the size of its slope in the critic's output, over D(G(z)). */
function Curves({
  title,
  kind,
  outputs,
}: {
  title: string;
  kind: 'loss' | 'slope';
  outputs: readonly number[];
}) {
  const at = (name: 'minimax' | 'non-saturating', t: number) =>
    kind === 'loss' ? objectives[name].generator(t) : -objectives[name].generatorSlope(t);
  const range = kind === 'loss' ? { bottom: -4, top: 4 } : { bottom: 0, top: 1.05 };
  const marks = kind === 'loss' ? [-4, -2, 0, 2, 4] : [0, 0.5, 1];
  return (
    <div>
      <h2>{title}</h2>
      <Figure
        kind="chart tall"
        summary={`${title} of both objectives over the critic's verdict D(G(z)), from 0 to 1.`}
        draw={(sheet) => {
          const { palette, context } = sheet;
          const line = (name: 'minimax' | 'non-saturating') =>
            shares.flatMap((share) => [share, at(name, logit(share))]);
          const to = drawChart(
            sheet,
            {
              left: 0,
              right: 1,
              ...range,
              marks: marks.map((value) => [value, String(value)] as const),
              xMarks: [
                [0, '0'],
                [0.5, 'D(G(z))'],
                [1, '1'],
              ],
            },
            [
              { colour: palette.soft, points: line('minimax'), width: 2.2, dash: [6, 4] },
              { colour: palette.generator, points: line('non-saturating'), width: 2.2 },
            ],
          );
          context.fillStyle = palette.generated;
          context.globalAlpha = 0.45;
          for (const t of outputs) {
            for (const name of ['minimax', 'non-saturating'] as const) {
              context.beginPath();
              context.arc(to.x(sigmoid(t)), to.y(at(name, t)), 3.2, 0, 2 * Math.PI);
              context.fill();
            }
          }
          context.globalAlpha = 1;
        }}
      />
    </div>
  );
}
