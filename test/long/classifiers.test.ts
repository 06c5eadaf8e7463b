import { existsSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { openData } from '../../src/data/node.ts';
import { accuracyOn, likeliest, openExtractor } from '../../src/features/node.ts';
import { imagesOf } from '../../src/features/web.ts';
import { labelModes, reverseKlFloor } from '../../src/metrics/labelModes.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';

/* The shipped classifiers on whole test sets. Fashion-MNIST is read from the folder of its IDX files, where one is named. */

const fashion = process.env.GANSMITH_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist';
const digits = await openExtractor('mnist', nodeExecutor);
afterAll(() => digits.release());

it('names at least 99 % of the 10,000 MNIST test images', async () => {
  const accuracy = await accuracyOn(digits, await openData('mnist:test'));
  console.log(`mnist: ${(100 * accuracy).toFixed(2)} %`);
  expect(accuracy).toBeGreaterThanOrEqual(0.99);
});

it.runIf(existsSync(fashion))('names at least 92 % of the 10,000 Fashion-MNIST test images', async () => {
  const extractor = await openExtractor('fashion-mnist', nodeExecutor);
  const data = await openData(`idx:${fashion}/t10k-images-idx3-ubyte.gz`);
  const accuracy = await accuracyOn(extractor, data);
  console.log(`fashion-mnist: ${(100 * accuracy).toFixed(2)} %`);
  expect(accuracy).toBeGreaterThanOrEqual(0.92);
  await extractor.release();
});

it('finds all 1,000 modes in 26,000 real stacked digits, at the floor of the reverse KL', async () => {
  const data = await openData('stacked-mnist:test');
  const stacked = await openExtractor('stacked-mnist', nodeExecutor);
  const labels: number[] = [];
  for (let start = 0; start < data.count; start += 1000) {
    const { images } = imagesOf(
      data,
      Array.from({ length: 1000 }, (_, i) => start + i),
    );
    const { logits } = await stacked.features(images);
    labels.push(...likeliest(logits!, stacked.classes.length));
  }
  const { modes, reverseKl } = labelModes(labels, new Float64Array(1000).fill(1));
  const floor = reverseKlFloor(1000, labels.length);
  await stacked.release();
  console.log(`real stacked digits: ${modes} modes, KL ${reverseKl.toFixed(4)}, floor ${floor.toFixed(4)}`);
  expect(modes).toBe(1000);
  expect(reverseKl).toBeLessThan(2 * floor);
});
