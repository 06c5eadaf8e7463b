import { describe, expect, it } from 'vitest';
import { type Features, takeRows } from './features.ts';
import {
  featurePair,
  hashValues,
  labelledPair,
  mapped,
  normalFeatures,
  relativeError,
  setNames,
  stored,
  storedNumber,
} from './fixture.testing.ts';
import { frechetDistance, frechetDistanceDiagonal, frechetDistanceOfFeatures } from './frechetDistance.ts';
import { extrapolateToInfinity, frechetInfinity } from './frechetInfinity.ts';
import { intraClassFrechet } from './intraClassFrechet.ts';
import { momentsOf } from './moments.ts';

const between = (a: Features, b: Features) => frechetDistance(momentsOf(a), momentsOf(b));

describe('the Frechet distance', () => {
  it.each(setNames)('of %s equals that by singular values', (name) => {
    const { real, generated } = featurePair(name);
    const expected = storedNumber(`${name}/frechet`);
    const tolerance = name === 'gaussian' || name === 'heavy' ? 1e-12 : 1e-9;
    expect(relativeError(between(real, generated), expected)).toBeLessThan(tolerance);
    expect(relativeError(between(generated, real), expected)).toBeLessThan(tolerance);
    expect(relativeError(frechetDistanceOfFeatures(real, generated), expected)).toBeLessThan(tolerance);
    const diagonal = frechetDistanceDiagonal(momentsOf(real), momentsOf(generated));
    expect(relativeError(diagonal, storedNumber(`${name}/frechetDiagonal`))).toBeLessThan(1e-12);
  });

  it.each(['gaussian', 'heavy'])('of %s equals those of scipy.linalg.sqrtm and torchmetrics', (name) => {
    const { real, generated } = featurePair(name);
    const value = between(real, generated);
    expect(relativeError(value, storedNumber(`${name}/frechetByRoot`))).toBeLessThan(1e-8);
    expect(relativeError(value, storedNumber(`${name}/frechetByTorchmetrics`))).toBeLessThan(1e-8);
  });

  it('is 0 for equal sets, and not negative', () => {
    for (const name of setNames) {
      const { real } = featurePair(name);
      const scale = momentsOf(real).covariance.reduce((sum, value) => sum + Math.abs(value), 0);
      for (const value of [between(real, real), frechetDistanceOfFeatures(real, real)]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value / scale).toBeLessThan(1e-7); // a difference of nearly equal traces, to half of the digits of a root
      }
    }
  });

  it('does not change under a common rotation and shift, and grows with the square of the scale', () => {
    const [a, b] = [normalFeatures('a', 60, 6), normalFeatures('b', 50, 6, 0.3, 1.4)];
    const value = between(a, b);
    const turn = (features: Features): Features => {
      // A reflection I - 2 v v^T / v^T v.
      const v = hashValues('reflection', 6, 2);
      const length = v.reduce((sum, x) => sum + x * x, 0);
      return mapped(features, (x, i) => {
        const row = i - (i % 6);
        let dot = 0;
        for (let k = 0; k < 6; k++) dot += features.data[row + k]! * v[k]!;
        return x - (2 * dot * v[i % 6]!) / length + 7;
      });
    };
    expect(relativeError(between(turn(a), turn(b)), value)).toBeLessThan(1e-11);
    const twice = (features: Features) => mapped(features, (x) => 2 * x);
    expect(relativeError(between(twice(a), twice(b)), 4 * value)).toBeLessThan(1e-12);
  });

  it('is the distance of the means for sets of one sample repeated', () => {
    const constant = (value: number): Features => ({
      data: new Float64Array(12).fill(value),
      count: 4,
      width: 3,
    });
    expect(between(constant(1), constant(3))).toBe(12);
    expect(between(constant(1), normalFeatures('any', 30, 3))).toBeGreaterThan(2);
  });

  it('rises with noise and with lost modes', () => {
    const real = normalFeatures('real', 400, 8);
    const noise = hashValues('noise', 3200, 1);
    const noisy = [0, 0.5, 1, 2, 4].map((sigma) =>
      between(
        real,
        mapped(real, (x, i) => x + sigma * noise[i]!),
      ),
    );
    expect(noisy).toEqual([...noisy].sort((a, b) => a - b));
    const modes = mapped(real, (x, i) => x + (i % 8 === 0 ? 10 * (Math.floor(i / 8) % 4) : 0));
    const lost = [4, 3, 2, 1].map((kept) => {
      const rows = Array.from({ length: 400 }, (_, i) => i).filter((i) => i % 4 < kept);
      return between(modes, takeRows(modes, rows));
    });
    expect(lost).toEqual([...lost].sort((a, b) => a - b));
  });

  it('refuses what cannot be compared', () => {
    const features = normalFeatures('a', 10, 3);
    expect(() => between(features, normalFeatures('b', 10, 4))).toThrow(
      'frechetDistance: real has 3 features and generated has 4; take both from the same extractor',
    );
    expect(() => frechetDistanceOfFeatures(features, takeRows(features, [0]))).toThrow(
      'generated has 1 sample; at least 2 are needed',
    );
    const broken = { ...momentsOf(features), mean: Float64Array.of(0, NaN, 0) };
    expect(() => frechetDistance(broken, momentsOf(features))).toThrow(
      'real holds numbers that are not finite',
    );
  });
});

describe('the intra-class Frechet distance', () => {
  it.each(setNames)('of %s equals that of each class by singular values', (name) => {
    const { real, generated, realLabels, generatedLabels } = labelledPair(name);
    const { value, classes } = intraClassFrechet(real, realLabels, generated, generatedLabels);
    const expected = stored(`${name}/intraClass`);
    expect(classes.map(({ label }) => label)).toEqual([...expected.keys()]);
    for (const [i, { value: ofClass }] of classes.entries()) {
      expect(relativeError(ofClass, expected[i]!)).toBeLessThan(1e-9);
    }
    const mean = expected.reduce((sum, x) => sum + x, 0) / expected.length;
    expect(relativeError(value, mean)).toBeLessThan(1e-9);
  });

  const { real, generated, realLabels: a, generatedLabels: b } = labelledPair('digits');

  it('names a class that is missing', () => {
    const without = b.map((label) => (label === 4 ? 5 : label));
    expect(() => intraClassFrechet(real, a, generated, without)).toThrow(
      /class 4 has \d+ real and 0 generated samples/,
    );
    expect(() => intraClassFrechet(real, a.slice(1), generated, b)).toThrow('120 samples and 119 labels');
  });
});

describe('extrapolation to endless samples', () => {
  it.each(['a', 'b', 'c'])('of case %s equals SciPy in value, slope and error', (name) => {
    const noise = hashValues(`infinity/${name}`, 5, 0.01);
    const points = [500, 700, 1100, 2000, 5000].map((samples, i) => ({
      samples,
      value: 3 + 40 / samples + noise[i]!,
    }));
    const { value, slope, standardError } = extrapolateToInfinity(points);
    const [expected, expectedSlope, expectedError] = stored(`infinity/${name}`);
    expect(relativeError(value, expected!)).toBeLessThan(1e-12);
    expect(relativeError(slope, expectedSlope!)).toBeLessThan(1e-10);
    expect(relativeError(standardError, expectedError!)).toBeLessThan(1e-9);
  });

  it('takes most of the bias of few samples away', () => {
    const real = momentsOf(normalFeatures('real', 20_000, 8));
    const generated = normalFeatures('generated', 400, 8);
    const biased = frechetDistance(real, momentsOf(generated));
    const { value, points } = frechetInfinity(real, generated, { smallest: 60 });
    expect(points.at(-1)).toMatchObject({ samples: 400 });
    expect(Math.abs(value)).toBeLessThan(biased / 2); // the distance is 0
  });

  it('needs different numbers of samples', () => {
    const point = { samples: 10, value: 1 };
    expect(() => extrapolateToInfinity([point, point])).toThrow('two or more different numbers of samples');
  });
});
