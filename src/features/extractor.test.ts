import { describe, expect, it } from 'vitest';
import { flatten, matmul, state } from '../graph/index.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { likeliest, probabilities } from './extractor.ts';
import { compileExtractor, type FeatureNetwork } from './network.ts';

/** Features of two pixels: twice the first, and the sum of both; the logits are minus the features. */
const network: FeatureNetwork = {
  name: 'two',
  hash: '0'.repeat(64),
  input: { channels: 1, height: 1, width: 2, range: [-1, 1] },
  classes: ['a', 'b'],
  weights: new Map([['w', { shape: [2, 2], data: [2, 1, 0, 1] }]]),
  build: (images) => {
    const features = matmul(flatten(images), state('w', [2, 2]));
    return { features, logits: features.neg() };
  },
};
const images = (count: number) => ({
  shape: [count, 1, 1, 2] as const,
  data: Float32Array.from({ length: 2 * count }, (_, i) => i / 100),
});

describe.each([nodeExecutor, interpreterExecutor])('an extractor on $name', (executor) => {
  it.each([1, 7, 64])('gives the same rows in batches of %i', async (batch) => {
    const extractor = await compileExtractor(executor, network, { batch });
    const { count, features, logits } = await extractor.features(images(9));
    expect(extractor).toMatchObject({ name: 'two', width: 2, classes: ['a', 'b'] });
    expect(count).toBe(9);
    for (let i = 0; i < 9; i++) {
      const [first, second] = [(2 * i) / 100, (2 * i + 1) / 100];
      expect(features[2 * i]).toBeCloseTo(2 * first, 6);
      expect(features[2 * i + 1]).toBeCloseTo(first + second, 6);
      expect(logits![2 * i + 1]).toBeCloseTo(-first - second, 6);
    }
    await extractor.release();
  });
});

it('takes no images at all', async () => {
  const extractor = await compileExtractor(interpreterExecutor, network);
  expect(await extractor.features(images(0))).toMatchObject({ count: 0, features: new Float32Array() });
});

it('refuses images of another size, unless it prepares them', async () => {
  const wide = { shape: [1, 1, 1, 4] as const, data: Float32Array.of(0.1, 0.2, 0.3, 0.4) };
  const plain = await compileExtractor(interpreterExecutor, network);
  await expect(plain.features(wide)).rejects.toThrow(
    'features two: expected images of 1 channels, 1x2, got 1 channels, 1x4; choose an extractor for such images',
  );
  const adapting = await compileExtractor(interpreterExecutor, {
    ...network,
    prepare: ({ shape, data }) => ({
      shape: [shape[0], 1, 1, 2],
      data: data.filter((_, i) => i % 4 < 2),
    }),
  });
  expect((await adapting.features(wide)).features[1]).toBeCloseTo(0.3, 6);
});

it('refuses weights that are missing or of another shape', async () => {
  const opened = (weights: FeatureNetwork['weights']) =>
    compileExtractor(interpreterExecutor, { ...network, weights });
  await expect(opened(new Map())).rejects.toThrow("reads 'w' as [2,2], but its weights have it nowhere");
  await expect(opened(new Map([['w', { shape: [4], data: [1, 2, 3, 4] }]]))).rejects.toThrow(
    "reads 'w' as [2,2], but its weights have it as [4]",
  );
});

it('probabilities are those of softmax, however large the logits', () => {
  const [a, b, c, d] = probabilities([0, Math.log(3), 1000, 1000], 2);
  expect([a, b]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
  expect([c, d]).toEqual([0.5, 0.5]);
});

it('the likeliest class is the first of the largest', () => {
  expect([...likeliest([1, 3, 3, 5, 2, 2], 3)]).toEqual([1, 0]);
});
