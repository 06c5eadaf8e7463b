import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { symmetricEigenvalues } from '../metrics/index.ts';
import { principalComponents } from './principal.ts';
import { attributeDirection } from './probe.ts';
import { symmetricEigenvectors } from './symmetricEigenvectors.ts';

const normals = (key: string, count: number, width: number): Float64Array[] => {
  const stream = randomStream(3, key);
  return Array.from({ length: count }, () => stream.fillNormal(new Float64Array(width)));
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('symmetricEigenvectors', () => {
  it.each([1, 2, 7, 40])(
    'satisfies A v = lambda v for %i rows, with orthonormal v in descending order',
    (n) => {
      const rows = normals('matrix', n, n);
      const matrix = Float64Array.from({ length: n * n }, (_, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        return rows[i]![j]! + rows[j]![i]!;
      });
      const { values, vectors } = symmetricEigenvectors(matrix, n);
      vectors.forEach((v, k) => {
        for (let i = 0; i < n; i++) {
          expect(dot(matrix.subarray(i * n, (i + 1) * n), v)).toBeCloseTo(values[k]! * v[i]!, 9);
        }
        for (const [l, other] of vectors.entries()) expect(dot(v, other)).toBeCloseTo(k === l ? 1 : 0, 10);
      });
      const ascending = symmetricEigenvalues(matrix.slice(), n);
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(ascending[n - 1 - k]!, 9);
    },
  );

  it('finds many equal eigenvalues, and refuses a NaN', () => {
    expect([...symmetricEigenvectors(Float64Array.of(2, 0, 0, 2), 2).values]).toEqual([2, 2]);
    expect(() => symmetricEigenvectors(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(
      /numbers that are not finite/,
    );
  });
});

describe('principalComponents', () => {
  it('finds the axes and deviations of a known covariance', () => {
    // x = 3 a along (0.6, 0.8, 0), 1 b along (-0.8, 0.6, 0), 0.1 c along the third axis, around (5, 6, 7).
    const rows = normals('known', 20_000, 3).map(([a, b, c]) => [
      5 + 3 * 0.6 * a! - 0.8 * b!,
      6 + 3 * 0.8 * a! + 0.6 * b!,
      7 + 0.1 * c!,
    ]);
    const { mean, directions, deviations, shares } = principalComponents(rows, 2);
    expect(Math.abs(dot(directions[0]!, [0.6, 0.8, 0]))).toBeGreaterThan(0.9999);
    expect(Math.abs(dot(directions[1]!, [-0.8, 0.6, 0]))).toBeGreaterThan(0.9999);
    expect(deviations[0]! / 3).toBeCloseTo(1, 1);
    expect(deviations[1]!).toBeCloseTo(1, 1);
    expect(shares[0]!).toBeCloseTo(9 / 10.01, 2);
    for (const [i, value] of [5, 6, 7].entries()) expect(mean[i]!).toBeCloseTo(value, 1);
  });

  it('points each direction the way its largest number is positive', () => {
    const { directions } = principalComponents(
      [
        [-4, 1],
        [4, -1],
      ],
      1,
    );
    expect(directions[0]![0]!).toBeGreaterThan(0);
  });

  it('refuses too few rows and too many directions', () => {
    expect(() => principalComponents([[1, 2]], 1)).toThrow(
      'principal components need two rows or more, not 1',
    );
    expect(() =>
      principalComponents(
        [
          [1, 2],
          [3, 4],
        ],
        3,
      ),
    ).toThrow('expected 1 to 2 principal components, not 3');
  });
});

describe('attributeDirection', () => {
  const planted = [0.6, 0, -0.8, 0, 0];

  it('finds a planted attribute among correlated numbers, and is right on rows it has not seen', () => {
    // The second number follows the first, so that the difference of means alone would point elsewhere.
    const rows = normals('planted', 2000, 5).map((row) =>
      row.map((value, i) => (i === 1 ? row[0]! * 2 + value : value)),
    );
    const { direction, accuracy, positives, count, deviation } = attributeDirection(
      rows,
      rows.map((row) => dot(row, planted) > 0.5),
    );
    expect(dot(direction, planted)).toBeGreaterThan(0.98);
    expect(accuracy).toBeGreaterThan(0.93);
    expect(count).toBe(2000);
    expect(positives / count).toBeCloseTo(0.31, 1);
    expect(deviation).toBeCloseTo(1, 1);
  });

  it('is no better than a guess at what rows do not tell', () => {
    const rows = normals('nothing', 2000, 5);
    const { accuracy } = attributeDirection(
      rows,
      normals('else', 2000, 1).map(([value]) => value! > 0),
    );
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(0.08);
  });

  it('refuses an attribute that hardly any sample has', () => {
    const rows = normals('few', 100, 5);
    expect(() =>
      attributeDirection(
        rows,
        rows.map((_, i) => i < 4),
      ),
    ).toThrow('only 4 of 100 samples have the attribute, and a direction needs 10');
    expect(() =>
      attributeDirection(
        rows,
        rows.map((_, i) => i >= 4),
      ),
    ).toThrow('samples lack the attribute');
  });
});
