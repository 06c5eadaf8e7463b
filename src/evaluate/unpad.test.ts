import { expect, test } from 'vitest';
import { openData } from '../data/node.ts';
import { openExtractor } from '../features/node.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { defaultFeatures } from './chooseFeatures.ts';
import { evaluate, type Score } from './evaluate.ts';
import type { ImagesAt } from './paths.ts';
import { metricsNamed } from './registry.ts';
import { subsetOf } from './subset.ts';
import { unpad } from './unpad.ts';

const digits = await openData('mnist:test');
const padded = await openData('mnist:test', { size: 32 });
const some = (data: typeof digits, from: number) =>
  subsetOf(
    data,
    Uint32Array.from({ length: 200 }, (_, i) => from + i),
  );

async function scores(real: typeof digits, generated: typeof digits): Promise<Score[]> {
  const extractor = await openExtractor(defaultFeatures(real), nodeExecutor);
  const found: Score[] = [];
  for await (const score of evaluate({ metrics: metricsNamed('fd,pr,swd'), real, generated, extractor }))
    found.push(score);
  await extractor.release();
  return found;
}

test('padded digits score as those that never were: the same features, values and protocol', async () => {
  const { real, crop, notes } = unpad(some(padded, 300));
  expect(notes).toEqual([
    'the data were padded to 32x32 pixels: real and generated images are compared cropped to 28x28',
  ]);
  const found = await scores(real, crop(some(padded, 0)));
  expect(found).toEqual(await scores(some(digits, 300), some(digits, 0)));
  expect(found[0]!.features).toBe('mnist');
});

test('images of another size than the padded data stay as they are, and so do all where nothing was padded', () => {
  expect(unpad(padded).crop(digits)).toBe(digits);
  for (const asTheyAre of [unpad(digits), unpad(padded, { keep: true })]) {
    expect(asTheyAre.crop(padded)).toBe(padded);
    expect(asTheyAre.notes).toEqual([]);
  }
  expect(unpad(padded, { keep: true }).real).toBe(padded);
  expect(unpad(digits).real).toBe(digits);
});

test('images along the paths of a generator are cropped alike', async () => {
  const along =
    (data: typeof digits): ImagesAt =>
    async (first, t) => {
      const { real } = data.read([...t].map((_, i) => first + i));
      const [channels, height, width] = data.shape as [number, number, number];
      return { shape: [t.length, channels, height, width], data: real };
    };
  const alongBoth = (data: typeof digits) => ({
    inLatents: along(data),
    inStyles: along(data),
    release: async () => {},
  });
  const { cropPaths } = unpad(padded);
  const t = new Float64Array(3);
  const expected = await along(digits)(5, t);
  for (const data of [padded, digits]) {
    const { inLatents, inStyles } = cropPaths(alongBoth(data));
    expect(await inLatents(5, t)).toEqual(expected);
    expect(await inStyles!(5, t)).toEqual(expected);
  }
  expect(cropPaths({ inLatents: along(padded), release: async () => {} }).inStyles).toBeUndefined();
});
