import { expect, it } from 'vitest';
import * as z from 'zod';
import { randomStream } from '../base/random.ts';
import { decodeSafetensors } from '../base/safetensors.ts';
import { pointDataset } from '../data/dataset.ts';
import { type Average, defineGan } from '../gan/defineGan.ts';
import { batchNorm, dense, normal } from '../nn/index.ts';
import { sgd } from '../optim/index.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { train } from './loop.ts';

const BATCH = 4;
const coordinates = Float32Array.from({ length: 32 }, (_, i) => Math.cos(i));
const data = pointDataset({ name: 'points', dimensions: 1, classes: [], coordinates });

/** One weight before batch norm: the statistics of a batch are those of z times the weight. */
const gan = (statistics: Average['statistics']) =>
  defineGan({
    name: 'tiny',
    title: 'Tiny',
    data: ['points'],
    config: z.strictObject({ batch: z.int().default(BATCH) }),
    networks: () => ({
      G: (scope, z) =>
        batchNorm(scope, 'norm', dense(scope, 'dense', z!, { units: 1, bias: false })).add(
          scope.param('offset', [1], () => new Float32Array(1)),
        ),
      D: (scope, x) => dense(scope, 'dense', x!, { units: 1 }),
    }),
    optimizers: () => ({ G: sgd({ lr: 0.1 }), D: sgd({ lr: 0.1 }) }),
    inputs: () => ({ z: normal([1]) }),
    phases: () => [
      {
        name: 'critic',
        trains: 'D',
        step: ({ G, D }, { real, z }) => ({
          loss: D(real)
            .sub(D(G(z)))
            .pow(2)
            .mean(),
        }),
      },
      { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: D(G(z)).mean().neg() }) },
    ],
    averages: () => ({ G: { halfLife: 20, statistics, batches: 3 } }),
  });

/** Every state of every checkpoint, and of the last samples. */
async function run(statistics: Average['statistics'], options: { steps: number; sampleEvery?: number }) {
  const system = gan(statistics);
  const checkpoints: ReturnType<typeof decodeSafetensors>['tensors'][] = [];
  let samples: number[] = [];
  const settings = { gan: system, config: { batch: BATCH }, data, executor: interpreterExecutor, seed: 7 };
  for await (const event of train({ ...settings, ...options, sampleCount: 5 })) {
    if (event.type === 'checkpoint') checkpoints.push(decodeSafetensors(event.bytes, 'test').tensors);
    if (event.type === 'samples') samples = [...event.data];
  }
  const read = (name: string) => Number(checkpoints.at(-1)!.get(name)!.data[0]);
  return { read, samples };
}

it('re-estimated statistics are plain means over batches, of the averaged network', async () => {
  const { read, samples } = await run('re-estimated', { steps: 6 });
  const weight = read('average/G/dense/weight');
  const batches = [0, 1, 2].map((k) => [
    ...randomStream(7, 'statistics', k, 'z').fillNormal(new Float32Array(BATCH)),
  ]);
  const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = (numbers: number[]) =>
    numbers.reduce((sum, x) => sum + (x - mean(numbers)) ** 2, 0) / (numbers.length - 1);
  const expected = {
    mean: weight * mean(batches.map(mean)),
    variance: weight ** 2 * mean(batches.map(variance)),
  };
  expect(read('average/G/norm/mean')).toBeCloseTo(expected.mean, 6);
  expect(read('average/G/norm/variance')).toBeCloseTo(expected.variance, 6);
  // The live statistics are what training made of them.
  expect(read('G/norm/mean')).not.toBeCloseTo(expected.mean, 3);
  // Samples are made with them.
  const z0 = randomStream(0, 'sample', 'z').fillNormal(new Float32Array(1))[0]!;
  const standardised = (weight * z0 - expected.mean) / Math.sqrt(expected.variance + 1e-5);
  const made = standardised * read('average/G/norm/weight') + read('average/G/norm/bias');
  expect(samples[0]).toBeCloseTo(made + read('average/G/offset'), 5);
});

it('looking more often changes no bit of a checkpoint', async () => {
  const seldom = await run('re-estimated', { steps: 4, sampleEvery: 100 });
  const often = await run('re-estimated', { steps: 4, sampleEvery: 1 });
  for (const name of ['average/G/norm/mean', 'G/norm/mean', 'D/dense/weight'])
    expect(often.read(name)).toBe(seldom.read(name));
});

it('copied and averaged statistics are left alone', async () => {
  const copied = await run('copy', { steps: 3 });
  expect(() => copied.read('average/G/norm/mean')).toThrow();
  const averaged = await run('average', { steps: 3 });
  const estimated = await run('re-estimated', { steps: 3 });
  expect(averaged.read('average/G/norm/mean')).not.toBeCloseTo(estimated.read('average/G/norm/mean'), 4);
});
