import { afterAll, expect, type TestContext } from 'vitest';
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
