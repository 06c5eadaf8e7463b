import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it, type TestContext } from 'vitest';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { executablePath } from '../support/browser.ts';
import { type Result, runSamples } from './programs.ts';
import { openBuilt, relativeError } from './site.ts';

// WebGPU where the browser has an adapter: Chromium brings one in software, SwiftShader, behind this flag.

const opened = openBuilt(['--enable-unsafe-webgpu']);
opened.catch(() => {});

afterAll(async () => {
  const page = await opened.catch(() => undefined);
  await page?.close();
});

const inPage = async <R>(name: string, on: 'wasm' | 'webgpu'): Promise<R> =>
  (await opened).page.evaluate(`run('${name}', '${on}')`);

/** A browser without an adapter is not at fault: the test is then skipped, with the library's own words. */
async function requireAdapter({ skip }: TestContext): Promise<void> {
  const problem = await (await opened).page.evaluate<string | undefined>(`problemOf('webgpu')`);
  skip(problem !== undefined, problem);
}

/** Names of results further from what is expected than a relative error (L2) allows. */
const unlike = (actual: Result, expected: Result, allowed: (name: string) => number): string[] =>
  Object.keys(expected).filter((name) => !(relativeError(actual[name]!, expected[name]!) < allowed(name)));

it.for(['trainToy', 'trainDcgan'])('%s: the same weights as on WebAssembly', async (name, context) => {
  await requireAdapter(context);
  const [actual, expected] = [await inPage<Result>(name, 'webgpu'), await inPage<Result>(name, 'wasm')];
  expect(expected.losses!.every(Number.isFinite)).toBe(true);
  // Adam divides small gradients by their own size, which makes much of their rounding.
  expect(unlike(actual, expected, () => 1e-5)).toEqual([]);
});

it('computes every operation as the interpreter does', async (context) => {
  await requireAdapter(context);
  const actual = await inPage<Result>('runSamples', 'webgpu');
  // WebGPU allows sine and cosine an absolute error of 2^-11.
  const allowed = (name: string) => (/^(sin|cos) /.test(name) ? 2 ** -11 : 2e-6);
  expect(unlike(actual, await runSamples(interpreterExecutor), allowed)).toEqual([]);
});

it('comes to the same weights in Node', async ({ skip }) => {
  const script = fileURLToPath(new URL('nodeWebGpu.ts', import.meta.url));
  const env = { ...process.env, ...softwareAdapter() };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    env,
    maxBuffer: 2 ** 26,
  });
  const { problem, actual, expected } = JSON.parse(stdout || JSON.stringify({ problem: stderr }));
  skip(String(problem).includes('Failed to get a WebGPU adapter'), problem);
  expect(problem).toBeUndefined();
  expect(unlike(actual, expected, () => 1e-5)).toEqual([]);
});

/** Chromium's adapter in software, for a program outside of the browser. */
function softwareAdapter(): Record<string, string> {
  const folder = dirname(realpathSync(executablePath));
  const driver = [folder, '/usr/lib/chromium']
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find(existsSync);
  return driver ? { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) } : {};
}

it('leaves the console empty', async () => {
  expect((await opened).complaints).toEqual([]);
});
