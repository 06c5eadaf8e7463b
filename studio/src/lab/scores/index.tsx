import { criticSampleLoss, frechetPlane, nonSaturatingSampleLoss, type PlaneGaussian } from 'gansmith/theory';
import { readValues, writeValues } from '../../parts/query.ts';
import { Settings, Slider } from '../../parts/Settings.tsx';
import { Ask } from '../parts/Ask.tsx';
import { Board } from '../parts/Board.tsx';
import { Key } from '../parts/Key.tsx';
import { DamageLab } from './DamageLab.tsx';
import { drawEllipses, REACH, REAL } from './drawEllipses.ts';
import { Inception } from './Inception.tsx';

const defaults = {
  d1: 0.9,
  d2: 0.7,
  g1: 0.3,
  g2: 0.6,
  x: 1.5,
  y: 1,
  long: 1.4,
  short: 0.6,
  turn: 30,
  table: '90,5,5;5,90,5;5,5,90;60,30,10',
  blur: 0.3,
  noise: 0,
  missing: 0,
  seed: 1,
};
type Values = typeof defaults;

/** How far from the middle the generated ellipse goes. */
const FAR = 3.5;

/** A normal distribution by its centre and the axes of its ellipse. */
function gaussianOf({ x, y, long, short, turn }: Values): PlaneGaussian {
  const angle = (turn * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = [long ** 2, short ** 2];
  const across = (a - b) * c * s;
  return {
    mean: [x, y],
    covariance: [
      [a * c * c + b * s * s, across],
      [across, a * s * s + b * c * c],
    ],
  };
}

/** Experiment 9: scores, worked by hand, and what damage does to them. */
export default function Scores() {
  const values = readValues(defaults);
  const write = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const generated = gaussianOf(values);
  const distance = frechetPlane(REAL, generated);
  const apart = (values.x - REAL.mean[0]) ** 2 + (values.y - REAL.mean[1]) ** 2;
  const place = (x: number, y: number) => {
    const within = (value: number) => Number(Math.min(FAR, Math.max(-FAR, value)).toFixed(1));
    write({ x: within(x), y: within(y) });
  };
  const real = [values.d1, values.d2];
  const fake = [values.g1, values.g2];
  const share = { min: 0.01, max: 0.99, step: 0.01 };
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <div class="lab-bar">
          <button type="button" class="button" onClick={() => write(defaults)}>
            Reset
          </button>
          <span class="soft small">Everything below goes back to where it was at first.</span>
        </div>
        <section class="panel lab-text" aria-label="Frechet distance">
          <h2>
            Frechet distance{' '}
            <span class="numbers" data-frechet={distance.toFixed(4)}>
              {distance.toFixed(3)}
            </span>
          </h2>
          <Key
            entries={[
              ['real', 'features of real pictures'],
              ['generated', 'features of generated pictures'],
            ]}
          />
          <div class="lab-stage">
            <figure>
              <Board
                kind="plane"
                label={`Two ellipses; their Frechet distance is ${distance.toFixed(3)}. Drag, or use the arrow keys, to move the generated one.`}
                draw={(sheet) => drawEllipses(sheet, generated, values)}
                onPlace={(across, down) => place((2 * across - 1) * REACH, (1 - 2 * down) * REACH)}
                onNudge={(right, up) => place(values.x + 0.1 * right, values.y + 0.1 * up)}
              />
              <figcaption>Drag the generated ellipse, or use the arrow keys.</figcaption>
            </figure>
            <table>
              <tbody>
                <tr>
                  <th scope="row">centres apart, squared</th>
                  <td>{apart.toFixed(3)}</td>
                </tr>
                <tr>
                  <th scope="row">shapes apart</th>
                  <td>{(distance - apart).toFixed(3)}</td>
                </tr>
                <tr>
                  <th scope="row">together</th>
                  <td>
                    <strong>{distance.toFixed(3)}</strong>
                  </td>
                </tr>
              </tbody>
            </table>
          </div>
        </section>
        <Settings of="the ellipse">
          <Slider
            label="To the right"
            value={values.x}
            min={-FAR}
            max={FAR}
            step={0.1}
            onInput={(x) => write({ x })}
          />
          <Slider
            label="Upwards"
            value={values.y}
            min={-FAR}
            max={FAR}
            step={0.1}
            onInput={(y) => write({ y })}
          />
          <Slider
            label="Long axis"
            value={values.long}
            min={0}
            max={2.5}
            step={0.1}
            onInput={(long) => write({ long })}
          />
          <Slider
            label="Short axis"
            value={values.short}
            min={0}
            max={2.5}
            step={0.1}
            onInput={(short) => write({ short })}
          />
          <Slider
            label="Turned by"
            value={values.turn}
            min={0}
            max={180}
            step={5}
            shown={`${values.turn}°`}
            onInput={(turn) => write({ turn })}
          />
        </Settings>
        <section class="panel lab-text" aria-label="The losses of four verdicts">
          <h2>The losses of four verdicts</h2>
          <p>
            The critic looked at two real and two generated examples. Its loss is{' '}
            <strong class="numbers" data-critic-loss>
              {criticSampleLoss(real, fake).toFixed(4)}
            </strong>
            , the generator’s{' '}
            <strong class="numbers" data-generator-loss>
              {nonSaturatingSampleLoss(fake).toFixed(4)}
            </strong>
            .
          </p>
          <p class="small numbers">
            -(log {values.d1} + log {values.d2}) / 2 - (log {(1 - values.g1).toFixed(2)} + log{' '}
            {(1 - values.g2).toFixed(2)}) / 2, and -(log {values.g1} + log {values.g2}) / 2
          </p>
        </section>
        <Settings of="the verdicts">
          <Slider label="First real" value={values.d1} {...share} onInput={(d1) => write({ d1 })} />
          <Slider label="Second real" value={values.d2} {...share} onInput={(d2) => write({ d2 })} />
          <Slider label="First generated" value={values.g1} {...share} onInput={(g1) => write({ g1 })} />
          <Slider label="Second generated" value={values.g2} {...share} onInput={(g2) => write({ g2 })} />
        </Settings>
        <Inception text={values.table} onChange={(table) => write({ table })} />
        <DamageLab damage={values} seed={values.seed} onChange={write} />
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            The Frechet distance, of which FID is the best known, takes the features of both sets of pictures
            for normal distributions and asks how far one must be moved and bent to become the other. It sees
            the centres and the ellipses, and nothing else.
          </p>
          <p>
            Put the ellipses on one another, then squeeze the generated one: a generator of little variety
            pays, though each of its pictures is good.
          </p>
          <p>
            An inception score asks a classifier, and no real data: pictures that are all alike score 1, and
            so do pictures it is unsure of. A generator of one perfect picture a class has the best score
            there is.
          </p>
          <p>
            Spoil real digits to see what a score is for. Precision falls with noise and hardly minds missing
            modes; recall minds them, and noise even lifts it, since it widens what is generated. Blur is the
            trap: blurred digits lie amid the real ones, so precision calls them perfect.
          </p>
        </section>
        <Ask
          question="Both ellipses at the same place, the generated one a point. Is the distance 0?"
          choices={['Yes, the centres agree', 'No: it is the real spread, 2', 'It is not defined']}
          right={1}
        >
          What is left is the trace of the real covariance, 1 + 1. A generator that makes one perfect picture
          pays for everything it does not make.
        </Ask>
      </aside>
    </div>
  );
}
