import { expect, test } from 'vitest';
import type { DataShape } from '../base/dataShape.ts';
import { randomStream } from '../base/random.ts';
import { readModelMetadata } from '../onnx/metadata.ts';
import { openModel } from '../runtime/node.ts';
import type { OpenedModel } from '../runtime/session.ts';
import { exportGenerator } from './exporting.ts';
import { exportStyles } from './exportingStyles.ts';
import { untrained } from './untrained.testing.ts';

const images: DataShape = { kind: 'images', shape: [3, 16, 16], classes: ['cat', 'dog'] };
const TINY = { latent: 5, style: 4, mapping: 2, width: 2, maxWidth: 4 };
const BATCH = 3;

/** A checkpoint whose mean of w is not zero, as it is at the start. */
function trainedAs(name: string, settings: Record<string, unknown>) {
  const made = untrained(name, images, { ...TINY, ...settings });
  const { data } = made.checkpoint.tensors.get('M/w/mean')!;
  (data as Float32Array).set([0.5, -1, 0.25, 2]);
  return made;
}

async function run(bytes: Uint8Array, feeds: Parameters<OpenedModel['run']>[0]): Promise<Float32Array> {
  const opened = await openModel(bytes);
  const outputs = await opened.run(feeds);
  await opened.release();
  return Object.values(outputs)[0] as Float32Array;
}

test.each([
  { name: 'stylegan', settings: { cutoff: 3 }, changed: 3 },
  { name: 'stylegan2', settings: {}, changed: 6 },
  { name: 'stylegan2', settings: { cutoff: 2, average: 0 }, changed: 2 },
  { name: 'stylegan2-ada', settings: { condition: 'projection' }, changed: 6 },
])('the two parts of $name, with truncation by their metadata between, are the generator', async (system) => {
  const { gan, checkpoint } = trainedAs(system.name, system.settings);
  const mapping = exportStyles(gan, checkpoint, 'mapping').bytes;
  const synthesis = exportStyles(gan, checkpoint, 'synthesis').bytes;
  const z = {
    data: randomStream(1, 'z').fillNormal(new Float32Array(BATCH * TINY.latent)),
    shape: [BATCH, TINY.latent],
  };
  const label = { data: Int32Array.from([0, 1, 1]), shape: [BATCH] };
  const classes = system.settings.condition ? { label } : {};
  const w = await run(mapping, { z, ...classes });

  const told = readModelMetadata(synthesis);
  const [layers, width, cutoff] = [told.layers, told.width, told.cutoff].map(Number) as [
    number,
    number,
    number,
  ];
  const mean = JSON.parse(told.mean!) as number[];
  expect({ width, cutoff, mean }).toEqual({ width: 4, cutoff: system.changed, mean: [0.5, -1, 0.25, 2] });
  expect(w.length).toBe(BATCH * layers * width);
  const psi = 0.7;
  const truncated = w.map((value, i) =>
    Math.floor(i / width) % layers < cutoff ? mean[i % width]! + psi * (value - mean[i % width]!) : value,
  );
  const found = await run(synthesis, { w: { data: truncated, shape: [BATCH, layers, width] } });
  const whole = exportGenerator(gan, checkpoint).model.bytes;
  const expected = await run(whole, { z, ...classes, psi: { data: Float32Array.of(psi), shape: [] } });
  const untruncated = await run(synthesis, { w: { data: w, shape: [BATCH, layers, width] } });
  expect(largestDifference(found, expected)).toBeLessThan(1e-5);
  expect(largestDifference(untruncated, expected)).toBeGreaterThan(1e-3);
});

/** As a share of the largest value: these pictures have no bounds. */
const largestDifference = (a: Float32Array, b: Float32Array): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!))) / Math.max(...b.map(Math.abs));

test('each layer takes a style of its own, and the batch is open', () => {
  const { gan, checkpoint } = trainedAs('stylegan2', {});
  const { inputs, outputs } = exportStyles(gan, checkpoint, 'synthesis');
  expect(inputs.map(({ name, shape }) => ({ name, shape }))).toEqual([{ name: 'w', shape: [-1, 6, 4] }]);
  expect(outputs.map(({ name, shape }) => ({ name, shape }))).toEqual([
    { name: 'images', shape: [-1, 3, 16, 16] },
  ]);
});

test.each([
  // An image layer takes the w of the next convolution, so that 4x4 has one layer and the last side three.
  { name: 'stylegan2', expected: [4, 8, 8, 16, 16, 16] },
  // Pictures of 16x16 are grown from 8x8, and these have not grown yet.
  { name: 'stylegan', expected: [4, 4, 8, 8] },
])(
  'the parts of $name say what each layer makes, and the whole that there are parts',
  ({ name, expected }) => {
    const { gan, checkpoint } = trainedAs(name, {});
    for (const part of ['mapping', 'synthesis'] as const) {
      const { resolutions } = readModelMetadata(exportStyles(gan, checkpoint, part).bytes);
      expect(JSON.parse(resolutions!)).toEqual(expected);
    }
    const whole = readModelMetadata(exportGenerator(gan, checkpoint).model.bytes);
    expect(whole.parts).toBe('mapping, synthesis');
  },
);

test('a system that names another number of resolutions than it has styles is refused', () => {
  const { gan, checkpoint } = trainedAs('stylegan2', {});
  const wrong: typeof gan = {
    ...gan,
    styles: (config, data) => ({ ...gan.styles!(config, data), resolutions: [4, 8] }),
  };
  expect(() => exportStyles(wrong, checkpoint, 'mapping')).toThrow(
    "stylegan2: 'styles' names 2 resolutions, but its mapping makes 6 styles; name one a style",
  );
});

test('live and averaged weights differ in both parts', () => {
  const { gan, checkpoint } = trainedAs('stylegan2', {});
  for (const part of ['mapping', 'synthesis'] as const) {
    const [averaged, live] = [true, false].map((averaged) =>
      Buffer.from(exportStyles(gan, checkpoint, part, { averaged }).bytes).toString('base64'),
    );
    expect(live).not.toBe(averaged);
  }
});

test('a system without styles has no parts', () => {
  const { gan, checkpoint } = untrained('dcgan', images, { width: 4, latent: 5 });
  expect(() => exportStyles(gan, checkpoint, 'mapping')).toThrow(
    'dcgan has no styles: it makes pictures of z in one part, without a mapping network; stylegan, stylegan2 and stylegan2-ada have one',
  );
});
