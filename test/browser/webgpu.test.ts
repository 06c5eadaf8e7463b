import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { executablePath } from '../support/browser.ts';
import { type Result, runSamples } from './programs.ts';
import { assertSameWeights, inPage, opened, requireAdapter, unlike } from './webgpu.ts';

it('a picture GAN: the same weights as on WebAssembly', (context) =>
  assertSameWeights('trainDcgan', context));

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
