import { UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { momentsOf } from './principal.ts';

export interface Probe {
  /** Unit vector [width] along which the attribute grows. */
  direction: Float64Array;
  /** Standard deviation of the rows along it. */
  deviation: number;
  /** Mean over both classes of the share of held-out rows on the right side: 0.5 for a guess. */
  accuracy: number;
  /** Rows with the attribute, and all rows. */
  positives: number;
  count: number;
}

/** Share of rows held out. */
const HELD_OUT = 0.3;
/** Rows of either kind that a probe needs. */
const FEWEST = 10;
/** Added to the covariance, as a share of its mean variance. */
const RIDGE = 1e-3;

/**
 * The direction along which an attribute grows: the linear probe of InterFaceGAN (Shen et al. 2020, arXiv:1907.10786, section 3.1), fitted by
 * ridge regression of labels -1 and 1 in place of a support vector machine. The boundary lies midway between the means of both kinds.
 *
 * @param rows each [width]
 * @param has whether each row has the attribute
 * @throws UsageError when fewer than ten rows have it, or fewer than ten do not.
 */
export function attributeDirection(
  rows: readonly ArrayLike<number>[],
  has: readonly boolean[],
  seed = 0,
): Probe {
  const positives = has.filter(Boolean).length;
  const fewer = Math.min(positives, rows.length - positives);
  if (fewer < FEWEST) {
    const which = positives < FEWEST ? 'have' : 'lack';
    throw new UsageError(
      `only ${fewer} of ${rows.length} samples ${which} the attribute, and a direction needs ${FEWEST}; take more samples, or a more common attribute`,
    );
  }
  const [held, kept] = split(has, seed);
  const direction = fit(
    kept.map((i) => rows[i]!),
    kept.map((i) => has[i]!),
  );
  const along = rows.map((row) => dot(row, direction));
  const meanOf = (indices: readonly number[]) =>
    indices.reduce((sum, i) => sum + along[i]!, 0) / indices.length;
  const [withIt, without] = [kept.filter((i) => has[i]), kept.filter((i) => !has[i])];
  const boundary = (meanOf(withIt) + meanOf(without)) / 2;
  const right = (wanted: boolean) => {
    const rows = held.filter((i) => has[i] === wanted);
    return rows.filter((i) => along[i]! > boundary === wanted).length / rows.length;
  };
  const all = along.reduce((sum, value) => sum + value, 0) / along.length;
  const variance = along.reduce((sum, value) => sum + (value - all) ** 2, 0) / along.length;
  const accuracy = (right(true) + right(false)) / 2;
  return { direction, deviation: Math.sqrt(variance), accuracy, positives, count: rows.length };
}

/** Held-out and other rows, each kind in the same shares. */
function split(has: readonly boolean[], seed: number): [held: number[], kept: number[]] {
  const stream = randomStream(seed, 'held-out');
  const keys = stream.fillUniform(new Float64Array(has.length), 0, 1);
  const [held, kept]: [number[], number[]] = [[], []];
  for (const kind of [true, false]) {
    const rows = has.flatMap((value, i) => (value === kind ? [i] : [])).sort((i, j) => keys[i]! - keys[j]!);
    const count = Math.ceil(rows.length * HELD_OUT);
    held.push(...rows.slice(0, count));
    kept.push(...rows.slice(count));
  }
  return [held, kept];
}

/** (covariance + ridge)^-1 times the covariance of rows and labels, at unit length. */
function fit(rows: readonly ArrayLike<number>[], has: readonly boolean[]): Float64Array {
  const { mean, covariance } = momentsOf(rows);
  const width = mean.length;
  const share = has.filter(Boolean).length / has.length;
  const slope = new Float64Array(width);
  rows.forEach((row, n) => {
    const label = (has[n] ? 1 : 0) - share;
    for (let i = 0; i < width; i++) slope[i]! += label * (row[i]! - mean[i]!);
  });
  let trace = 0;
  for (let i = 0; i < width; i++) trace += covariance[i * width + i]!;
  for (let i = 0; i < width; i++) covariance[i * width + i]! += (RIDGE * trace) / width;
  const solved = solvePositive(covariance, slope);
  const length = Math.hypot(...solved);
  return solved.map((value) => value / length);
}

/** x with A x = b for a symmetric positive definite A [n, n], by Cholesky's factors. */
function solvePositive(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const factor = a.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / factor[j * n + j]!;
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k * n + i]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
