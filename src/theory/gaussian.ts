import { ShapeError, UsageError } from '../base/errors.ts';

/** A normal distribution of the plane. */
export interface PlaneGaussian {
  readonly mean: readonly [number, number];
  /** Symmetric and positive semi-definite, [2][2]. */
  readonly covariance: readonly [readonly [number, number], readonly [number, number]];
}

/** A normal distribution with independent coordinates. */
export interface DiagonalGaussian {
  /** [d] */
  readonly mean: readonly number[];
  /** Not negative, [d]. */
  readonly variances: readonly number[];
}

/**
 * Frechet distance between normal distributions with diagonal covariance, |m1 - m2|^2 + sum (s1 - s2)^2 with standard
 * deviations s (Dowson and Landau 1982). As everywhere with generative models it is the squared distance: the square
 * of W2. Means (0, 0) and (3, 4), variances (1, 1) and (4, 9): 25 + (1 - 2)^2 + (1 - 3)^2 = 30.
 */
export function frechetDiagonal(p: DiagonalGaussian, q: DiagonalGaussian): number {
  const sizes = [p.mean, p.variances, q.mean, q.variances].map((values) => values.length);
  if (new Set(sizes).size !== 1) {
    throw new ShapeError(
      `frechetDiagonal: means and variances have lengths ${sizes.join(', ')}; expected one dimension for all`,
    );
  }
  const wrong = [...p.variances, ...q.variances].find((variance) => !(variance >= 0 && variance < Infinity));
  if (wrong !== undefined) {
    throw new UsageError(`frechetDiagonal: a variance is ${wrong}; expected finite numbers of at least 0`);
  }
  checkMeans('frechetDiagonal', p, q);
  const spread = (variance: number, k: number) => (Math.sqrt(variance) - Math.sqrt(q.variances[k]!)) ** 2;
  return (
    squaredDistance(p.mean, q.mean) + p.variances.reduce((sum, variance, k) => sum + spread(variance, k), 0)
  );
}

/**
 * Frechet distance between normal distributions of the plane, |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) (Dowson and
 * Landau 1982; Heusel et al. 2017, arXiv:1706.08500, equation 6). In two dimensions the root needs no iteration: the
 * eigenvalues of S1 S2 are a, b >= 0, and (sqrt a + sqrt b)^2 = a + b + 2 sqrt(a b) = tr + 2 sqrt(det).
 *
 * By hand: S1 = [[2, 1], [1, 2]], S2 = [[2, -1], [-1, 2]], equal means. S1 S2 = 3 I, so tr (S1 S2)^(1/2) = 2 sqrt 3,
 * and the distance is 4 + 4 - 4 sqrt 3 = 1.0718.
 */
export function frechetPlane(p: PlaneGaussian, q: PlaneGaussian): number {
  checkCovariance('p', p);
  checkCovariance('q', q);
  checkMeans('frechetPlane', p, q);
  const [[a, b], [, d]] = p.covariance;
  const [[e, f], [, h]] = q.covariance;
  const traceOfProduct = a * e + 2 * b * f + d * h;
  const determinant = Math.max(0, (a * d - b * b) * (e * h - f * f));
  const traceOfRoot = Math.sqrt(Math.max(0, traceOfProduct + 2 * Math.sqrt(determinant)));
  return squaredDistance(p.mean, q.mean) + Math.max(0, a + d + e + h - 2 * traceOfRoot);
}

const squaredDistance = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, k) => sum + (value - y[k]!) ** 2, 0);

function checkMeans(where: string, p: { mean: readonly number[] }, q: { mean: readonly number[] }): void {
  const wrong = [...p.mean, ...q.mean].find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new UsageError(`${where}: a mean holds ${wrong}; expected finite numbers`);
  }
}

function checkCovariance(name: string, { mean, covariance }: PlaneGaussian): void {
  if ([mean.length, covariance.length, ...covariance.map((row) => row.length)].some((size) => size !== 2)) {
    throw new ShapeError(
      `frechetPlane: ${name} is of ${mean.length} dimensions; expected a mean of 2 numbers and a covariance of 2 x 2`,
    );
  }
  const [[a, b], [c, d]] = covariance;
  const rounding = 1e-12 * Math.max(a, d) ** 2;
  if (!(b === c && a >= 0 && d >= 0 && a + d < Infinity && a * d - b * b >= -rounding)) {
    throw new UsageError(
      `frechetPlane: ${name}.covariance is [[${a}, ${b}], [${c}, ${d}]]; expected a symmetric matrix without negative eigenvalues`,
    );
  }
}
