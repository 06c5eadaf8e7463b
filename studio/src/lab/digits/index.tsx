import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import type { Sheet } from '../draw/canvas.ts';
import { playIn } from '../engine/player.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Figure } from '../parts/Figure.tsx';
import { Losses } from '../parts/Losses.tsx';
import { usePlayer } from '../parts/useGame.ts';
import type { DigitsLook, DigitsSetup } from './protocol.ts';

const defaults = { width: 8, batch: 32, seed: 1, on: 'wasm' as DigitsSetup['on'], moves: '' };
type Values = typeof defaults;

const SIDE = 28;
const COLUMNS = 8;

const createDigits = () =>
  playIn<DigitsSetup, DigitsLook>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));

/** Experiment 8: a convolutional GAN learns real digits in this tab. */
export default function Digits() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const write = (changed: Partial<Values>) => show({ moves: '', ...changed });
  const { moves, ...setting } = values;
  const game = usePlayer(createDigits, (moves) => ({ ...setting, moves }), JSON.stringify(setting), {
    moves,
    writeMoves: (moves) => show({ moves }),
  });
  const look = game.snapshot.value;
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} />
        <div class="lab-stage">
          <Figure
            kind="plane"
            summary={`64 generated digits after ${look?.step ?? 0} steps, from the same noise each time.`}
            caption={
              look
                ? `64 pictures in ${look.took.toFixed(0)} ms`
                : 'The first pictures come when all is compiled.'
            }
            draw={(sheet) => {
              if (look) drawDigits(sheet, look.samples);
            }}
          />
          <Losses game={game} />
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
