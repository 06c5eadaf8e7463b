import { useState } from 'preact/hooks';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, Switch, WholeNumber } from '../../parts/Settings.tsx';
import { gridOver } from '../draw/plane.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Coverage } from '../parts/Coverage.tsx';
import { Key } from '../parts/Key.tsx';
import { Losses } from '../parts/Losses.tsx';
import { useGame } from '../parts/useGame.ts';
import { parseStrokes, strokesText } from './drawn.ts';
import { Meters } from './Meters.tsx';
import { CELLS, Plane } from './Plane.tsx';
import { planeSet, planeSets } from './sets.ts';

const defaults = {
  data: 'blobs',
  drawing: '',
  objective: 'non-saturating',
  layers: 2,
  units: 16,
  batch: 64,
  criticSteps: 1,
  optimizer: 'adam',
  /** Learning rates as powers of ten. */
  rate: -2.5,
  criticRate: -2.5,
  r1: 0,
  seed: 1,
  map: 'critic',
  arrows: true,
  net: false,
  points: true,
  moves: '',
};

const RATES = { min: -4, max: -1, step: 0.25 };
const NET = 15;
const net = gridOver({ left: -2.2, right: 2.2, bottom: -2.2, top: 2.2 }, NET, NET);

export const rateText = (power: number): string => Number((10 ** power).toPrecision(2)).toString();

/** Experiment 1: the whole game in the plane. */
export default function Game() {
  const values = readValues(defaults);
  const write = (changed: Partial<typeof defaults>) =>
    writeValues(defaults, { ...readValues(defaults), moves: '', ...changed });
  const show = (changed: Partial<typeof defaults>) =>
    writeValues(defaults, { ...readValues(defaults), ...changed });
  const [strokes, setStrokes] = useState<readonly number[]>();
  const set = planeSet(values.data, parseStrokes(values.drawing), values.drawing);
  const hidden = new Array<number>(Math.min(4, Math.max(1, values.layers))).fill(values.units);
  const game = useGame(
    {
      gan: 'gan',
      settings: {
        preset: 'points',
        generator: hidden,
        critic: hidden,
        batch: values.batch,
        objective: values.objective,
        criticSteps: values.criticSteps,
        optimizer: values.optimizer,
        lr: 10 ** values.rate,
        criticLr: 10 ** values.criticRate,
        r1: values.r1,
      },
      data: set.data(),
      seed: values.seed,
      executor: 'interpreter',
      near: set.near,
      centres: set.centres,
      look: { samples: 512, map: gridOver(set.view, CELLS, CELLS), net, weights: [] },
    },
    { moves: values.moves, writeMoves: (moves) => show({ moves }) },
  );
  const takeDrawing = () => {
    if (strokes && strokes.length >= 6) write({ data: 'drawn', drawing: strokesText(strokes) });
    setStrokes(undefined);
  };
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <div class="lab-stage">
          <Plane
            game={game}
            set={strokes ? planeSets[0]! : set}
            objective={values.objective}
            layers={values}
            strokes={strokes}
            onDraw={setStrokes}
          />
          <div class="lab-side">
            <Key
              entries={[
                ['real', 'real points, and where the critic believes'],
                ['generated', 'generated points, and where it does not'],
                ['critic', 'the critic’s boundary', true],
                ['generator', 'where each point is pulled; the warped noise', true],
              ]}
            />
            <Meters game={game} modes={set.centres.length / 2} />
            <Coverage game={game} />
            <Losses game={game} />
          </div>
        </div>
        <Settings>
          <Choice
            label="Real data"
            value={values.data}
            options={[
              ...planeSets.map(({ name, title }) => [name, title] as const),
              ...(values.drawing ? [['drawn', 'Your drawing'] as const] : []),
            ]}
            onChange={(data) => write({ data })}
          />
          {strokes ? (
            <button type="button" class="button main" onClick={takeDrawing}>
              Learn this drawing
            </button>
          ) : (
            <button
              type="button"
              class="button"
              onClick={() => {
                game.pause();
                setStrokes([]);
              }}
            >
              Draw your own
            </button>
          )}
          <Choice
            label="Objective"
            value={values.objective}
            options={[
              ['non-saturating', 'non-saturating'],
              ['minimax', 'minimax'],
              ['least-squares', 'least squares'],
              ['hinge', 'hinge'],
              ['wasserstein', 'Wasserstein'],
              ['relativistic-pairing', 'relativistic'],
            ]}
            onChange={(objective) => write({ objective })}
          />
          <Choice
            label="Optimizer"
            value={values.optimizer}
            options={[
              ['adam', 'Adam'],
              ['rmsprop', 'RMSProp'],
              ['sgd', 'gradient descent'],
            ]}
            onChange={(optimizer) => write({ optimizer })}
          />
          <Slider
            label="R1 penalty"
            value={values.r1}
            min={0}
            max={1}
            step={0.05}
            onInput={(r1) => write({ r1 })}
          />
          <Slider
            label="Generator rate"
            value={values.rate}
            {...RATES}
            shown={rateText(values.rate)}
            onInput={(rate) => write({ rate })}
          />
          <Slider
            label="Critic rate"
            value={values.criticRate}
            {...RATES}
            shown={rateText(values.criticRate)}
            onInput={(criticRate) => write({ criticRate })}
          />
          <Slider
            label="Critic steps"
            value={values.criticSteps}
            min={1}
            max={5}
            step={1}
            onInput={(criticSteps) => write({ criticSteps })}
          />
          <Slider
            label="Layers"
            value={values.layers}
            min={1}
            max={4}
            step={1}
            onInput={(layers) => write({ layers })}
          />
          <Slider
            label="Units a layer"
            value={values.units}
            min={4}
            max={64}
            step={4}
            onInput={(units) => write({ units })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => write({ seed })} />
          <Choice
            label="Ground"
            value={values.map}
            options={[
              ['critic', 'the critic'],
              ['best', 'the best critic'],
              ['none', 'nothing'],
            ]}
            onChange={(map) => show({ map })}
          />
          <Switch label="Pull on points" value={values.arrows} onChange={(arrows) => show({ arrows })} />
          <Switch label="Warped noise" value={values.net} onChange={(net) => show({ net })} />
          <Switch label="Points" value={values.points} onChange={(points) => show({ points })} />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            The critic paints the plane: green where it takes a point for real, in the colour of the generated
            points where it does not. The generator sees none of the real points. All it learns is the pull of
            the critic’s slope, the arrows.
          </p>
          <p>
            Step the critic a few times and watch the boundary close in; then step the generator and watch its
            points go where the arrows told them to. In balance the ground goes pale: nothing tells the two
            apart any more.
          </p>
          <p class="soft small">
            Space runs and pauses, → steps, Shift → ten steps, R goes back to the start. The address holds all
            of it.
          </p>
        </section>
        <Ask
          question="Set the critic’s rate far below the generator’s and run. What will the points do?"
          choices={['Settle sooner', 'Chase around in a clump', 'Stay where they are']}
          right={1}
        >
          A slow critic tells where the points should have gone a while ago. They all run to the place it
          likes best, it catches up, and they run on: mode collapse, and no rest.
        </Ask>
      </aside>
    </div>
  );
}
