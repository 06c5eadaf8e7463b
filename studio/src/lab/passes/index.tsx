import { useMemo } from 'preact/hooks';
import { readValues, writeValues } from '../../parts/query.ts';
import { Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { type Sheet, useDrawing } from '../draw/canvas.ts';
import { drawDots, scale } from '../draw/plane.ts';
import { measure } from '../engine/measure.ts';
import { planeSets } from '../game/sets.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Key } from '../parts/Key.tsx';
import { useGame } from '../parts/useGame.ts';
import { annealedLangevin } from './langevin.ts';

const defaults = { levels: 10, steps: 5, at: 100, seed: 1, moves: '' };
type Values = typeof defaults;

const ring = planeSets.find(({ name }) => name === 'ring')!;
const COUNT = 512;
const STD = 0.01;

/** Experiment 10: what a sample costs. */
export default function Passes() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const game = useGame(
    {
      gan: 'gan',
      settings: { preset: 'points', generator: [32, 32], critic: [32, 32], batch: 64, r1: 0.1 },
      data: ring.data(),
      seed: values.seed,
      executor: 'interpreter',
      near: ring.near,
      centres: ring.centres,
      look: { samples: COUNT, map: new Float32Array(), net: new Float32Array(), weights: [] },
    },
    { moves: values.moves, writeMoves: (moves) => show({ moves }) },
  );
  const snapshot = game.snapshot.value;
  const { levels, steps, seed } = values;
  const { path, took } = useMemo(() => {
    const start = performance.now();
    const walk = { levels, steps, widest: 1.5, narrowest: 0.02, seed };
    return { path: annealedLangevin(ring.centres, STD, COUNT, walk), took: performance.now() - start };
  }, [levels, steps, seed]);
  const place = Math.round((values.at / 100) * (path.length - 1));
  const walked = path[place]!;
  const real = game.real();
  const one = useDrawing((sheet) => snapshot && drawSet(sheet, real, snapshot.generated));
  const many = useDrawing((sheet) => drawSet(sheet, real, walked));
  const last = game.history().measures.at(-1);
  const walkedTo = measure(walked, real, ring, 2);
  const percent = (share = 0) => `${Math.round(100 * share)} %`;
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <Key
          entries={[
            ['real', 'real points'],
            ['generated', 'made points'],
          ]}
        />
        <div class="lab-stage">
          <figure>
            <h2>One pass: a GAN</h2>
            <canvas
              ref={one}
              class="plane"
              role="img"
              aria-label={`Points of the generator after ${snapshot?.step ?? 0} steps of training, ${last?.modes ?? 0} of 8 modes.`}
            />
          </figure>
          <figure>
            <h2>{path.length - 1} passes: a walk along the score</h2>
            <canvas
              ref={many}
              class="plane"
              role="img"
              aria-label={`Points of the walk after ${place} of ${path.length - 1} passes, ${walkedTo.modes} of 8 modes.`}
            />
          </figure>
        </div>
        <table>
          <thead>
            <tr>
              <th scope="col">of {COUNT} points</th>
              <th scope="col">passes</th>
              <th scope="col">made in</th>
              <th scope="col">modes</th>
              <th scope="col">on the data</th>
              <th scope="col">training before</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">GAN</th>
              <td>1</td>
              <td>{snapshot ? `${snapshot.took.toFixed(1)} ms` : '–'}</td>
              <td>{last?.modes ?? 0} of 8</td>
              <td>{percent(last?.precision)}</td>
              <td>{snapshot?.step ?? 0} steps</td>
            </tr>
            <tr>
              <th scope="row">walk</th>
              <td>
                {place} of {path.length - 1}
              </td>
              <td>
                {took.toFixed(1)} ms for all {path.length - 1}
              </td>
              <td>{walkedTo.modes} of 8</td>
              <td>{percent(walkedTo.precision)}</td>
              <td>none: the score is known here</td>
            </tr>
          </tbody>
        </table>
        <Settings>
          <Slider
            label="Walked so far"
            value={values.at}
            min={0}
            max={100}
            step={1}
            shown={`${place}`}
            onInput={(at) => show({ at })}
          />
          <Slider
            label="Noise levels"
            value={levels}
            min={1}
            max={20}
            step={1}
            onInput={(levels) => show({ levels })}
          />
          <Slider
            label="Steps on each"
            value={steps}
            min={1}
            max={20}
            step={1}
            onInput={(steps) => show({ steps })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => show({ seed, moves: '' })} />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            A GAN pays while it learns, and then makes a sample in one pass. A diffusion model pays for every
            sample again: it starts at noise and follows the slope of the log density, from blurred to sharp,
            many passes long.
          </p>
          <p>
            Here the walk is given the exact slope of the eight clusters, so it needs no training and loses no
            mode: a real model has to learn that slope, and each of its passes costs as much as the GAN’s one.
            Pull the slider to see it come together.
          </p>
        </section>
        <Ask
          question="Set one noise level. What becomes of the walk?"
          choices={['It is as good, and faster', 'It stays a cloud', 'It finds one mode only']}
          right={1}
        >
          The one level left is the widest: the slope of so blurred a density knows of no clusters. The sharp
          levels alone would not do either, for far away they are nearly flat.
        </Ask>
      </aside>
    </div>
  );
}

function drawSet(sheet: Sheet, real: ArrayLike<number>, made: ArrayLike<number>): void {
  const to = scale(sheet, ring.view);
  const radius = Math.max(1.6, sheet.width / 260);
  drawDots(sheet, to, real, { colour: sheet.palette.real, radius, alpha: 0.55 });
  drawDots(sheet, to, made, { colour: sheet.palette.generated, radius, alpha: 0.75 });
}
