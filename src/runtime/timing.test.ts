import { afterEach, describe, expect, it, vi } from 'vitest';
import { input, matmul, mean } from '../graph/index.ts';
import type { Program } from '../graph/program.ts';
import { signatureOf } from '../graph/signature.ts';
import { nodeExecutor } from './node.ts';
import { type Pace, slowExecutor } from './timing.testing.ts';
import { timeChoices } from './timing.ts';

const product = matmul(input('x', [8, 8]), input('y', [8, 8]));
const program: Program = { name: 'p', outputs: new Map([['mean', mean(product)]]), updates: new Map() };
const written = (form: string) => ({ [signatureOf(product)]: form });
const [gemm, plain] = [written('gemm'), written('matmul')];
const paced = (paces: Record<string, Pace>) => slowExecutor(([form]) => paces[form!]!);

afterEach(() => vi.restoreAllMocks());

describe('timing', () => {
  it('takes the fastest run of each, in turn, not the first', async () => {
    const { executor, log } = paced({ gemm: [90, 30, 20, 40], matmul: [80, 50, 60, 70] });
    expect(await timeChoices(executor, program, [gemm, plain])).toEqual([20, 50]);
    expect(log).toEqual([
      ...['compile gemm', 'run gemm', 'compile matmul', 'run matmul'],
      ...['run gemm', 'run matmul', 'run gemm', 'run matmul', 'run gemm', 'run matmul'],
      ...['release gemm', 'release matmul'],
    ]);
  });

  it('makes no second run of what is hopeless in its first', async () => {
    const { executor, log } = paced({ gemm: [100, 80], matmul: [201] });
    expect(await timeChoices(executor, program, [gemm, plain])).toEqual([100, 201]);
    expect(log.filter((line) => line === 'run matmul')).toHaveLength(1);
  });

  it('gives what is quick another chance, and more of them', async () => {
    const { executor, log } = paced({ gemm: [1], matmul: [11, 2, 2, 2, 0.5] });
    expect(await timeChoices(executor, program, [gemm, plain])).toEqual([1, 0.5]);
    expect(log.filter((line) => line === 'run matmul')).toHaveLength(1 + 8);
  });

  it('never prefers what the runtime refuses, and releases all', async () => {
    for (const refused of ['fails to compile', 'fails to run'] as const) {
      const { executor, log } = paced({ gemm: refused, matmul: [5] });
      expect(await timeChoices(executor, program, [gemm, plain])).toEqual([Infinity, 5]);
      expect(log.filter((line) => line.startsWith('compile')).length).toBe(
        log.filter((line) => line.startsWith('release')).length,
      );
    }
  });

  it('gives nothing when the deadline comes too early to compare, and releases all', async () => {
    for (const [deadline, compiled] of [
      [5, 1],
      [15, 2],
      [25, 2],
    ] as const) {
      const { executor, log } = paced({ gemm: [10], matmul: [10] });
      expect(await timeChoices(executor, program, [gemm, plain], { deadline })).toBeUndefined();
      expect(log.filter((line) => line.startsWith('release'))).toHaveLength(compiled);
    }
  });

  it('is content with one run of each when the deadline comes after that', async () => {
    const { executor } = paced({ gemm: [10, 9, 1], matmul: [10, 8, 1] });
    expect(await timeChoices(executor, program, [gemm, plain], { deadline: 35 })).toEqual([9, 8]);
  });

  it('measures real programs', async () => {
    const times = await timeChoices(nodeExecutor, program, [gemm, plain], { threads: 1 });
    expect(times).toHaveLength(2);
    for (const time of times!) {
      expect(time).toBeGreaterThan(0);
      expect(time).toBeLessThan(10_000);
    }
  });
});
