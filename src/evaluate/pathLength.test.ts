import { expect, test } from 'vitest';
import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { openData } from '../data/node.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { type AnyGan, defineGan, type Styles } from '../gan/defineGan.ts';
import { tensor } from '../graph/ops/leaf.ts';
import type { Tensor } from '../graph/tensor.ts';
import { normal } from '../nn/distribution.ts';
import { forLayers } from '../nn/mapping.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { evaluate, type Score } from './evaluate.ts';
import { ppl } from './pathLength.ts';
import { createPathSampler } from './paths.ts';
import { subsetOf } from './subset.ts';

const SIDE = 16;
const SIZE = SIDE ** 2;
const PATHS = 1000;
const data: DataShape = { kind: 'images', shape: [1, SIDE, SIDE], classes: [] };
/** What the two layers' styles are multiplied by. */
const GAINS = [0.5, -2] as const;

/** w is z squared, and a picture a sum of its two layers' styles: linear in w, curved in z. */
const styles: Styles = {
  mapping: (_, { z }) => forLayers(z!.mul(z!), 2),
  mean: () => tensor(new Float64Array(SIZE).fill(1), [SIZE]),
  synthesis: (_, w) =>
    GAINS.map((gain, layer) => w.slice(1, layer, layer + 1).mul(gain))
      .reduce((sum, part) => sum.add(part))
      .reshape([w.shape[0]!, 1, SIDE, SIDE]),
};
const picture = (x: Tensor): Tensor => x.reshape([x.shape[0]!, 1, SIDE, SIDE]);

const common = {
  title: 'for a test',
  data: ['images' as const],
  config: z.strictObject({ batch: z.int().default(2) }),
  optimizers: () => ({}),
  inputs: () => ({ z: normal([SIZE]) }),
  phases: () => [],
};
const styled: AnyGan = defineGan({ ...common, name: 'styled', networks: () => ({}), styles: () => styles });
const plain: AnyGan = defineGan({
  ...common,
  name: 'plain',
  networks: () => ({ G: (_, x) => picture(x!) }),
});

/** Pixels as they are. */
const pixels: FeatureExtractor = {
  ...{ name: 'pixels', hash: '0'.repeat(64), width: SIZE, classes: [] },
  input: { channels: 1, height: SIDE, width: SIDE, range: [-1, 1] },
  features: async ({ data, shape }) => ({ count: shape[0], features: Float32Array.from(data) }),
  release: async () => {},
};

async function lengthsOf(gan: AnyGan): Promise<Record<string, Score>> {
  const digits = await openData('mnist:test');
  const some = subsetOf(
    digits,
    Uint32Array.from({ length: PATHS }, (_, i) => i),
  );
  const states = interpreterExecutor.createStates();
  const generator = await createPathSampler(interpreterExecutor, { gan, config: { batch: 2 }, data }, states);
  const found: Record<string, Score> = {};
  const options = { metrics: [ppl], generated: some, real: some, generator, extractor: pixels };
  for await (const score of evaluate(options)) found[score.metric] = score;
  await generator.release();
  return found;
}

test('a generator that is linear in w is as long in w as its matrix and the spread of w say', async () => {
  const found = await lengthsOf(styled);
  expect(Object.keys(found)).toEqual(['ppl-full', 'ppl-end', 'ppl-w-full', 'ppl-w-end']);
  // |B (w1 - w0)|^2 with B of the sum of gains, and w of 256 squared normals, each of variance 2.
  const expected = (GAINS[0] + GAINS[1]) ** 2 * SIZE * 2 * 2;
  const [full, end] = [found['ppl-w-full']!, found['ppl-w-end']!];
  expect(Math.abs(full.value / expected - 1)).toBeLessThan(0.03);
  // Straight lines are as fast at their start as anywhere.
  expect(Math.abs(full.value / end.value - 1)).toBeLessThan(1e-3);
  expect(full.interval![0]).toBeLessThan(full.value);
  expect(Math.abs(found['ppl-full']!.value / full.value - 1)).toBeGreaterThan(0.1);
  expect(full.protocol).toContain('paths in w, not truncated, epsilon 0.0001;');
  expect(found['ppl-end']!.protocol).toContain('paths in z, epsilon 0.0001;');
});

test('a generator without styles is measured in z alone', async () => {
  expect(Object.keys(await lengthsOf(plain))).toEqual(['ppl-full', 'ppl-end']);
});
