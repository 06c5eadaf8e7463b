import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { input, matmul, mean, state } from '../../graph/index.ts';
import type { Program } from '../../graph/program.ts';
import { signatureOf } from '../../graph/signature.ts';
import { slowExecutor } from '../../runtime/timing.testing.ts';
import { decisionsFile, keepDecisions, machineKey, readDecisions } from './decisions.ts';
import { temporaryFolder } from './fixtures.testing.ts';
import { tuneRun } from './tuning.ts';

/** Two products worth measuring; the larger first. */
const products = [256, 512].map((size) =>
  matmul(input(`x${size}`, [size, size]), state(`w${size}`, [size, 256])),
);
const [small, large] = products.map(signatureOf) as [string, string];
const programs: Program[] = [
  { name: 'p', outputs: new Map(products.map((product, i) => [`y${i}`, mean(product)])), updates: new Map() },
];
const executorFor = (milliseconds: Record<string, number>) =>
  slowExecutor(([form]) => [milliseconds[form!]!]);
const stored = () => JSON.parse(readFileSync(decisionsFile(), 'utf8'));
const tune = async (milliseconds: Record<string, number>, seconds = 2, threads = 2) => {
  const warnings: string[] = [];
  const { executor, log } = executorFor(milliseconds);
  const onWarning = (message: string) => void warnings.push(message);
  return { ...(await tuneRun(programs, executor, { threads, seconds, onWarning })), log, warnings };
};

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv('GANSMITH_CACHE', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('tuning a run', () => {
  it('measures once, and then does as it found', async () => {
    const first = await tune({ gemm: 10, matmul: 5 });
    expect(first).toMatchObject({
      choices: { [small]: 'matmul', [large]: 'matmul' },
      measured: 2,
      unmeasured: 0,
    });
    const second = await tune({ gemm: 5, matmul: 10 });
    expect(second).toEqual({ choices: first.choices, measured: 0, unmeasured: 0, log: [], warnings: [] });
  });

  it('measures anew for another number of threads, beside what it knows', async () => {
    await tune({ gemm: 10, matmul: 5 });
    expect((await tune({ gemm: 5, matmul: 10 }, 2, 1)).choices).toEqual({ [small]: 'gemm', [large]: 'gemm' });
    expect((await tune({ gemm: 5, matmul: 10 })).choices).toEqual({ [small]: 'matmul', [large]: 'matmul' });
    expect(Object.keys(stored().machines)).toEqual([
      expect.stringMatching(/cores, 2 threads, onnxruntime-node \d+\.\d+\.\d+, gansmith \d+\.\d+\.\d+$/),
      expect.stringMatching(/cores, 1 threads/),
    ]);
  });

  it('stands by what it had no time for, until it is given more', async () => {
    const first = await tune({ gemm: 100, matmul: 50 });
    expect(first).toMatchObject({
      choices: { [small]: 'gemm', [large]: 'matmul' },
      measured: 1,
      unmeasured: 1,
    });
    for (const seconds of [2, 1]) {
      const again = await tune({ gemm: 10, matmul: 5 }, seconds);
      expect(again).toEqual({ choices: first.choices, measured: 0, unmeasured: 0, log: [], warnings: [] });
    }
    const more = await tune({ gemm: 10, matmul: 5 }, 3);
    expect(more).toMatchObject({ choices: { [small]: 'matmul', [large]: 'matmul' }, measured: 1 });
    expect((await tune({ gemm: 5, matmul: 10 })).choices).toEqual(more.choices);
  });

  it('with no time neither measures nor reads nor writes', async () => {
    await tune({ gemm: 10, matmul: 5 });
    const before = stored();
    expect(await tune({ gemm: 10, matmul: 5 }, 0)).toEqual({
      choices: { [small]: 'gemm', [large]: 'gemm' },
      ...{ measured: 0, unmeasured: 0, log: [], warnings: [] },
    });
    expect(stored()).toEqual(before);
  });

  it.each([
    ['no JSON', '{"format": 1, "mach'],
    ['of another form', '{"format": 1, "machines": {"a": {"b": "gemm"}}}'],
    ['newer', '{"format": 2}'],
  ])('makes a file anew that is %s, with a warning', async (_, content) => {
    mkdirSync(dirname(decisionsFile()), { recursive: true });
    writeFileSync(decisionsFile(), content);
    const { choices, warnings } = await tune({ gemm: 10, matmul: 5 });
    expect(warnings).toEqual([`${decisionsFile()} cannot be used: it is damaged; it is made anew`]);
    expect((await tune({ gemm: 5, matmul: 10 })).choices).toEqual(choices);
  });

  it('does not look into the file for small networks', async () => {
    mkdirSync(dirname(decisionsFile()), { recursive: true });
    writeFileSync(decisionsFile(), 'no JSON');
    const product = matmul(input('x', [4, 4]), state('w', [4, 4]));
    const tiny: Program = { name: 'tiny', outputs: new Map([['y', mean(product)]]), updates: new Map() };
    const onWarning = vi.fn();
    const { executor } = executorFor({});
    expect(await tuneRun([tiny], executor, { threads: 2, seconds: 2, onWarning })).toEqual({
      choices: { [signatureOf(product)]: 'gemm' },
      ...{ measured: 0, unmeasured: 0 },
    });
    expect(onWarning).not.toHaveBeenCalled();
  });

  it('does not measure what it could not keep, and warns once', async () => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('GANSMITH_CACHE', join(folder, 'file', 'cache'));
    const { choices, log, warnings } = await tune({ gemm: 10, matmul: 5 });
    expect({ choices, log }).toEqual({ choices: { [small]: 'gemm', [large]: 'gemm' }, log: [] });
    expect(warnings).toEqual([
      expect.stringMatching(
        /could not write in .*file.cache: a part of the path is a file.*Operations are not tuned for this machine/,
      ),
    ]);
  });

  it('leaves nothing when it is asked to stop', async () => {
    const { executor } = executorFor({ gemm: 10, matmul: 5 });
    const options = { threads: 2, seconds: 2, shouldStop: () => true };
    expect(await tuneRun(programs, executor, options)).toMatchObject({ measured: 0, unmeasured: 0 });
    expect(readDecisions(machineKey('onnxruntime-node', 2), () => {})).toEqual({});
  });
});

describe('kept decisions', () => {
  const keep = (form: string, measured: boolean, seconds: number) =>
    keepDecisions('a machine', { conv: { form, measured } }, seconds).conv!.form;

  it('of a run that came first stay, unless it had less time', () => {
    mkdirSync(dirname(decisionsFile()), { recursive: true });
    expect(keep('first', false, 2)).toBe('first');
    expect(keep('second', false, 2)).toBe('first');
    expect(keep('third', false, 3)).toBe('third');
    expect(keep('fourth', true, 9)).toBe('fourth');
    expect(keep('fifth', true, 99)).toBe('fourth');
  });
});
