import { describe, expect, test } from 'vitest';
import { openFeatures } from '../cli/openFeatures.ts';
import { imageDataset } from '../data/dataset.ts';
import { openData } from '../data/node.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { defaultFeatures } from './chooseFeatures.ts';
import { evaluate, type Score } from './evaluate.ts';
import { metricsNamed } from './registry.ts';
import { subsetOf } from './subset.ts';

/** Two pictures of nothing. */
const pictures = (name: string, [channels, side]: [number, number]) =>
  imageDataset({
    name,
    shape: [channels, side, side],
    classes: [],
    pixels: new Uint8Array(2 * channels * side * side),
    settings: '',
  });

test.each<[string, [number, number], string]>([
  ['mnist', [1, 28], 'mnist'],
  ['mnist:test', [1, 28], 'mnist'],
  ['mnist-like', [1, 28], 'self'],
  ['mnist', [1, 32], 'self'],
  ['idx:./fashion-mnist', [1, 28], 'fashion-mnist'],
  ['stacked-mnist', [3, 28], 'stacked-mnist'],
  ['stacked-mnist:test', [3, 28], 'stacked-mnist'],
  ['stacked-mnist', [1, 28], 'self'],
  ['folder:./photos', [3, 64], 'self'],
])('%s of %j is looked at by %s', (name, form, features) => {
  expect(defaultFeatures(pictures(name, form))).toBe(features);
});

test('digits are known by their content, whatever they are called', async () => {
  expect(defaultFeatures({ ...(await openData('mnist')), name: 'folder:./digits' })).toBe('mnist');
});

describe('stacked digits', async () => {
  const data = await openData('stacked-mnist:test');
  const part = (from: number, count: number) =>
    subsetOf(
      data,
      Uint32Array.from({ length: count }, (_, i) => from + i),
    );

  test('are scored by their own classifier without being asked', async () => {
    const extractor = await openFeatures(undefined, data, { executor: nodeExecutor, threads: 1 });
    const scored = async (generated: typeof data) => {
      const scores: Record<string, Score> = {};
      const options = { generated, real: part(0, 300), extractor };
      for await (const score of evaluate({ ...options, metrics: metricsNamed('fd,modes') }))
        scores[score.metric] = score;
      return scores;
    };
    const good = await scored(part(300, 300));
    expect(good.fd).toMatchObject({ features: 'stacked-mnist', samples: 300 });
    // 1,000 (1 - e^-0.3) = 259 classes are expected among 300 draws.
    expect(good.modes!.value).toBeGreaterThan(235);
    expect(good.modes!.value).toBeLessThan(285);
    const four = subsetOf(
      data,
      Uint32Array.from({ length: 300 }, (_, i) => 300 + (i % 4)),
    );
    const collapsed = await scored(four);
    expect(collapsed.modes!.value).toBeLessThanOrEqual(4);
    expect(collapsed.fd!.value).toBeGreaterThan(10 * good.fd!.value);
    await extractor.release();
  });
});
