import { expect, it } from 'vitest';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { type Result, runSamples } from './programs.ts';
import {
  assertSameWeights,
  assertSameWeightsInNode,
  inPage,
  opened,
  requireAdapter,
  unlike,
} from './webgpu.ts';

it('a picture GAN: the same weights as on WebAssembly', (context) =>
  assertSameWeights('trainDcgan', context));

it('computes every operation as the interpreter does', async (context) => {
  await requireAdapter(context);
  const actual = await inPage<Result>('runSamples', 'webgpu');
  // WebGPU allows sine and cosine an absolute error of 2^-11.
  const allowed = (name: string) => (/^(sin|cos) /.test(name) ? 2 ** -11 : 2e-6);
  expect(unlike(actual, await runSamples(interpreterExecutor), allowed)).toEqual([]);
});

it('a GAN of points comes to the same weights in Node', (context) =>
  assertSameWeightsInNode('trainToy', context));

it('leaves the console empty', async () => {
  expect((await opened).complaints).toEqual([]);
});
