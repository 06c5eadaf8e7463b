import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, type TestContext } from 'vitest';
import { executablePath } from '../support/browser.ts';
import type { Result } from './programs.ts';
import { openBuilt, relativeError } from './site.ts';

// WebGPU where the browser has an adapter: Chromium brings one in software, SwiftShader, behind this flag.

export const opened = openBuilt(['--enable-unsafe-webgpu']);
opened.catch(() => {});

afterAll(async () => {
  const page = await opened.catch(() => undefined);
  await page?.close();
});

export const inPage = async <R>(name: string, on: 'wasm' | 'webgpu'): Promise<R> =>
  (await opened).page.evaluate(`run('${name}', '${on}')`);

/** A browser without an adapter is not at fault: the test is then skipped, with the library's own words. */
export async function requireAdapter({ skip }: TestContext): Promise<void> {
  const problem = await (await opened).page.evaluate<string | undefined>(`problemOf('webgpu')`);
  skip(problem !== undefined, problem);
}

/** Names of results further from what is expected than a relative error (L2) allows. */
export const unlike = (actual: Result, expected: Result, allowed: (name: string) => number): string[] =>
  Object.keys(expected).filter((name) => !(relativeError(actual[name]!, expected[name]!) < allowed(name)));

/** Asserts that a GAN of `gans.ts` trains to the same weights on WebGPU as on WebAssembly. */
export async function assertSameWeights(name: string, context: TestContext): Promise<void> {
  await requireAdapter(context);
  const [actual, expected] = [await inPage<Result>(name, 'webgpu'), await inPage<Result>(name, 'wasm')];
  expect(expected.losses!.every(Number.isFinite)).toBe(true);
  // Adam divides small gradients by their own size, which makes much of their rounding.
  expect(unlike(actual, expected, () => 1e-5)).toEqual([]);
}

/** Asserts that a GAN of `gans.ts` trains to the same weights on WebGPU in Node as on the processor. */
export async function assertSameWeightsInNode(name: string, { skip }: TestContext): Promise<void> {
  const script = fileURLToPath(new URL('nodeWebGpu.ts', import.meta.url));
  const env = { ...process.env, ...softwareAdapter() };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, name], {
    env,
    maxBuffer: 2 ** 26,
  });
  const { problem, actual, expected } = JSON.parse(stdout || JSON.stringify({ problem: stderr }));
  skip(String(problem).includes('Failed to get a WebGPU adapter'), problem);
  expect(problem).toBeUndefined();
  expect(unlike(actual, expected, () => 1e-5)).toEqual([]);
}

/** Chromium's adapter in software, for a program outside of the browser. */
function softwareAdapter(): Record<string, string> {
  const folder = dirname(realpathSync(executablePath));
  const driver = [folder, '/usr/lib/chromium']
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find(existsSync);
  return driver ? { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) } : {};
}
