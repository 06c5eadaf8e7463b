import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Dataset, openData } from '../data/node.ts';
import { openIdx } from '../data/openIdx.ts';
import { labelModes } from '../metrics/labelModes.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { nodeExecutor } from '../runtime/node.ts';
import {
  accuracyOn,
  type FeatureExtractor,
  imagesOf,
  likeliest,
  openExtractor,
  readClassifier,
  shippedClassifiers,
} from './node.ts';
import * as web from './web.ts';

const fixtures = resolve(import.meta.dirname, '../../test/support');

/** The first 300 of the 10,000 test images of Fashion-MNIST (MIT licence), as the published files have them. */
async function fashionSample(): Promise<Dataset> {
  const read = (part: string) => readFile(`${fixtures}/fashion-mnist-t10k-300-${part}-ubyte.gz`);
  return openIdx(await read('images-idx3'), await read('labels-idx1'), { name: 'fashion-mnist' });
}

/** Three standard deviations below the share reached on all 10,000 test images. */
const threshold = (share: number, count: number) => share - 3 * Math.sqrt((share * (1 - share)) / count);

describe.each([
  { name: 'mnist', count: 2000, least: 0.99, open: () => openData('mnist:test') },
  { name: 'fashion-mnist', count: 300, least: 0.92, open: fashionSample },
])('the classifier $name', ({ name, count, least, open }) => {
  let extractor: FeatureExtractor;
  let data: Dataset;
  beforeAll(async () => {
    extractor = await openExtractor(name, nodeExecutor);
    data = await open();
  });
  afterAll(() => extractor.release());

  it('names unseen images as rightly as its file says', async () => {
    const { file } = shippedClassifiers.find((shipped) => shipped.name === name)!;
    const { info } = readClassifier(await readFile(file), name);
    expect(info.testAccuracy).toBeGreaterThanOrEqual(least);
    const accuracy = await accuracyOn(extractor, data, count);
    expect(accuracy).toBeGreaterThanOrEqual(threshold(info.testAccuracy, count));
  });

  it('says what it is, and the hash is that of its file', async () => {
    expect(extractor).toMatchObject({ name, width: 64, input: { channels: 1, height: 28, width: 28 } });
    expect(extractor.classes).toHaveLength(10);
    expect(extractor.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same features to 1e-5 in batches of 1, 7 and 64, on one thread and two, and in float64', async () => {
    const { images } = imagesOf(data, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const { features } = await extractor.features(images);
    const sizes = [1, 7, 64].flatMap((batch) => [1, 2].map((threads) => ({ batch, threads })));
    for (const [executor, options] of [
      ...sizes.map((size) => [nodeExecutor, size] as const),
      [interpreterExecutor, { batch: 9 }] as const,
    ]) {
      const other = await openExtractor(name, executor, options);
      const found = await other.features(images);
      const apart = found.features.map((x, i) => Math.abs(x - features[i]!));
      expect(Math.max(...apart)).toBeLessThan(1e-5);
      await other.release();
    }
  });
});

it('real stacked digits score all but perfectly', async () => {
  const [digits, data] = [
    await openExtractor('stacked-mnist', nodeExecutor),
    await openData('stacked-mnist:test'),
  ];
  const { images, labels } = imagesOf(
    data,
    Array.from({ length: 1500 }, (_, i) => i),
  );
  const { logits } = await digits.features(images);
  const found = likeliest(logits!, digits.classes.length);
  const right = found.filter((label, i) => label === labels[i]).length;
  expect(right / 1500).toBeGreaterThan(0.97);
  const { modes, reverseKl } = labelModes(found, new Float64Array(1000).fill(1));
  // 1,000 (1 - e^(-1.5)) classes occur among 1,500 draws, on average.
  expect(modes).toBeGreaterThan(740);
  expect(modes).toBeLessThan(810);
  expect(reverseKl).toBeGreaterThan(0.25);
  expect(reverseKl).toBeLessThan(0.45);
  await digits.release();
});

it.each([
  [
    'minst',
    /unknown features 'minst': did you mean 'mnist'\?\nThere are, for example: mnist, fashion-mnist, stacked-mnist, onnx:/,
  ],
  ['mnist:3', /features 'mnist:3': write 'mnist'/],
])('--features %s is refused in words', async (written, message) => {
  await expect(async () => openExtractor(written, nodeExecutor)).rejects.toThrow(message);
});

it('a file that is no classifier is refused', async () => {
  const { encodeSafetensors } = await import('../base/safetensors.ts');
  expect(() => readClassifier(encodeSafetensors(new Map(), {}), 'x.safetensors')).toThrow(
    /x.safetensors is a safetensors file, but not a classifier of gansmith/,
  );
});

describe('in a browser', () => {
  const served = (answer: (url: URL) => Promise<Response>) => vi.stubGlobal('fetch', answer);
  afterEach(() => vi.unstubAllGlobals());

  it('fetches the weights from beside the code', async () => {
    served(async (url) => new Response(await readFile(url)));
    const [here, there] = [
      await openExtractor('mnist', interpreterExecutor),
      await web.openExtractor('mnist', interpreterExecutor),
    ];
    expect(there.hash).toBe(here.hash);
  });

  it('says what is missing when they are not served', async () => {
    served(async () => new Response('', { status: 404 }));
    await expect(web.openExtractor('mnist', interpreterExecutor)).rejects.toThrow(
      /mnist.safetensors was answered with 404; serve the folder classifiers beside the built code/,
    );
  });
});
