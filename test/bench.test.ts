import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { type Child, startChild, type Timing } from '../bench/child.ts';
import { measure } from '../bench/measure.ts';
import { findPython } from '../bench/python.ts';
import { median, rounded, spread } from '../bench/statistics.ts';

test('our worker times a workload and says what it is', { timeout: 60_000 }, async () => {
  const worker = fileURLToPath(new URL('../bench/worker.ts', import.meta.url));
  const child = startChild('gansmith', process.execPath, ['--import', 'tsx', worker]);
  try {
    const timing = await child.time('toy-16', 3);
    expect(timing.milliseconds).toHaveLength(3);
    expect(timing.milliseconds.every((time) => time > 0)).toBe(true);
    // 2-16-16-2 and 2-16-16-1.
    expect(timing.parameters).toEqual({ G: 48 + 272 + 34, D: 48 + 272 + 17 });
    expect(timing.peakMegabytes).toBeGreaterThan(10);
    expect(await child.versions()).toMatchObject({ threads: 2, node: process.versions.node });
    await expect(child.time('toy-17', 1)).rejects.toThrow(
      "gansmith: unknown workload 'toy-17'; there are: versions, gan,",
    );
  } finally {
    await child.stop();
  }
});

/** Answers with fixed times. */
const pretend = (times: readonly number[], parameters: Record<string, number>): Child => {
  let round = 0;
  return {
    async time(_, iterations): Promise<Timing> {
      const time = times[Math.min(round++, times.length - 1)]!;
      return { milliseconds: Array.from({ length: iterations }, () => time), peakMegabytes: 100, parameters };
    },
    versions: async () => ({}),
    stop: async () => {},
  };
};

test('a ratio above 1 means faster than PyTorch', async () => {
  // The first answer of each only sets the number of iterations.
  const ours = pretend([600, 300, 200, 250], { G: 1 });
  const pytorch = pretend([600, 600, 400, 1000], { G: 1 });
  const result = await measure('toy', ours, pytorch, 3);
  expect(result).toMatchObject({
    ratio: 2.4,
    ratioSpread: { median: 2, lowest: 2, highest: 4 },
    fastestRatio: 2,
    ours: { median: 250, lowest: 200, highest: 300 },
    pytorch: { median: 600, lowest: 400, highest: 1000 },
    iterationsPerRound: { ours: 2, pytorch: 2 },
  });
});

test('networks of different sizes are not compared', async () => {
  const comparison = measure('toy', pretend([1], { G: 10, D: 5 }), pretend([1], { G: 10, D: 6 }), 1);
  await expect(comparison).rejects.toThrow(
    'toy: D has 5 parameters here and 6 in PyTorch; compare like with like',
  );
});

afterEach(() => vi.unstubAllEnvs());

test('without PyTorch the benchmark says how to get it', () => {
  vi.stubEnv('GANSMITH_PYTHON', 'no-such-python');
  expect(findPython).toThrow("'no-such-python' cannot be started. Make an environment and point to it:");
  expect(findPython).toThrow('GANSMITH_PYTHON=~/torch-venv/bin/python npm run bench');
  // Any program that fails stands for a Python without the package.
  vi.stubEnv('GANSMITH_PYTHON', process.execPath);
  expect(findPython).toThrow('has no PyTorch');
});

test('statistics', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(spread([3, 1, 2])).toEqual({ median: 2, lowest: 1, highest: 3 });
  expect(rounded(1234.56)).toBe(1235);
});
