import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { type Sheet, useDrawing } from '../draw/canvas.ts';
import { drawChart, ticks } from '../draw/lines.ts';
import { Ask } from '../parts/Ask.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import type { DigitsAnswer, DigitsRequest, DigitsSetup } from './protocol.ts';

const defaults = { width: 8, batch: 32, seed: 1, on: 'wasm' as DigitsSetup['on'], steps: 0 };
type Values = typeof defaults;
type Look = Extract<DigitsAnswer, { type: 'look' }>;

const SIDE = 28;
const COLUMNS = 8;

/** Experiment 9: a convolutional GAN learns real digits in this tab. */
export default function Digits() {
  const values = readValues(defaults);
  const worker = useRef<Worker | undefined>(undefined);
  const losses = useRef<number[]>([]);
  const [look, setLook] = useState<Look>();
  const [notice, setNotice] = useState('');
  const [running, setRunning] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const { steps, ...setting } = values;
  const key = JSON.stringify(setting);
  const ask = (request: DigitsRequest) => worker.current?.postMessage(request);

  useEffect(() => {
    const own = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.current = own;
    losses.current = [];
    setLook(undefined);
    setRunning(false);
    own.onmessage = ({ data }: MessageEvent<DigitsAnswer>) => {
      if (data.type === 'look') {
        for (const loss of data.losses) losses.current.push(loss);
        setNotice('');
        setLook(data);
      } else setNotice(data.type === 'failed' ? data.message : `${data.what}…`);
    };
    const { width, batch, seed, on, steps } = readValues(defaults);
    own.postMessage({ type: 'open', setup: { width, batch, seed, on, steps: Math.min(steps, 2000) } });
    return () => own.terminate();
  }, [key, attempt]);

  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const write = (changed: Partial<Values>) => show({ steps: 0, ...changed });
  // What was made is in the address whenever nothing moves.
  useEffect(() => {
    if (look && !running && look.step !== steps) show({ steps: look.step });
  }, [look, running]);
  const toggle = () => {
    ask({ type: running ? 'pause' : 'run' });
    setRunning(!running);
  };
  const canvas = useDrawing((sheet) => {
    if (look) drawDigits(sheet, look.samples);
  });
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <div class="lab-bar" role="toolbar" aria-label="Training">
          <button type="button" class="button main" disabled={!look} onClick={toggle}>
            <Icon name={running ? 'pause' : 'play'} />
            {running ? 'Pause' : 'Run'}
          </button>
          <button
            type="button"
            class="button"
            disabled={!look || running}
            onClick={() => ask({ type: 'step' })}
          >
            Step both
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              write({});
              setAttempt(attempt + 1);
            }}
          >
            Reset
          </button>
          <span class="step small">
            {look ? (
              <>
                Step <strong data-step={look.step}>{look.step.toLocaleString('en')}</strong>
                <span class="soft"> · {running ? `${look.rate.toFixed(1)} steps a second` : 'at rest'}</span>
              </>
            ) : (
              <span role="status">{notice}</span>
            )}
          </span>
        </div>
        <div class="lab-stage">
          <figure>
            <canvas
              ref={canvas}
              class="plane"
              role="img"
              aria-label={`64 generated digits after ${look?.step ?? 0} steps, from the same noise each time.`}
            />
            <figcaption>
              {look
                ? `64 pictures in ${look.took.toFixed(0)} ms`
                : 'The first pictures come when all is compiled.'}
            </figcaption>
          </figure>
          <div class="lab-side">
            <Key
              entries={[
                ['critic', 'loss of the critic', true],
                ['generator', 'loss of the generator', true],
              ]}
            />
            <Figure
              kind="chart tall"
              summary={`Losses of ${look?.step ?? 0} steps.`}
              draw={(sheet) => {
                const { palette } = sheet;
                const right = Math.max(50, look?.step ?? 0);
                const axes = {
                  left: 0,
                  right,
                  bottom: 0,
                  top: 4,
                  marks: ticks(0, 4),
                  xMarks: ticks(0, right),
                };
                const common = { points: losses.current, stride: 3, width: 1.4 };
                drawChart(sheet, axes, [
                  { ...common, colour: palette.critic, offset: 1 },
                  { ...common, colour: palette.generator, offset: 2 },
                ]);
              }}
            />
          </div>
        </div>
        <Settings>
          <Slider
            label="Channels"
            value={values.width}
            min={4}
            max={32}
            step={4}
            onInput={(width) => write({ width })}
          />
          <Slider
            label="Pictures in a step"
            value={values.batch}
            min={16}
            max={64}
            step={16}
            onInput={(batch) => write({ batch })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => write({ seed })} />
          <Choice
            label="Computed by"
            value={values.on}
            options={[
              ['wasm', 'WebAssembly'],
              ['webgpu', 'WebGPU'],
            ]}
            onChange={(on) => write({ on })}
          />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            The same DCGAN as <code>gansmith train dcgan --data mnist</code>, with fewer channels, on 2,000
            real digits. Every step is a program that was compiled in this tab. Each place of the grid belongs
            to one noise vector: watch it go from haze to strokes to a digit, and change its mind.
          </p>
          <p class="soft small">
            Nothing leaves your machine. How far it gets in a minute depends on that machine: fewer channels
            make quicker steps, more make better digits.
          </p>
        </section>
        <Ask
          question="The first thing the generator gets right: what will it be?"
          choices={[
            'The shapes of digits',
            'A dark ground with something bright in the middle',
            'Thin strokes',
          ]}
          right={1}
        >
          What all digits share is the easiest to tell from noise, so the critic finds it first, and the
          generator is taught it first.
        </Ask>
      </aside>
    </div>
  );
}

/** Pictures side by side, each pixel a whole square. */
function drawDigits({ context, width, height }: Sheet, samples: Float32Array): void {
  const rows = samples.length / (SIDE * SIDE) / COLUMNS;
  const image = new ImageData(COLUMNS * SIDE, rows * SIDE);
  for (let i = 0; i < samples.length; i++) {
    const picture = Math.floor(i / (SIDE * SIDE));
    const [row, column] = [Math.floor((i % (SIDE * SIDE)) / SIDE), i % SIDE];
    const x = (picture % COLUMNS) * SIDE + column;
    const y = Math.floor(picture / COLUMNS) * SIDE + row;
    const at = 4 * (y * image.width + x);
    image.data.fill(127.5 * (samples[i]! + 1), at, at + 3);
    image.data[at + 3] = 255;
  }
  const small = new OffscreenCanvas(image.width, image.height);
  small.getContext('2d')!.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, width, height);
}
