import { describe, expect, it } from 'vitest';
import { bootstrapInterval, bootstrapMean } from './bootstrap.ts';
import { classificationAccuracy } from './classificationAccuracy.ts';
import { takeRows } from './features.ts';
import {
  featurePair,
  hashValues,
  labelledPair,
  largestDifference,
  mapped,
  normalFeatures,
  relativeError,
  setNames,
  stored,
  storedNumber,
} from './fixture.testing.ts';
import { inceptionScore, softmax } from './inceptionScore.ts';
import { lerp, slerp } from './interpolation.ts';
import { kernelDistance, polynomialDiscrepancy } from './kernelDistance.ts';
import { maximumMeanDiscrepancy } from './maximumMeanDiscrepancy.ts';
import { parzenLogDensities, parzenLogLikelihood } from './parzenWindow.ts';
import { perceptualPathLength, trimmedMean } from './perceptualPathLength.ts';
import { mean, standardDeviation } from './statistics.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe.each(setNames)('densities of %s', (name) => {
  const { real, generated } = featurePair(name);

  it('have the kernel distances of scikit-learn and torchmetrics', () => {
    const value = polynomialDiscrepancy(real, generated);
    expect(relativeError(value, storedNumber(`${name}/kernelDistance`))).toBeLessThan(1e-9);
    if (real.count === generated.count) {
      expect(relativeError(value, storedNumber(`${name}/kernelDistanceByTorchmetrics`))).toBeLessThan(1e-9);
    }
    const { value: gaussian, bandwidth } = maximumMeanDiscrepancy(real, generated);
    expect(relativeError(bandwidth, storedNumber(`${name}/bandwidth`))).toBeLessThan(1e-12);
    expect(Math.abs(gaussian - storedNumber(`${name}/discrepancy`))).toBeLessThan(1e-13);
  });

  it("have scikit-learn's Parzen-window log-likelihood, its error and the best width", () => {
    const half = Math.floor(real.count / 2);
    const [validation, test] = [takeRows(real, range(0, half)), takeRows(real, range(half, real.count))];
    const found = parzenLogLikelihood(generated, test, validation, { sigmas: stored(`${name}/sigmas`) });
    expect(found.sigma).toBe(storedNumber(`${name}/parzenSigma`));
    expect(relativeError(found.value, storedNumber(`${name}/parzen`))).toBeLessThan(1e-11);
    expect(relativeError(found.standardError, storedNumber(`${name}/parzenError`))).toBeLessThan(1e-10);
  });

  it("have NumPy's trimmed path length and SciPy's arc", () => {
    const count = Math.min(real.count, generated.count);
    const [a, b] = [takeRows(real, range(0, count)), takeRows(generated, range(0, count))];
    const value = perceptualPathLength(a, b, { epsilon: 0.01 });
    expect(relativeError(value, storedNumber(`${name}/pathLength`))).toBeLessThan(1e-12);
    const row = (features: typeof a, i: number) => takeRows(features, [i]).data;
    expect(
      largestDifference(slerp(row(real, 0), row(generated, 1), 0.3), stored(`${name}/slerp`)),
    ).toBeLessThan(1e-14);
  });
});

describe('the kernel distance', () => {
  const [real, generated] = [normalFeatures('real', 300, 5), normalFeatures('generated', 300, 5)];

  it('is the mean over subsets, with its standard error', () => {
    const all = kernelDistance(real, generated, { subsets: 3, subsetSize: 300 });
    for (const estimate of all.estimates) {
      expect(estimate).toBeCloseTo(polynomialDiscrepancy(real, generated), 12);
    }
    const { value, standardError, estimates } = kernelDistance(real, generated, {
      subsets: 50,
      subsetSize: 100,
    });
    expect(value).toBeCloseTo(mean(estimates), 15);
    expect(standardError).toBeCloseTo(standardDeviation(estimates) / Math.sqrt(50), 15);
    expect(kernelDistance(real, generated, { subsets: 5, subsetSize: 50, seed: 1 })).not.toEqual(
      kernelDistance(real, generated, { subsets: 5, subsetSize: 50, seed: 2 }),
    );
  });

  it('is unbiased: within its error of 0 for equal distributions, of either sign', () => {
    const values = range(0, 40).map((i) =>
      polynomialDiscrepancy(normalFeatures(`a${i}`, 60, 3), normalFeatures(`b${i}`, 60, 3)),
    );
    expect(Math.abs(mean(values))).toBeLessThan((3 * standardDeviation(values)) / Math.sqrt(40));
    expect(Math.min(...values)).toBeLessThan(0);
  });

  it('and the Gaussian discrepancy rise with a shift and are symmetric', () => {
    const shifts = [0, 0.25, 0.5, 1];
    for (const distance of [
      polynomialDiscrepancy,
      (a: typeof real, b: typeof real) => maximumMeanDiscrepancy(a, b, { bandwidth: 2 }).value,
    ]) {
      const values = shifts.map((shift) =>
        distance(
          real,
          mapped(generated, (x) => x + shift),
        ),
      );
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(distance(generated, real)).toBeCloseTo(distance(real, generated), 13);
    }
  });

  it('refuses subsets larger than the sets, and sets without a scale', () => {
    expect(() => kernelDistance(real, generated)).toThrow(
      'kernelDistance: subsetSize is 1000; expected a whole number from 2 to 300',
    );
    const same = { data: new Float64Array(10).fill(1), count: 5, width: 2 };
    expect(() => maximumMeanDiscrepancy(same, same)).toThrow('so the median distance is 0; give a bandwidth');
    expect(() => polynomialDiscrepancy(real, normalFeatures('wide', 9, 6))).toThrow(
      '5 features a sample and generated has 6',
    );
  });
});

describe('the Parzen window', () => {
  it('is a density: it integrates to 1', () => {
    const centres = { data: Float64Array.of(-1, 0.5, 3), count: 3, width: 1 };
    const points = { data: Float64Array.from(range(0, 4000), (i) => i / 200 - 10), count: 4000, width: 1 };
    const [logs] = parzenLogDensities(centres, points, [0.7]);
    expect(logs!.reduce((sum, log) => sum + Math.exp(log) / 200, 0)).toBeCloseTo(1, 10);
  });

  it('finds no candidate in an empty list', () => {
    const one = { data: Float64Array.of(0), count: 1, width: 1 };
    expect(() => parzenLogLikelihood(one, one, one, { sigmas: [] })).toThrow('sigmas is empty');
    expect(() => parzenLogDensities(one, one, [0])).toThrow('sigma is 0; expected a positive number');
  });
});

describe('the Inception Score', () => {
  it.each([
    ['sure', 40],
    ['unsure', 6],
    ['blind', 0.5],
  ] as const)('of a classifier that is %s equals SciPy', (name, scale) => {
    const logits = { data: hashValues(`logits/${name}`, 707, scale), count: 101, width: 7 };
    const { value, standardDeviation: spread } = inceptionScore(softmax(logits));
    const [expected, expectedSpread] = stored(`inception/${name}`);
    expect(relativeError(value, expected!)).toBeLessThan(1e-13);
    expect(Math.abs(spread - expectedSpread!)).toBeLessThan(1e-13);
  });

  it('runs from 1 to the number of classes', () => {
    const rows = (of: (i: number, k: number) => number) => ({
      data: Float64Array.from(range(0, 40), (at) => of(Math.floor(at / 4), at % 4)),
      count: 10,
      width: 4,
    });
    expect(
      inceptionScore(
        rows(() => 0.25),
        { splits: 2 },
      ),
    ).toMatchObject({ value: 1, standardDeviation: 0 });
    const sure = rows((i, k) => (i % 4 === k ? 1 : 0));
    expect(inceptionScore(takeRows(sure, range(0, 8)), { splits: 2 }).value).toBeCloseTo(4, 12);
    expect(() => inceptionScore(rows(() => 1))).toThrow('the probabilities of sample 0 sum to 4');
    expect(() => inceptionScore(sure, { splits: 11 })).toThrow(
      'splits is 11; expected a whole number from 1 to 10',
    );
  });
});

describe('paths', () => {
  it('along a straight line and on the sphere', () => {
    expect(Array.from(lerp(Float64Array.of(0, 2), Float64Array.of(4, 2), 0.25))).toEqual([1, 2]);
    const [a, b] = [Float64Array.of(3, 0), Float64Array.of(0, 5)];
    const middle = slerp(a, b, 0.5);
    expect(largestDifference(middle, [Math.SQRT1_2, Math.SQRT1_2])).toBeLessThan(1e-15);
    expect(Array.from(slerp(a, a, 0.5))).toEqual([1, 0]);
    expect(() => slerp(a, Float64Array.of(-1, 0), 0.5)).toThrow('the ends point in opposite directions');
    expect(() => slerp(a, Float64Array.of(0, 0), 0.5)).toThrow('an end has length 0');
    expect(() => lerp(a, Float64Array.of(1), 0)).toThrow('the ends have 2 and 1 elements');
  });

  it('lose their longest and shortest percent', () => {
    const distances = Float64Array.from(range(0, 201));
    distances[7] = 1e9;
    const sorted = range(0, 201).filter((i) => i !== 7);
    expect(trimmedMean(distances)).toBeCloseTo(mean(sorted.slice(2, 199)), 12);
    expect(trimmedMean(Float64Array.of(5))).toBe(5);
    expect(() => trimmedMean(Float64Array.of(1, NaN))).toThrow('expected one or more finite distances');
  });
});

describe('classification accuracy', () => {
  it.each(setNames)('of %s equals scikit-learn, in all and in each class', (name) => {
    const { realLabels } = labelledPair(name);
    const { value, classes, hits } = classificationAccuracy(stored(`${name}/predicted`), realLabels);
    expect(value).toBe(storedNumber(`${name}/accuracy`));
    expect(classes.map(({ value: ofClass }) => ofClass)).toEqual(stored(`${name}/accuracies`));
    expect(mean(hits)).toBe(value);
  });

  it('refuses labels that are no pairs', () => {
    expect(() => classificationAccuracy([1], [1, 2])).toThrow('1 predictions for 2 labels');
    expect(() => classificationAccuracy([], [])).toThrow('there are no predictions');
  });
});

describe('bootstrap intervals', () => {
  it('of a mean are about 1.96 standard errors wide on each side, and repeat', () => {
    const { data } = normalFeatures('values', 400, 1, 5, 2);
    const { low, high } = bootstrapMean(data, { resamples: 4000 });
    const error = standardDeviation(data) / 20;
    expect(Math.abs((mean(data) - low) / error - 1.96)).toBeLessThan(0.15);
    expect(Math.abs((high - mean(data)) / error - 1.96)).toBeLessThan(0.15);
    expect(bootstrapMean(data)).toEqual(bootstrapMean(data));
    expect(bootstrapMean(data, { seed: 1 })).not.toEqual(bootstrapMean(data));
  });

  it('hold the true mean about as often as they say', () => {
    const held = range(0, 200).filter((i) => {
      const { low, high } = bootstrapMean(normalFeatures(`held${i}`, 60, 1).data, {
        resamples: 300,
        level: 0.9,
      });
      return low <= 0 && high >= 0;
    }).length;
    expect(held).toBeGreaterThan(200 * 0.9 - 17); // four standard deviations
    expect(held).toBeLessThan(200 * 0.9 + 17);
  });

  it('take statistics of several sets', () => {
    const [a, b] = [normalFeatures('a', 80, 1, 2), normalFeatures('b', 50, 1)];
    const { low, high } = bootstrapInterval([80, 50], ([first, second]) => {
      return mean(takeRows(a, first!).data) - mean(takeRows(b, second!).data);
    });
    expect(low).toBeGreaterThan(1);
    expect(high).toBeLessThan(3);
    expect(() => bootstrapMean([1, 2], { level: 95 })).toThrow(
      'level is 95; expected a number between 0 and 1',
    );
    expect(() => bootstrapInterval([2], () => NaN)).toThrow('the statistic of a resample is not a number');
  });
});
