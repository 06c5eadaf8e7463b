import { GansmithError, ShapeError } from '../base/errors.ts';
import { checkPair, type Features, meanRow } from './features.ts';
import { type Moments, momentsOf } from './moments.ts';
import { productSpace } from './multiplySquare.ts';
import { type PivotedCholesky, pivotedCholesky } from './pivotedCholesky.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';
import { symmetricEigenvalues } from './symmetricEigenvalues.ts';

/**
 * Frechet distance between the normal distributions that have the moments of real and generated features,
 * |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) (Dowson and Landau 1982; Heusel et al. 2017, arXiv:1706.08500, equation 6).
 * It is the squared distance, from 0; smaller is better. The two sides may be exchanged.
 *
 * The trace of the root needs neither the root nor eigenvectors: with the pivoted Cholesky factor S2 = L L^T it is the sum
 * of the roots of the eigenvalues of L^T S1 L. So it is exact for covariances of any rank, where the usual matrix
 * square root loses half of the digits or needs a multiple of the identity added. The covariance of the lower rank gives L.
 *
 * Protocol: the published FID uses 50,000 generated samples and all real ones. The estimate is biased upwards, the more
 * the fewer the samples, so only values of equal counts compare; see `frechetInfinity`.
 *
 * @throws ShapeError for other widths, GansmithError for fewer than 2 samples or a moment that is not finite.
 */
export function frechetDistance(real: Moments, generated: Moments): number {
  checkMoments('frechetDistance', real, generated);
  const n = real.mean.length;
  const [a, b] = [real.covariance, generated.covariance];
  const [fa, fb] = [pivotedCholesky(a.slice(), n), pivotedCholesky(b.slice(), n)];
  const root = fa.rank < fb.rank ? traceOfRoot(b, fa, n) : traceOfRoot(a, fb, n);
  const traces = trace(a, n) + trace(b, n);
  return squaredDistance(real.mean, generated.mean) + Math.max(0, traces - 2 * root);
}

/**
 * `frechetDistance` of features. When both sets have fewer samples than features, it works on the samples' inner products
 * instead of covariances: with centred samples X1, X2 as rows, the trace is the sum of the singular values of X1 X2^T over
 * ((n1 - 1)(n2 - 1))^(1/2). The same number, sooner.
 *
 * @throws ShapeError for other widths, GansmithError for fewer than 2 samples or features that are not finite.
 */
export function frechetDistanceOfFeatures(real: Features, generated: Features): number {
  checkPair('frechetDistanceOfFeatures', ['real', 'generated'], [real, generated], 2);
  if (real.count > real.width || generated.count > real.width) {
    return frechetDistance(momentsOf(real), momentsOf(generated));
  }
  const [x1, x2] = real.count <= generated.count ? [real, generated] : [generated, real];
  const [y1, y2] = [contrasts(x1), contrasts(x2)];
  const cross = products(y1, y2);
  const gram = products(cross, cross);
  const traces = sumOfSquares(y1.data) + sumOfSquares(y2.data);
  const root = sumOfRoots(symmetricEigenvalues(gram.data, gram.count));
  return squaredDistance(meanRow(real), meanRow(generated)) + Math.max(0, traces - 2 * root);
}

/**
 * The diagonal Frechet distance |m1 - m2|^2 + sum (s1 - s2)^2 with standard deviations s: `frechetDistance` as if
 * features were uncorrelated. It takes no time, and it is another number: never report it as FID.
 */
export function frechetDistanceDiagonal(real: Moments, generated: Moments): number {
  checkMoments('frechetDistanceDiagonal', real, generated);
  const n = real.mean.length;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    const at = i * n + i;
    spread += (Math.sqrt(real.covariance[at]!) - Math.sqrt(generated.covariance[at]!)) ** 2;
  }
  return squaredDistance(real.mean, generated.mean) + spread;
}

/** tr (S L L^T)^(1/2), the sum of the roots of the eigenvalues of L^T S L. */
function traceOfRoot(s: Float64Array, { rank, order, factor }: PivotedCholesky, n: number): number {
  const space = productSpace();
  const permuted = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) permuted[i * n + j] = s[order[i]! * n + order[j]!]!;
  }
  const rows = { offset: 0, stride: n };
  const left = { data: factor, ...rows }; // L^T, upper triangular [rank, n]
  const half = new Float64Array(rank * n); // L^T S
  forEachRowProduct(
    left,
    { data: permuted, ...rows },
    { leftCount: rank, rightCount: n, depth: n, leftTriangular: true, space },
    (tile) => store(tile, half, n),
  );
  const whole = permuted.subarray(0, rank * rank); // no longer needed, and large
  forEachRowProduct(
    left,
    { data: half, ...rows },
    { leftCount: rank, rightCount: rank, depth: n, lowerOnly: true, leftTriangular: true, space },
    (tile) => store(tile, whole, rank),
  );
  return sumOfRoots(symmetricEigenvalues(whole, rank));
}

type Tile = Parameters<Parameters<typeof forEachRowProduct>[3]>[0];

function store(
  { leftStart, leftCount, rightStart, rightCount, sums }: Tile,
  out: Float64Array,
  stride: number,
) {
  for (let i = 0; i < leftCount; i++) {
    const source = i * TILE_STRIDE;
    out.set(sums.subarray(source, source + rightCount), (leftStart + i) * stride + rightStart);
  }
}

/** Rounding may leave a zero eigenvalue slightly negative. */
const sumOfRoots = (eigenvalues: Float64Array): number =>
  eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);

const sumOfSquares = (values: Float32Array | Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
};

/** All inner products of rows, [a.count, b.count]. */
function products(a: Features, b: Features): { data: Float64Array; count: number; width: number } {
  const data = new Float64Array(a.count * b.count);
  forEachRowProduct(
    { data: a.data, offset: 0, stride: a.width },
    { data: b.data, offset: 0, stride: b.width },
    { leftCount: a.count, rightCount: b.count, depth: a.width },
    (tile) => store(tile, data, b.count),
  );
  return { data, count: a.count, width: b.count };
}

/**
 * count - 1 rows Y with Y^T Y the covariance: the Helmert contrasts (k x_k - x_0 - ... - x_{k-1}) / (k (k + 1))^(1/2), over
 * (count - 1)^(1/2). Unlike centred rows they are independent, so no eigenvalue is a zero that rounding disturbs.
 */
function contrasts({ data, count, width }: Features): Features {
  const rows = new Float64Array((count - 1) * width);
  const first = data.subarray(0, width); // differences from a sample round less than the samples themselves
  const sum = new Float64Array(width);
  for (let k = 1; k < count; k++) {
    const scale = 1 / Math.sqrt(k * (k + 1) * (count - 1));
    for (let i = 0; i < width; i++) {
      const value = data[k * width + i]! - first[i]!;
      rows[(k - 1) * width + i] = (k * value - sum[i]!) * scale;
      sum[i]! += value;
    }
  }
  return { data: rows, count: count - 1, width };
}

const trace = (matrix: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!;
  return sum;
};

const squaredDistance = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);

function checkMoments(where: string, real: Moments, generated: Moments): void {
  if (real.mean.length !== generated.mean.length) {
    throw new ShapeError(
      `${where}: real has ${real.mean.length} features and generated has ${generated.mean.length}; take both from the same extractor`,
    );
  }
  for (const [name, { count, mean, covariance }] of Object.entries({ real, generated })) {
    if (covariance.length !== mean.length ** 2) {
      throw new ShapeError(
        `${where}: ${name} has a mean of ${mean.length} and a covariance of ${covariance.length} numbers; expected ${mean.length ** 2}`,
      );
    }
    if (count < 2) throw new GansmithError(`${where}: ${name} has ${count} samples; at least 2 are needed`);
    if (!covariance.every(Number.isFinite) || !mean.every(Number.isFinite)) {
      throw new GansmithError(`${where}: ${name} holds numbers that are not finite; check the features`);
    }
  }
}
