import { discretize, jensenShannonDivergence, wasserstein1OnGrid } from 'gansmith/theory';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider } from '../../parts/Settings.tsx';
import { drawChart } from '../draw/lines.ts';
import { Ask } from '../parts/Ask.tsx';
import { Board } from '../parts/Board.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import { drawPlan } from './drawPlan.ts';

const defaults = { shape: 'gaussian', distance: 2, width: 0.4 };
type Values = typeof defaults;

const LINE = { from: -8, to: 8, cells: 1600 };
const CELL = (LINE.to - LINE.from) / LINE.cells;
const FAR = 5;
/** Steps of the distance. */
const GRID = 0.05;

const bell = (x: number, centre: number, width: number) => Math.exp(-((x - centre) ** 2) / (2 * width ** 2));

/** The real distribution stays, the generated one is `distance` further right. */
function distributions({ shape, width }: Values, distance: number) {
  const real = (x: number): number =>
    shape === 'two' ? bell(x, -2, width) + bell(x, 1, width) : bell(x, -2, width);
  const generated = (x: number): number =>
    shape === 'spread'
      ? bell(x - distance, -2, 2 * width)
      : shape === 'two'
        ? bell(x - distance, -2, width)
        : real(x - distance);
  return { p: discretize(real, LINE), q: discretize(generated, LINE) };
}

function distancesAt(values: Values, distance: number): { js: number; w: number } {
  const { p, q } = distributions(values, distance);
  return {
    js: jensenShannonDivergence(p.weights, q.weights),
    w: wasserstein1OnGrid(p.weights, q.weights, CELL),
  };
}

/** Experiment 6: two distances, and which of them still tells the way. */
export default function Transport() {
  const values = readValues(defaults);
  const write = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const { p, q } = distributions(values, values.distance);
  const now = distancesAt(values, values.distance);
  const [before, after] = [
    distancesAt(values, values.distance - GRID),
    distancesAt(values, values.distance + GRID),
  ];
  // Rounding is taken for what it is: no slope.
  const difference = (high: number, low: number) => Math.round((1e6 * (high - low)) / (2 * GRID)) / 1e6 + 0;
  const slope = { js: difference(after.js, before.js), w: difference(after.w, before.w) };
  const curve = Array.from({ length: 81 }, (_, i) => (i / 80) * FAR);
  const along = curve.map((distance) => distancesAt(values, distance));
  const move = (distance: number) =>
    write({ distance: Number((Math.round(Math.min(FAR, Math.max(0, distance)) / GRID) * GRID).toFixed(2)) });
  const words =
    `At a distance of ${values.distance} the Jensen-Shannon divergence is ${now.js.toFixed(3)} with slope ${slope.js.toFixed(3)}, ` +
    `the Wasserstein distance ${now.w.toFixed(3)} with slope ${slope.w.toFixed(3)}.`;
  return (
    <div class="lab-bench">
      <div class="lab-main">
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
            onNudge={(right) => move(values.distance + right * GRID)}
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
            at={values.distance}
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
            at={values.distance}
            now={now.w}
            slope={slope.w}
          />
        </div>
        <Settings>
          <Slider
            label="Distance"
            value={values.distance}
            min={0}
            max={FAR}
            step={GRID}
            shown={values.distance.toFixed(2)}
            onInput={(distance) => write({ distance })}
          />
          <Slider
            label="Width"
            value={values.width}
            min={0.05}
            max={1}
            step={0.05}
            shown={values.width.toFixed(2)}
            onInput={(width) => write({ width })}
          />
          <Choice
            label="Shapes"
            value={values.shape}
            options={[
              ['gaussian', 'two equal bells'],
              ['spread', 'a wider bell'],
              ['two', 'one bell for two'],
            ]}
            onChange={(shape) => write({ shape })}
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
      summary={`${title} against distance: ${now.toFixed(3)} at ${at}, slope ${slope.toFixed(3)}.`}
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
