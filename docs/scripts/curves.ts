/**
 * Draws docs/images/curves.png: the losses of 200 training steps on ONNX Runtime over those of PyTorch, and prints how far
 * apart they are. `npx tsx docs/scripts/curves.ts`; see docs/reference.md.
 */
import { writeFileSync } from 'node:fs';
import { type Canvas, type Color, createCanvas, drawSegment, toPicture } from '../../src/base/canvas.ts';
import { encodePng } from '../../src/base/png.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { curveDistance, runCurve } from '../../test/reference/curveRun.ts';
import { readFixture } from '../../test/reference/fixture.ts';

interface Pair {
  /** One value a step. */
  ours: Float64Array;
  theirs: Float64Array;
  color: Color;
}

const PANEL = { width: 420, height: 300, margin: 14 };
const CRITIC: Color = [0x2a, 0x9d, 0x8f];
const GENERATOR: Color = [0x7b, 0x2c, 0xbf];
const AXIS: Color = [0xdd, 0xdd, 0xdd];
const SYSTEMS = ['gan', 'dcgan', 'wgan-gp'];

async function main(): Promise<void> {
  const canvas = createCanvas(PANEL.width * SYSTEMS.length, PANEL.height);
  for (const [panel, system] of SYSTEMS.entries()) {
    const fixture = readFixture(`curve-${system}`);
    const curves = await runCurve(fixture, nodeExecutor);
    for (const [name, ours] of curves) {
      const distance = curveDistance(ours, fixture.get(name).data);
      const own = curveDistance(fixture.get(name.replace('/', '64/')).data, fixture.get(name).data);
      console.log(
        `${system} ${name}: range ${distance.range.toFixed(3)}, largest difference ${percent(distance.largest)}, mean ` +
          `${percent(distance.mean)} of it (PyTorch's float64 run: ${percent(own.largest)}, ${percent(own.mean)})`,
      );
    }
    const { steps, criticSteps } = fixture.settings;
    const pairs = [
      { name: 'loss/D', repeats: criticSteps, color: CRITIC },
      { name: 'loss/G', repeats: 1, color: GENERATOR },
    ].map(
      ({ name, repeats, color }): Pair => ({
        ours: meanOfRepeats(curves.get(name)!, steps, repeats),
        theirs: meanOfRepeats(fixture.get(name).data, steps, repeats),
        color,
      }),
    );
    drawPanel(canvas, panel * PANEL.width, pairs);
  }
  const title = 'Losses of 200 training steps: gan, dcgan, wgan-gp; gansmith (thin) over PyTorch (wide)';
  writeFileSync(
    new URL('../images/curves.png', import.meta.url),
    encodePng(toPicture(canvas), { Title: title }),
  );
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

const meanOfRepeats = (losses: Float64Array, steps: number, repeats: number): Float64Array =>
  Float64Array.from({ length: steps }, (_, step) => {
    const runs = losses.subarray(step * repeats, (step + 1) * repeats);
    return runs.reduce((total, loss) => total + loss) / repeats;
  });

/** PyTorch's curves as wide pale bands, ours as thin lines on them, on one scale. */
function drawPanel(canvas: Canvas, left: number, pairs: readonly Pair[]): void {
  const { width, height, margin } = PANEL;
  const all = pairs.flatMap(({ ours, theirs }) => [...ours, ...theirs]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (value: number) => height - margin - ((value - low) / (high - low)) * (height - 2 * margin);
  for (let quarter = 0; quarter <= 4; quarter++) {
    const level = y(low + (quarter / 4) * (high - low));
    drawSegment(canvas, [left + margin, level], [left + width - margin, level], 1, AXIS, 1);
  }
  const draw = (values: Float64Array, thickness: number, color: Color) => {
    const x = (i: number) => left + margin + (i / (values.length - 1)) * (width - 2 * margin);
    for (let i = 1; i < values.length; i++) {
      drawSegment(canvas, [x(i - 1), y(values[i - 1]!)], [x(i), y(values[i]!)], thickness, color, 1);
    }
  };
  for (const { theirs, color } of pairs) draw(theirs, 6, pale(color));
  for (const { ours, color } of pairs) draw(ours, 1.4, color);
}

const pale = ([r, g, b]: Color): Color =>
  [r, g, b].map((part) => 255 - 0.35 * (255 - part)) as unknown as Color;

await main();
