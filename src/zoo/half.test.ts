import { expect, it } from 'vitest';
import { imageDataset } from '../data/dataset.ts';
import { resolveConfig } from '../gan/config.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Precision } from '../runtime/executor.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { train } from '../train/loop.ts';
import { dcgan } from './index.ts';

const STEPS = 30;

/** Bright discs of different places and sizes. */
const shape = [1, 28, 28] as const;
const pixels = Uint8Array.from({ length: 64 * sizeOf(shape) }, (_, i) => {
  const [image, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
  return Math.hypot(row - 8 - (image % 12), column - 8 - ((image * 5) % 12)) < 3 + (image % 5) ? 255 : 0;
});
const data = imageDataset({ name: 'discs', shape, classes: [], pixels, settings: '' });

async function losses(precision: Precision): Promise<number[]> {
  const config = resolveConfig(dcgan, { width: 8, batch: 16 }, data);
  const found: number[] = [];
  const options = { gan: dcgan, config, data, executor: nodeExecutor, threads: 2, precision };
  for await (const event of train({ ...options, steps: STEPS, sampleCount: 1 }))
    if (event.type === 'step') found.push(event.metrics['critic/loss']!, event.metrics['generator/loss']!);
  return found;
}

it('a DCGAN with products in float16 keeps near the losses of float32', { timeout: 60_000 }, async () => {
  const [half, full] = [await losses('float16'), await losses('float32')];
  const differences = half.map((loss, i) => Math.abs(loss - full[i]!));
  expect(half).toHaveLength(2 * STEPS);
  expect(half.every(Number.isFinite)).toBe(true);
  // Losses are about 0.6 to 1.4, and training makes much of small differences.
  expect(Math.max(...differences)).toBeLessThan(0.03);
  // Something was rounded.
  expect(Math.max(...differences)).toBeGreaterThan(1e-5);
});
