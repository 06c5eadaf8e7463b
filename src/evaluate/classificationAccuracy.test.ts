import { expect, test } from 'vitest';
import { openData } from '../data/node.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { casOf } from './classificationAccuracy.ts';
import { evaluate } from './evaluate.ts';
import { metricsNamed } from './registry.ts';
import { subsetOf } from './subset.ts';

const [training, digits] = [await openData('mnist'), await openData('mnist:test')];
const part = (data: typeof digits, from: number, count: number) =>
  subsetOf(
    data,
    Uint32Array.from({ length: count }, (_, i) => from + i),
  );
const real = part(training, 0, 800);
const heldOut = part(digits, 0, 500);

const score = async (generated: typeof digits) => {
  const metrics = [casOf({ steps: 60, batch: 32, width: 4 })];
  const options = { metrics, generated, real, heldOut, executor: nodeExecutor, threads: 1, samples: 400 };
  const scores = [];
  for await (const found of evaluate(options)) scores.push(found);
  return scores[0]!;
};

test('what learns from good samples names real digits; labels that lie teach nothing', async () => {
  const good = await score(part(training, 1000, 800));
  expect(good).toMatchObject({ metric: 'cas', better: 'higher', features: null, samples: 400 });
  expect(good.protocol).toMatch(/held-out .*; a classifier of width 4 trained for 60 steps of 32/);
  expect(good.value).toBeGreaterThan(0.7);
  // As many real digits teach about the same.
  expect(Math.abs(good.value - good.realValue!)).toBeLessThan(0.1);
  const [low, high] = good.interval!;
  // 1.96 standard deviations of a share of 400 held-out digits on each side.
  expect((high - low) / (2 * 1.96 * Math.sqrt((good.value * (1 - good.value)) / 400))).toBeCloseTo(1, 0);

  const lying = part(training, 1000, 800);
  const shifted: typeof lying = {
    ...lying,
    read(indices, into) {
      const batch = lying.read(indices, into);
      return { ...batch, labels: batch.labels.map((label) => (label + 1) % 10) };
    },
  };
  const taughtWrong = await score(shifted);
  expect(taughtWrong.value).toBeLessThan(0.1);
  expect(taughtWrong.realValue).toBe(good.realValue);
});

test.each([
  [
    'samples without classes',
    { generated: { ...real, classes: [] } },
    /has no classes; it is for conditional runs/,
  ],
  ['no held-out images', { heldOut: undefined }, /it needs real images that were not trained on/],
  [
    'held-out images of other classes',
    { heldOut: { ...heldOut, classes: heldOut.classes.toReversed() } },
    /the classes differ: 0, 1, 2, 3, 4, \.\.\. and 9, 8, 7, 6, 5, \.\.\.; name the sub-folders alike/,
  ],
  ['nothing to train with', { executor: undefined }, /give an executor/],
  ['too few samples', { samples: 63 }, /gives 63 images, and at least 64 are needed/],
])('%s: refused', async (_, wrong, message) => {
  const asked = { metrics: metricsNamed('cas'), generated: real, real, heldOut, executor: nodeExecutor };
  await expect(evaluate({ ...asked, ...wrong }).next()).rejects.toThrow(message);
});
