import { afterAll, expect, it } from 'vitest';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { provoke, type Result, runSamples, train } from './programs.ts';
import { openBuilt, relativeError } from './site.ts';

// Opened here, not in a hook, so that every test fails when there is no browser: a failed hook would skip them.
const opened = openBuilt(['--disable-gpu']);
opened.catch(() => {});

afterAll(async () => {
  const page = await opened.catch(() => undefined);
  await page?.close();
});

/** Runs one of the exports of programs.ts on WebAssembly. */
const inPage = async <R>(name: string): Promise<R> => (await opened).page.evaluate(`run('${name}', 'wasm')`);

it('runs in a page that may use threads', async () => {
  const { page } = await opened;
  expect(await page.evaluate('globalThis.crossOriginIsolated')).toBe(true);
});

it('trains a convolutional network as the interpreter does', async () => {
  const [actual, expected] = [await inPage<Result>('train'), await train(interpreterExecutor)];
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  expect(expected.losses![2]).toBeLessThan(expected.losses![0]!);
  for (const [name, values] of Object.entries(expected)) {
    // Rounding to float32 (6e-8), through sums of a few hundred products and three steps of feedback.
    expect([name, relativeError(actual[name]!, values) < 1e-5]).toEqual([name, true]);
  }
});

it('computes every operation as the interpreter does', async () => {
  const [actual, expected] = [await inPage<Result>('runSamples'), await runSamples(interpreterExecutor)];
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    expect([name, relativeError(actual[name]!, values) < 2e-6]).toEqual([name, true]);
  }
});

it('refuses and exposes in the same words', async () => {
  const messages = await inPage('provoke');
  expect(messages).toEqual(await provoke(interpreterExecutor));
  expect(messages).toEqual({
    missingState: "GansmithError: program p: state 'w' is missing; write float32[2] before the run",
    missingInput:
      "GansmithError: program p: input 'x' is missing; feed a Float32Array of 2 numbers for float32[2]",
    wrongCount: "GansmithError: program p: input 'x' is float32[2] and takes 2 numbers, not 1",
    exposed: 'div_0(x, w) float32[2]: 1,Infinity',
  });
});

it('leaves the console empty', async () => {
  expect((await opened).complaints).toEqual([]);
});
