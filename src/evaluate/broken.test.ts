import { expect, test } from 'vitest';
import { imageDataset } from '../data/dataset.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { nodeExecutor } from '../runtime/node.ts';
import type { CompiledSampler } from '../train/sampling.ts';
import { evaluate, type Score } from './evaluate.ts';
import { metricsNamed } from './registry.ts';
import { drawSamples } from './sampleSet.ts';

/** Pictures of 2x2 pixels, the bytes of each given by its number. */
const pictures = (name: string, count: number, byteOf: (image: number, pixel: number) => number) =>
  imageDataset({
    name,
    shape: [1, 2, 2],
    classes: [],
    pixels: Uint8Array.from({ length: 4 * count }, (_, i) => byteOf(i >> 2, i & 3)),
    settings: '',
  });
const noise = (image: number, pixel: number) => (image * 97 + pixel * 41 + image * pixel * 13) % 256;

/** Pixels as features; `map` may spoil them. */
const pixels = (map: (value: number) => number = (value) => value): FeatureExtractor => ({
  name: 'pixels',
  hash: 'ab',
  input: { channels: 1, height: 2, width: 2, range: [-1, 1] },
  width: 4,
  classes: [],
  features: async ({ shape, data }) => ({ count: shape[0], features: Float32Array.from(data, map) }),
  async release() {},
});

async function scores(options: Omit<Parameters<typeof evaluate>[0], 'metrics'>, names = 'fd,kd,pr') {
  const found: Record<string, Score> = {};
  for await (const score of evaluate({ ...options, metrics: metricsNamed(names) }))
    found[score.metric] = score;
  return found;
}

test('a feature that is not finite is named with its picture', async () => {
  const spoilt = pictures('spoilt', 30, (image, pixel) =>
    image === 7 && pixel === 2 ? 255 : noise(image, pixel) % 255,
  );
  const options = { generated: spoilt, real: pictures('real', 30, (i, k) => noise(i, k) % 255) };
  for (const wrong of [NaN, Infinity]) {
    const extractor = pixels((value) => (value === 1 ? wrong : value));
    await expect(scores({ ...options, extractor })).rejects.toThrow(
      `features pixels: ${wrong} for example 7 of spoilt; expected finite numbers, choose other features`,
    );
  }
});

test('a generator that makes numbers that are none is refused', async () => {
  const sampler: CompiledSampler = {
    conditional: false,
    columns: undefined,
    async release() {},
    sample: async ({ seeds }) => ({
      shape: [seeds.length, 1, 2, 2],
      data: Float32Array.from({ length: 4 * seeds.length }, (_, i) => (i === 4 * 11 + 3 ? NaN : 0)),
    }),
  };
  const about = { name: 'runs/a', samples: 20, seed: 0, shape: [1, 2, 2], classes: [] } as const;
  await expect(drawSamples(sampler, nodeExecutor.createStates(), about)).rejects.toThrow(
    'runs/a: sample 11 holds NaN; its generator is broken, take an earlier checkpoint',
  );
});

test('fewer samples than features, and copies, are told with the number', async () => {
  const real = pictures('real', 40, noise);
  const few = await scores({ generated: pictures('few', 4, noise), real, extractor: pixels() });
  expect(few.fd!.notes).toEqual([
    '4 generated images are no more than the 4 features: Frechet distances are far above those of many images',
  ]);
  const one = await scores({
    generated: pictures('one', 40, (_, pixel) => 60 * pixel),
    real,
    extractor: pixels(),
  });
  expect(one.fd!.notes).toEqual(['39 of 40 generated images are exact copies of others']);
  for (const { value } of Object.values(one)) expect(value).not.toBeNaN();
  expect(one.recall!.value).toBe(0);
});

test('sets that are one picture each are as far apart as the pictures', async () => {
  const [black, white] = [pictures('black', 20, () => 0), pictures('white', 20, () => 255)];
  const { fd, precision } = await scores({ generated: black, real: white, extractor: pixels() }, 'fd,pr');
  // Four features, two apart.
  expect(fd!.value).toBeCloseTo(16, 10);
  expect(precision!.value).toBe(0);
});

test.each([
  [
    pictures('grey', 4, noise),
    { ...pictures('rgb', 4, noise), shape: [3, 2, 2] },
    /grey holds images that are grey, 2x2 pixels, and rgb images that are RGB/,
  ],
  [
    pictures('a', 4, noise),
    { ...pictures('b', 4, noise), shape: [1, 4, 4] },
    /bring both to one form by --size or --channels/,
  ],
  [
    pictures('a', 3, noise),
    pictures('b', 4, noise),
    /pr \(precision and recall\): a gives 3 images, and at least 4 are needed/,
  ],
])('sets that do not fit are refused', async (generated, real, message) => {
  await expect(scores({ generated, real, extractor: pixels() }, 'pr')).rejects.toThrow(message);
});
