import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { openData } from '../data/node.ts';
import { openExtractor } from '../features/node.ts';
import { bootstrapMean } from '../metrics/index.ts';
import { mean, standardDeviation } from '../metrics/statistics.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { verdictOn } from './compare.ts';
import { damages, wrongReactions } from './damage.ts';
import { evaluate, type Score } from './evaluate.ts';
import { jackknifeInterval, studentQuantile } from './intervals.ts';
import { metricsNamed } from './registry.ts';
import { subsetOf } from './subset.ts';

const [training, digits] = [await openData('mnist'), await openData('mnist:test')];
const first = (data: typeof digits, count: number, from = 0, name = data.name) =>
  subsetOf(
    data,
    Uint32Array.from({ length: count }, (_, i) => from + i),
    name,
  );

test('quantiles follow the tables of Student', () => {
  const table = { 3: 3.182, 4: 2.776, 9: 2.262, 30: 2.042, 1e9: 1.96 };
  for (const [freedom, quantile] of Object.entries(table)) {
    expect(Math.abs(studentQuantile(Number(freedom)) / quantile - 1), freedom).toBeLessThan(0.01);
  }
});

test('leaving out groups gives the standard error of a mean', () => {
  const data = randomStream(0, 'values').fillNormal(new Float64Array(40));
  const features = { data, count: 40, width: 1 };
  const { low, high } = jackknifeInterval(mean(data), features, (kept) => mean(kept.data), 20)!;
  const pairs = Array.from({ length: 20 }, (_, i) => (data[2 * i]! + data[2 * i + 1]!) / 2);
  const half = (studentQuantile(19) * standardDeviation(pairs)) / Math.sqrt(20);
  expect(high - low).toBeCloseTo(2 * half, 12);
  expect((high + low) / 2).toBeCloseTo(mean(data), 12);
});

test('a verdict needs intervals that leave no doubt, and knows which way is better', () => {
  const score = (value: number, half: number | null, better: Score['better'] = 'lower'): Score => ({
    ...{ metric: 'fd', value, better, features: 'mnist', hash: 'a', samples: 10, protocol: 'p' },
    interval: half === null ? null : [value - half, value + half],
  });
  expect(verdictOn(score(5, 1), score(10, 1))).toBe('better');
  expect(verdictOn(score(10, 1), score(5, 1))).toBe('worse');
  expect(verdictOn(score(10, 1, 'higher'), score(5, 1, 'higher'))).toBe('better');
  // Half-widths 3 and 4 make a difference of 5 the least that tells.
  expect(verdictOn(score(5.1, 3), score(10, 4))).toBe('cannot tell');
  expect(verdictOn(score(4.9, 3), score(10, 4))).toBe('better');
  expect(verdictOn(score(5, null), score(10, 1))).toBe('cannot tell');
  const half = 'nearer to one half';
  expect(verdictOn(score(0.5, 0.01, half), score(0.9, 0.01, half))).toBe('better');
  expect(verdictOn(score(0.2, 0.01, half), score(0.4, 0.01, half))).toBe('worse');
  expect(() => verdictOn(score(5, 1), { ...score(5, 1), hash: 'b' })).toThrow(
    "fd of one is taken with features of hash 'a', that of the other with 'b'; such numbers do not compare",
  );
});

test('scores do not depend on how many images the extractor takes at once', async () => {
  const scoresWith = async (batch: number) => {
    const extractor = await openExtractor('mnist', nodeExecutor, { batch, threads: 1 });
    const options = { generated: first(digits, 150), real: first(training, 200), extractor };
    const values: Record<string, number> = {};
    for await (const { metric, value } of evaluate({ ...options, metrics: metricsNamed('fd,kd,pr,is') }))
      values[metric] = value;
    await extractor.release();
    return values;
  };
  const reference = await scoresWith(64);
  for (const batch of [1, 7]) {
    for (const [metric, value] of Object.entries(await scoresWith(batch))) {
      expect(Math.abs(value / reference[metric]! - 1), `${metric}, batch ${batch}`).toBeLessThan(1e-4);
    }
  }
});

test('every metric reacts to damage as it should', { timeout: 120_000 }, async () => {
  const extractor = await openExtractor('mnist', nodeExecutor, { threads: 1 });
  const metrics = metricsNamed('fd,kd,pr,dc,modes,memorisation,swd');
  const [real, good, heldOut] = [
    first(training, 1500),
    first(digits, 300, 0, 'good'),
    first(digits, 300, 5000, 'held-out'),
  ];
  const score = async (generated: typeof digits) => {
    const row: Record<string, Score> = {};
    for await (const found of evaluate({ metrics, generated, real, heldOut, extractor }))
      row[found.metric] = found;
    return row;
  };
  const clean = await score(good);
  for (const damage of damages) {
    const levels = damage.levels.filter((_, i) => i % 2 === 1);
    const rows = [clean];
    for (const { level } of levels) rows.push(await score(damage.apply(good, level, real)));
    const judged = { ...damage, levels: [{ level: 0, label: 'none' }, ...levels] };
    expect(wrongReactions(judged, rows), damage.name).toEqual([]);
    // And the judge can be wrong: backwards, every reaction is.
    expect(wrongReactions(judged, rows.toReversed()).length).toBeGreaterThan(0);
  }
  await extractor.release();
});

test('an interval holds the value of more samples about as often as it says', () => {
  const stream = randomStream(3, 'coin');
  let held = 0;
  for (let trial = 0; trial < 100; trial++) {
    const flags = Uint8Array.from({ length: 200 }, () => (stream.uniform() < 0.3 ? 1 : 0));
    const { low, high } = bootstrapMean(flags, { seed: trial, resamples: 200 });
    if (low <= 0.3 && high >= 0.3) held++;
  }
  expect(held).toBeGreaterThan(85);
});
