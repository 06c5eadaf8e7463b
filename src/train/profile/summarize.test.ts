import { expect, it } from 'vitest';
import { input, matmul } from '../../graph/index.ts';
import { within } from '../../graph/origin.ts';
import type { KernelRun } from '../../runtime/executor.ts';
import { profileText } from './report.ts';
import { summarize } from './summarize.ts';

const about = { gan: 'own', data: 'ring', batch: 8, accumulate: 1, threads: 2, step: 5 };
const product = within({ layer: 'D/out', pass: 'forward' }, () =>
  matmul(input('a', [100, 200]), input('b', [200, 50])),
);
const kernel = (name: string, type: string, start: number, ms: number): KernelRun => ({
  name,
  type,
  start,
  ms,
  bytesRead: 2e6,
  bytesWritten: 1e6,
});

/** One iteration of one phase: a product written as two kernels, and two kernels that are the runtime's own. */
const recording = {
  spans: [
    { name: 'critic', kind: 'phase', start: 0, end: 10 },
    { name: 'iteration', kind: 'iteration', start: 0, end: 12 },
  ],
  plain: [],
  phases: [
    {
      phase: 'critic',
      programs: [
        {
          written: new Map([['matmul_0', { tensor: product, lowering: 'matmul' }]]),
          runs: [
            {
              start: 1,
              end: 9,
              execution: { start: 1.5, ms: 7 },
              kernels: [
                kernel('matmul_0/Transpose', 'Transpose', 2, 1),
                kernel('matmul_0/MatMul/Fused/', 'FusedMatMul', 3, 3),
                kernel('ReorderOutput_token_3', 'ReorderOutput', 6, 0.5),
                kernel('next/D/Identity', 'Identity', 7, 0.25),
              ],
            },
          ],
        },
      ],
    },
  ],
} as const;

it('keeps kernels that stand for no operation, each operator by itself', () => {
  const { kernelMs, operations, layers } = summarize(about, recording);
  expect(kernelMs).toBe(4.75);
  expect(operations).toEqual([
    {
      ...{ operation: 'matmul', lowering: 'matmul', ms: 4, count: 1, flops: 2 * 100 * 200 * 50, bytes: 6e6 },
      kernels: { FusedMatMul: { count: 1, ms: 3 }, Transpose: { count: 1, ms: 1 } },
    },
    expect.objectContaining({
      operation: undefined,
      ms: 0.5,
      flops: 0,
      kernels: { ReorderOutput: { count: 1, ms: 0.5 } },
    }),
    expect.objectContaining({
      operation: undefined,
      ms: 0.25,
      flops: 0,
      kernels: { Identity: { count: 1, ms: 0.25 } },
    }),
  ]);
  expect(layers.map(({ layer, ms }) => [layer, ms])).toEqual([
    ['D/out', 4],
    [undefined, 0.75],
  ]);
});

it('tells kernels from dispatch, handing over and JavaScript', () => {
  expect(summarize(about, recording).phases).toEqual([
    {
      ...{ name: 'critic', runs: 1, ms: 10, plainMs: undefined },
      ...{ kernelMs: 4.75, dispatchMs: 2.25, handOverMs: 1, scriptMs: 2 },
    },
  ]);
});

it('prints rates and shares that follow from the numbers', () => {
  const text = profileText(summarize(about, recording));
  expect(text).toMatch(/up to step 5, batch 8, 2 threads: 12.0 ms an iteration, 4.75 ms of it in kernels\./);
  // 2 million operations and 6 MB in 4 ms, of 4.75 ms.
  expect(text).toMatch(
    /\| matmul +\| matmul +\| +1 \| 4\.00 \| 84\.2 % \| +0\.50 \| 6\.00 \| 1\.50 \| FusedMatMul \(3\.00\), Transpose \(1\.00\) +\|/,
  );
  expect(text).toMatch(
    /\| critic +\| +1 \| 10\.0 \| +83\.3 % \| +47\.5 % \| +22\.5 % \| +10\.0 % \| +20\.0 % \|/,
  );
});
