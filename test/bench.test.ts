import { afterEach, expect, test, vi } from 'vitest';
import { buildWorker } from '../bench/buildWorker.ts';
import { type Child, startChild, type Timing } from '../bench/child.ts';
import { measure } from '../bench/measure.ts';
import { chosenEngines } from '../bench/others.ts';
import { findPython } from '../bench/python.ts';
import { median, rounded, spread } from '../bench/statistics.ts';

test('our worker times a workload and says what it is', { timeout: 60_000 }, async () => {
  const child = startChild('gansmith', process.execPath, [await buildWorker()]);
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

test('a further engine is timed in the same run, or the row says why not', async () => {
  const fails: Child = { ...pretend([], {}), time: () => Promise.reject(new Error('no such kernel')) };
  const others = new Map([
    ['quick', pretend([30, 20, 40, 30], { G: 1 })],
    ['slow', pretend([9000, 8000], { G: 1 })],
    ['broken', fails],
    ['different', pretend([10], { G: 2 })],
  ]);
  const same = { G: 1 };
  const result = await measure('toy', pretend([10], same), pretend([20], same), 3, others);
  expect(result.ratio).toBe(2);
  expect(result.others).toMatchObject([
    { engine: 'quick', ratio: 3, milliseconds: { median: 30, lowest: 20, highest: 40 }, rounds: 3 },
    // Two rounds of one iteration are all that fit into twenty seconds.
    { engine: 'slow', milliseconds: { median: 8000 }, rounds: 2, iterationsPerRound: 1 },
    { engine: 'broken', reason: 'no such kernel' },
    {
      engine: 'different',
      reason: 'toy: G has 1 parameters here and 2 in different; compare like with like',
    },
  ]);
});

test('an engine that takes too long is ended', async () => {
  const child = startChild('sleeper', process.execPath, ['-e', 'setInterval(() => {}, 1000)'], 0.2);
  await expect(child.time('toy', 1)).rejects.toThrow(
    'sleeper: no answer to {"workload":"toy","iterations":1} within 0.2 s',
  );
  await child.stop();
});

test('engines are chosen by name, and the bench says how to get their packages', () => {
  expect(chosenEngines('pytorch')).toEqual([]);
  expect(chosenEngines('pytorch,pytorch-compile', '/nowhere')).toEqual(['pytorch-compile']);
  expect(chosenEngines('tfjs', import.meta.dirname)).toEqual(['tfjs']);
  expect(() => chosenEngines('tfjs', '/nowhere')).toThrow('npm ci --prefix bench/engines --ignore-scripts');
  expect(() => chosenEngines('tensorflow')).toThrow(
    'unknown engine tensorflow; there are pytorch, pytorch-compile, tfjs, jax-js',
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
