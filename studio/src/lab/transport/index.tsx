import { useMemo } from 'preact/hooks';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider } from '../../parts/Settings.tsx';
import { drawChart } from '../draw/lines.ts';
import { Ask } from '../parts/Ask.tsx';
import { Board } from '../parts/Board.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import { useSteps } from '../parts/useSteps.ts';
import {
  type DistanceName,
  descended,
  distancesAt,
  distributions,
  FAR,
  GRID,
  slopesAt,
} from './distances.ts';
import { drawPlan } from './drawPlan.ts';

const defaults = { shape: 'gaussian', distance: 2, width: 0.4, follows: 'w' as DistanceName, moves: '' };
type Values = typeof defaults;

const MOVED = { both: 'the generator moves down the slope' };

/** Experiment 6: two distances, and which of them still tells the way. */
export default function Transport() {
  const values = readValues(defaults);
  const write = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const game = useSteps({ moves: values.moves, writeMoves: (moves) => write({ moves }) }, ['both']);
  const { shape, width, distance, follows } = values;
  // The places of all steps so far, each reckoned once, up to where a step leads nowhere any more.
  const places = useMemo(() => [distance], [shape, width, distance, follows]);
  const { step } = game.snapshot.value!;
  while (places.length <= step && places.at(-1) !== places.at(-2)) {
    places.push(descended(values, follows, places.at(-1)!));
  }
  const place = places[Math.min(step, places.length - 1)]!;
  const { p, q } = distributions(values, place);
  const now = distancesAt(values, place);
  const slope = slopesAt(values, place);
  const curve = Array.from({ length: 81 }, (_, i) => (i / 80) * FAR);
  const along = useMemo(() => curve.map((distance) => distancesAt(values, distance)), [shape, width]);
  const move = (distance: number) =>
    write({
      moves: '',
      distance: Number((Math.round(Math.min(FAR, Math.max(0, distance)) / GRID) * GRID).toFixed(2)),
    });
  const words =
    `At a distance of ${place.toFixed(2)} the Jensen-Shannon divergence is ${now.js.toFixed(3)} with slope ${slope.js.toFixed(3)}, ` +
    `the Wasserstein distance ${now.w.toFixed(3)} with slope ${slope.w.toFixed(3)}.`;
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} moved={MOVED} />
        <Key
          entries={[
            ['real', 'real'],
            ['generated', 'generated'],
            ['critic', 'transport: where each share of mass goes', true],
          ]}
        />
        <figure>
          <Board
            kind="chart tall"
            label={`${words} Drag, or use the arrow keys, to move the generated distribution.`}
            draw={(sheet) => drawPlan(sheet, p, q.weights)}
            // What is drawn goes from -5 to 5, and the real distribution lies at -2.
            onPlace={(across) => move(10 * across - 5 + 2)}
            onNudge={(right) => move(place + right * GRID)}
          />
          <figcaption>Drag the generated distribution, or use the arrow keys.</figcaption>
        </figure>
        <div class="lab-stage">
          <Curve
            title="Jensen-Shannon divergence"
            name="js"
            unit="log 2"
            values={curve.flatMap((x, i) => [x, along[i]!.js])}
            top={Math.LN2 * 1.1}
            marks={[
              [0, '0'],
              [Math.LN2, 'log 2'],
            ]}
            at={place}
            now={now.js}
            slope={slope.js}
          />
          <Curve
            title="Wasserstein distance"
            name="w"
            unit=""
            values={curve.flatMap((x, i) => [x, along[i]!.w])}
            top={FAR * 1.1}
            marks={[
              [0, '0'],
              [FAR, String(FAR)],
            ]}
            at={place}
            now={now.w}
            slope={slope.w}
          />
        </div>
        <Settings>
          <Slider
            label="Distance"
            value={place}
            min={0}
            max={FAR}
            step={GRID}
            shown={place.toFixed(2)}
            onInput={move}
          />
          <Slider
            label="Width"
            value={values.width}
            min={0.05}
            max={1}
            step={0.05}
            shown={values.width.toFixed(2)}
            onInput={(width) => write({ width, moves: '' })}
          />
          <Choice
            label="Shapes"
            value={values.shape}
            options={[
              ['gaussian', 'two equal bells'],
              ['spread', 'a wider bell'],
              ['two', 'one bell for two'],
            ]}
            onChange={(shape) => write({ shape, moves: '' })}
          />
          <Choice
            label="The generator follows"
            value={values.follows}
            options={[
              ['w', 'Wasserstein'],
              ['js', 'Jensen-Shannon'],
            ]}
            onChange={(follows) => write({ follows, moves: '' })}
          />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            Move the generated distribution away. As soon as the two hardly overlap, the Jensen-Shannon
            divergence is log 2 and stays there: its slope, which is all a generator can learn from, is zero.
          </p>
          <p>
            The Wasserstein distance is the least work that turns one into the other. It keeps its slope
            however far apart they are. The lines show the cheapest plan; on the line they never cross.
          </p>
          <p>
            Run, and the generator goes down the slope of the distance it follows. Reset brings it back to
            where you put it, to follow the other.
          </p>
        </section>
        <Ask
          question="Make the bells very narrow. At which distances does the Jensen-Shannon divergence still have a slope?"
          choices={['At all', 'Only close to 0', 'Only far away']}
          right={1}
        >
          It sees overlap and nothing else. Data on thin surfaces, as pictures are, hardly ever overlap with
          what a young generator makes.
        </Ask>
      </aside>
    </div>
  );
}

interface CurveProps {
  title: string;
  name: string;
  unit: string;
  values: readonly number[];
  top: number;
  marks: readonly (readonly [number, string])[];
  at: number;
  now: number;
  slope: number;
}

const Curve = ({ title, name, values, top, marks, at, now, slope }: CurveProps) => (
  <div data-distance={name} data-slope={slope.toFixed(4)}>
    <h2>{title}</h2>
    <p class="small numbers">
      {now.toFixed(3)} <span class="soft">slope</span> {slope.toFixed(3)}
    </p>
    <Figure
      kind="chart"
      summary={`${title} against distance: ${now.toFixed(3)} at ${at.toFixed(2)}, slope ${slope.toFixed(3)}.`}
      draw={(sheet) => {
        const { palette, context } = sheet;
        const to = drawChart(
          sheet,
          {
            left: 0,
            right: FAR,
            bottom: 0,
            top,
            marks,
            xMarks: [
              [0, '0'],
              [FAR / 2, 'distance'],
              [FAR, String(FAR)],
            ],
          },
          [{ colour: palette.critic, points: values, width: 2 }],
        );
        const reach = 0.8;
        context.strokeStyle = palette.generator;
        context.lineWidth = 3;
        context.beginPath();
        context.moveTo(to.x(at - reach), to.y(now - slope * reach));
        context.lineTo(to.x(at + reach), to.y(now + slope * reach));
        context.stroke();
        context.fillStyle = palette.ink;
        context.beginPath();
        context.arc(to.x(at), to.y(now), 4.5, 0, 2 * Math.PI);
        context.fill();
      }}
    />
  </div>
);
