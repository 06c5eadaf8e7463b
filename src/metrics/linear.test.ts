import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyFeatures,
  featurePair,
  hashValues,
  largestDifference,
  mapped,
  normalFeatures,
  relativeError,
  setNames,
  stored,
} from './fixture.testing.ts';
import { momentsOf, momentsStream } from './moments.ts';
import { plainSpace, productSpace } from './multiplySquare.ts';
import { pivotedCholesky } from './pivotedCholesky.ts';
import { forEachRowProduct } from './rowProducts.ts';
import { forEachSquaredDistance } from './squaredDistances.ts';
import { symmetricEigenvalues } from './symmetricEigenvalues.ts';

describe('products of rows', () => {
  const collect = (space: ReturnType<typeof plainSpace>, count: number, depth: number) => {
    const data = hashValues('rows', count * depth, 2);
    const view = { data, offset: 0, stride: depth };
    const out = new Float64Array(count * count);
    forEachRowProduct(view, view, { leftCount: count, rightCount: count, depth, space }, (tile) => {
      for (let i = 0; i < tile.leftCount; i++) {
        for (let j = 0; j < tile.rightCount; j++) {
          out[(tile.leftStart + i) * count + tile.rightStart + j] = tile.sums[i * 128 + j]!;
        }
      }
    });
    return { data, out };
  };

  it.each([
    [1, 1],
    [5, 3],
    [131, 259],
    [129, 600],
  ])('of %i rows of %i are the sums in order, by both kernels', (count, depth) => {
    const { data, out } = collect(productSpace(), count, depth);
    expect(collect(plainSpace(), count, depth).out).toEqual(out);
    const expected = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) sum += data[i * depth + k]! * data[j * depth + k]!;
        expected[i * count + j] = sum;
      }
    }
    expect(out).toEqual(expected);
  });

  it('are computed by WebAssembly here: its tiles share one memory', () => {
    const space = productSpace();
    expect(space.left.buffer).toBe(space.right.buffer);
  });
});

describe('moments', () => {
  it.each(setNames)('of %s equal NumPy', (name) => {
    const { real } = featurePair(name);
    const { mean, covariance } = momentsOf(real);
    const scale = Math.max(...covariance);
    expect(largestDifference(mean, stored(`${name}/mean`)) / Math.sqrt(scale)).toBeLessThan(1e-14);
    const row = covariance.subarray(3 * real.width, 4 * real.width);
    expect(largestDifference(row, stored(`${name}/covarianceRow`)) / scale).toBeLessThan(1e-14);
  });

  it('are the same bits for any batch sizes', () => {
    const features = normalFeatures('batches', 700, 9, 100);
    const whole = momentsOf(features);
    for (const size of [1, 7, 64, 256, 699]) {
      const stream = momentsStream(9);
      for (let from = 0; from < 700; from += size) {
        const count = Math.min(size, 700 - from);
        stream.add({ data: features.data.slice(from * 9, (from + count) * 9), count, width: 9 });
        if (from === 0 && count > 1) stream.moments(); // looking does not disturb
      }
      expect(stream.moments()).toEqual(whole);
    }
  });

  it('keep their digits when the mean is large', () => {
    const features = normalFeatures('large', 1000, 3);
    const far = momentsOf(mapped(features, (value) => value + 2 ** 30));
    const near = momentsOf(mapped(features, (value) => value + 2 ** 30 - 2 ** 30));
    expect(largestDifference(far.covariance, near.covariance)).toBeLessThan(1e-6); // a mean has 7 digits left
  });

  it('refuse what is no covariance', () => {
    const stream = momentsStream(2);
    stream.add({ data: Float64Array.of(1, 2), count: 1, width: 2 });
    expect(() => stream.moments()).toThrow('momentsStream: a covariance needs at least 2 samples, got 1');
    expect(() => stream.add({ data: new Float64Array(3), count: 1, width: 3 })).toThrow(
      'the batch has 3 features a sample; expected 2',
    );
    expect(() => stream.add({ data: Float64Array.of(0, NaN), count: 1, width: 2 })).toThrow(
      'batch has NaN in sample 0, feature 1',
    );
  });
});

describe('symmetric eigenvalues', () => {
  it.each(setNames)('of the covariance of %s equal LAPACK', (name) => {
    const { real } = featurePair(name);
    const values = symmetricEigenvalues(momentsOf(real).covariance, real.width);
    const expected = stored(`${name}/eigenvalues`);
    expect(largestDifference(values, expected) / Math.max(...expected)).toBeLessThan(1e-14);
  });

  it('are known for a path graph: 2 - 2 cos(pi k / (n + 1))', () => {
    const n = 301; // several panels and a remainder
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0;
    });
    const expected = Float64Array.from(
      { length: n },
      (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)),
    );
    expect(largestDifference(symmetricEigenvalues(matrix, n), expected)).toBeLessThan(1e-13);
  });

  it('keep trace and squared norm, whatever the size', () => {
    for (const n of [1, 2, 3, 31, 32, 33, 66, 133]) {
      const half = hashValues(`eigen/${n}`, n * n, 2);
      const matrix = half.map((value, at) => value + half[(at % n) * n + Math.floor(at / n)]!);
      const trace = matrix.reduce((sum, value, at) => sum + (at % (n + 1) === 0 ? value : 0), 0);
      const squares = matrix.reduce((sum, value) => sum + value ** 2, 0);
      const values = symmetricEigenvalues(matrix, n);
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - trace)).toBeLessThan(1e-11);
      expect(
        relativeError(
          values.reduce((sum, value) => sum + value ** 2, 0),
          squares,
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it('say so when the matrix holds no numbers', () => {
    expect(() => symmetricEigenvalues(new Float64Array(9).fill(NaN), 3)).toThrow('look for NaN');
  });
});

describe('the pivoted Cholesky factor', () => {
  it('gives the matrix back, with as many columns as its rank', () => {
    for (const [count, width, rank] of [
      [400, 130, 130],
      [70, 130, 69],
      [2, 5, 1],
    ] as const) {
      const { covariance } = momentsOf(normalFeatures('factor', count, width));
      const { factor, order, rank: found } = pivotedCholesky(covariance.slice(), width);
      expect(found).toBe(rank);
      let worst = 0;
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let k = 0; k < rank; k++) sum += factor[k * width + i]! * factor[k * width + j]!;
          worst = Math.max(worst, Math.abs(sum - covariance[order[i]! * width + order[j]!]!));
        }
      }
      expect(worst).toBeLessThan(1e-13);
    }
  });

  it('of zeros is empty', () => {
    expect(pivotedCholesky(new Float64Array(9), 3).rank).toBe(0);
  });
});

describe('squared distances', () => {
  it('equal sums of squared differences, and 0 for equal rows', () => {
    fc.assert(
      fc.property(anyFeatures(3), anyFeatures(3), (a, b) => {
        const far = (features: typeof a) => mapped(features, (value) => value / 3 + 1000);
        forEachSquaredDistance(far(a), far(b), ({ leftCount, rightCount, stride, squared }) => {
          for (let i = 0; i < leftCount; i++) {
            for (let j = 0; j < rightCount; j++) {
              let expected = 0;
              for (let k = 0; k < 3; k++) expected += ((a.data[i * 3 + k]! - b.data[j * 3 + k]!) / 3) ** 2;
              const found = squared[i * stride + j]!;
              if (expected === 0) expect(found).toBe(0);
              else expect(relativeError(found, expected)).toBeLessThan(1e-8);
            }
          }
        });
      }),
      { numRuns: 50 },
    );
  });
});
