import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { erf, evaluate, tensor } from '../graph/index.ts';
import {
  constant,
  fans,
  heNormal,
  heUniform,
  normal,
  ones,
  orthogonal,
  pytorchDefault,
  pytorchDefaultBias,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts';
import type { Initializer } from './scope.ts';

const drawn = (init: Initializer, shape: readonly number[], seed = 5): number[] => [
  ...init(randomStream(seed, 'weight'), shape),
];

/** Largest distance between the share of numbers up to x and the distribution function at x (Kolmogorov, Smirnov). */
function distance(
  numbers: readonly number[],
  distribution: (sorted: readonly number[]) => readonly number[],
): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const n = sorted.length;
  return Math.max(...distribution(sorted).map((p, i) => Math.max(p - i / n, (i + 1) / n - p)));
}

const standardNormal = (values: readonly number[]): number[] =>
  [...evaluate(erf(tensor(values.map((x) => x / Math.SQRT2))))].map((e) => (1 + e) / 2);
const normalDistribution =
  (std: number, mean = 0) =>
  (sorted: readonly number[]) =>
    standardNormal(sorted.map((x) => (x - mean) / std));
const uniformDistribution = (low: number, high: number) => (sorted: readonly number[]) =>
  sorted.map((x) => (x - low) / (high - low));
const truncatedDistribution = (std: number, mean: number) => (sorted: readonly number[]) => {
  const tail = standardNormal([-2])[0]!;
  return normalDistribution(std, mean)(sorted).map((p) => (p - tail) / (1 - 2 * tail));
};

// 20 inputs of 3x5 taps, 80 outputs: fan in 300, fan out 1200, 24,000 numbers.
const SHAPE = [80, 20, 3, 5];
// 1.63 / sqrt(n) is exceeded by one honest stream in a hundred; the seed is fixed.
const LIMIT = 1.63 / Math.sqrt(24_000);

const distributed: [string, Initializer, (sorted: readonly number[]) => readonly number[]][] = [
  ['normal', normal(0.02), normalDistribution(0.02)],
  ['normal about a mean', normal(0.02, 1), normalDistribution(0.02, 1)],
  ['uniform', uniform(-0.5, 2), uniformDistribution(-0.5, 2)],
  ['truncatedNormal', truncatedNormal(0.3, 1), truncatedDistribution(0.3, 1)],
  ['heNormal', heNormal(), normalDistribution(Math.sqrt(2 / 300))],
  ['heNormal by fan out', heNormal({ fan: 'out' }), normalDistribution(Math.sqrt(2 / 1200))],
  ['heNormal for a slope', heNormal({ slope: 0.2 }), normalDistribution(Math.sqrt(2 / 1.04 / 300))],
  ['heNormal with a gain', heNormal({ gain: 3 }), normalDistribution(3 / Math.sqrt(300))],
  ['heUniform', heUniform(), uniformDistribution(-Math.sqrt(6 / 300), Math.sqrt(6 / 300))],
  ['xavierNormal', xavierNormal(), normalDistribution(Math.sqrt(2 / 1500))],
  ['xavierNormal with a gain', xavierNormal(5 / 3), normalDistribution((5 / 3) * Math.sqrt(2 / 1500))],
  ['xavierUniform', xavierUniform(2), uniformDistribution(-2 * Math.sqrt(6 / 1500), 2 * Math.sqrt(6 / 1500))],
  ['pytorchDefault', pytorchDefault, uniformDistribution(-1 / Math.sqrt(300), 1 / Math.sqrt(300))],
  [
    'pytorchDefaultBias',
    pytorchDefaultBias([7, 20, 3, 5]),
    uniformDistribution(-1 / Math.sqrt(300), 1 / Math.sqrt(300)),
  ],
];

describe.each(distributed)('%s', (_, init, distribution) => {
  const numbers = drawn(init, SHAPE);

  it('follows its distribution', () => {
    expect(numbers).toHaveLength(24_000);
    expect(distance(numbers, distribution)).toBeLessThan(LIMIT);
  });

  it('depends on nothing but the stream', () => {
    expect(drawn(init, SHAPE)).toEqual(numbers);
    expect(drawn(init, SHAPE, 6)).not.toEqual(numbers);
  });
});

it('tells a scale that is 2 percent off apart', () => {
  expect(distance(drawn(normal(0.02), SHAPE), normalDistribution(0.0208))).toBeGreaterThan(LIMIT);
});

it('keeps truncated draws within two deviations and shrinks their variance', () => {
  const numbers = drawn(truncatedNormal(0.5, 1), [100, 200]);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(2);
  const variance = numbers.reduce((sum, x) => sum + (x - 1) ** 2, 0) / numbers.length;
  // 1 - 4 phi(2) / (2 Phi(2) - 1) of the variance is left, which is 0.7737.
  expect(Math.abs(variance / 0.25 - 0.7737)).toBeLessThan(0.02);
});

it('repeats constants', () => {
  expect(drawn(constant(2.5), [2, 3])).toEqual([2.5, 2.5, 2.5, 2.5, 2.5, 2.5]);
  expect(drawn(zeros, [2])).toEqual([0, 0]);
  expect(drawn(ones, [])).toEqual([1]);
});

it('counts fans as PyTorch', () => {
  expect(fans([5, 7])).toEqual({ in: 7, out: 5 });
  expect(fans([64, 3, 4, 5])).toEqual({ in: 60, out: 1280 });
});

it('refuses to count the fans of a vector', () => {
  for (const init of [heNormal(), xavierUniform(), pytorchDefault, orthogonal()]) {
    expect(() => drawn(init, [8])).toThrow(UsageError);
  }
  expect(() => fans([8])).toThrow(
    'initialiser: expects the shape of a weight, [out, in, ...], not [8]; use normal, uniform or constant for a vector',
  );
});

describe('orthogonal', () => {
  it('has orthogonal rows or columns of length gain', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (out, inputs, taps, gain) => {
          const columns = inputs * taps;
          const numbers = drawn(orthogonal(gain), [out, inputs, taps]);
          const wide = out <= columns;
          const count = wide ? out : columns;
          const vector = (k: number) =>
            wide
              ? numbers.slice(k * columns, (k + 1) * columns)
              : numbers.filter((_, i) => i % columns === k);
          for (let j = 0; j < count; j++) {
            for (let k = 0; k <= j; k++) {
              const dot = vector(j).reduce((sum, x, i) => sum + x * vector(k)[i]!, 0);
              expect(Math.abs(dot - (j === k ? gain ** 2 : 0))).toBeLessThan(1e-6 * gain ** 2);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('favours no direction', () => {
    // Without the sign fix of the QR decomposition, the diagonal would have one sign.
    const corners = Array.from({ length: 400 }, (_, seed) => drawn(orthogonal(), [3, 3], seed));
    for (const i of [0, 4, 8]) {
      const mean = corners.reduce((sum, matrix) => sum + matrix[i]!, 0) / corners.length;
      // An element has variance 1/3; four deviations of the mean.
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 3 / 400));
    }
  });
});
