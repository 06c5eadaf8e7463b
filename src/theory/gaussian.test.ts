import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedNumber, storedRows } from './fixture.testing.ts';
import { frechetDiagonal, frechetPlane, type PlaneGaussian } from './gaussian.ts';

const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
/** Any covariance A A^T. */
const gaussians = fc
  .tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate)
  .map(([m, n, a, b, c, d]): PlaneGaussian => {
    const cross = a * c + b * d;
    return {
      mean: [m, n],
      covariance: [
        [a * a + b * b, cross],
        [cross, c * c + d * d],
      ],
    };
  });

describe('the Frechet distance', () => {
  it('equals the matrix square root of SciPy', () => {
    const [first, second] = storedRows('frechet/means');
    const rows = storedRows('frechet/covariances');
    const at = (mean: number[], k: number) =>
      ({ mean, covariance: [rows[2 * k], rows[2 * k + 1]] }) as unknown as PlaneGaussian;
    expect(frechetPlane(at(first!, 0), at(second!, 1))).toBeCloseTo(storedNumber('frechet/distance'), 10);
  });

  it('is worked by hand: 30 with diagonal, 8 - 4 sqrt 3 with full covariance', () => {
    const p = { mean: [0, 0], variances: [1, 1] };
    const q = { mean: [3, 4], variances: [4, 9] };
    expect(frechetDiagonal(p, q)).toBe(30);
    const tilted = (b: number): PlaneGaussian => ({
      mean: [0, 0],
      covariance: [
        [2, b],
        [b, 2],
      ],
    });
    expect(frechetPlane(tilted(1), tilted(-1))).toBeCloseTo(8 - 4 * Math.sqrt(3), 14);
    expect(8 - 4 * Math.sqrt(3)).toBeCloseTo(1.0718, 4);
  });

  it('is the same for a diagonal covariance written in full', () => {
    const variance = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(variance, { minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
        const full = (first: number, second: number): PlaneGaussian => ({
          mean: [1, 2],
          covariance: [
            [first, 0],
            [0, second],
          ],
        });
        const short = (first: number, second: number) => ({ mean: [1, 2], variances: [first, second] });
        expect(frechetPlane(full(a!, b!), full(c!, d!))).toBeCloseTo(
          frechetDiagonal(short(a!, b!), short(c!, d!)),
          6,
        );
      }),
    );
  });

  it('is a squared metric', () => {
    fc.assert(
      fc.property(gaussians, gaussians, gaussians, (p, q, r) => {
        expect(frechetPlane(p, p)).toBeCloseTo(0, 6);
        expect(frechetPlane(p, q)).toBeCloseTo(frechetPlane(q, p), 10);
        const detour = Math.sqrt(frechetPlane(p, r)) + Math.sqrt(frechetPlane(r, q));
        expect(Math.sqrt(frechetPlane(p, q))).toBeLessThanOrEqual(detour + 1e-5);
      }),
    );
  });

  it('refuses what is no covariance', () => {
    const good: PlaneGaussian = {
      mean: [0, 0],
      covariance: [
        [1, 0],
        [0, 1],
      ],
    };
    const bad: PlaneGaussian = {
      mean: [0, 0],
      covariance: [
        [1, 2],
        [2, 1],
      ],
    };
    expect(() => frechetPlane(good, bad)).toThrow(
      'frechetPlane: q.covariance is [[1, 2], [2, 1]]; expected a symmetric matrix without negative eigenvalues',
    );
    const nowhere = { mean: [Number.NaN, 0], covariance: good.covariance } as const;
    expect(() => frechetPlane(nowhere, good)).toThrow('frechetPlane: a mean holds NaN');
    const space = { mean: [0, 0, 0], covariance: [[1, 0, 0]] } as unknown as PlaneGaussian;
    expect(() => frechetPlane(space, good)).toThrow('p is of 3 dimensions; expected a mean of 2 numbers');
    const endless = { mean: [0], variances: [Infinity] };
    expect(() => frechetDiagonal(endless, endless)).toThrow('a variance is Infinity');
    expect(() => frechetDiagonal({ mean: [0], variances: [-1] }, { mean: [0], variances: [1] })).toThrow(
      'a variance is -1',
    );
    expect(() => frechetDiagonal({ mean: [0], variances: [1, 1] }, { mean: [0], variances: [1] })).toThrow(
      'lengths 1, 2, 1, 1',
    );
  });
});
