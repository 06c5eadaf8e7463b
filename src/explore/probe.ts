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
/** What may be added to the covariance, as shares of its mean variance: much where samples are few. */
const RIDGES = [10, 1, 0.1, 0.01, 0.001];

/**
 * The direction along which an attribute grows: the linear probe of InterFaceGAN (Shen et al. 2020, arXiv:1907.10786, section 3.1), fitted by
 * ridge regression of the labels in place of a support vector machine. The boundary lies midway between the means of both kinds; how strong
 * the ridge is, a part of the fitted rows says.
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
  const [held, kept] = split(
    rows.map((_, i) => i),
    has,
    seed,
  );
  const ridge = chosenRidge(rows, has, kept, seed);
  const direction = fit(rows, has, kept, ridge);
  const along = rows.map((row) => dot(row, direction));
  const all = along.reduce((sum, value) => sum + value, 0) / along.length;
  const variance = along.reduce((sum, value) => sum + (value - all) ** 2, 0) / along.length;
  const accuracy = balancedAccuracy(along, has, kept, held);
  return { direction, deviation: Math.sqrt(variance), accuracy, positives, count: rows.length };
}

/** Held-out and other ones of some rows, each kind in the same shares. */
function split(
  among: readonly number[],
  has: readonly boolean[],
  seed: number,
): [held: number[], kept: number[]] {
  const keys = randomStream(seed, 'held-out', among.length).fillUniform(new Float64Array(has.length), 0, 1);
  const [held, kept]: [number[], number[]] = [[], []];
  for (const kind of [true, false]) {
    const rows = among.filter((i) => has[i] === kind).sort((i, j) => keys[i]! - keys[j]!);
    const count = Math.ceil(rows.length * HELD_OUT);
    held.push(...rows.slice(0, count));
    kept.push(...rows.slice(count));
  }
  return [held, kept];
}

/** The share that serves best on a part of the rows when fitted on the rest of them; of equals the largest. */
function chosenRidge(
  rows: readonly ArrayLike<number>[],
  has: readonly boolean[],
  among: readonly number[],
  seed: number,
): number {
  const [held, kept] = split(among, has, seed);
  const scores = RIDGES.map((ridge) => {
    const direction = fit(rows, has, kept, ridge);
    return balancedAccuracy(
      rows.map((row) => dot(row, direction)),
      has,
      kept,
      held,
    );
  });
  return RIDGES[scores.indexOf(Math.max(...scores))]!;
}

/** How well the middle between the means of both kinds of fitted rows tells the held-out ones apart. */
function balancedAccuracy(
  along: readonly number[],
  has: readonly boolean[],
  fitted: readonly number[],
  held: readonly number[],
): number {
  const meanOf = (wanted: boolean) => {
    const rows = fitted.filter((i) => has[i] === wanted);
    return rows.reduce((sum, i) => sum + along[i]!, 0) / rows.length;
  };
  const boundary = (meanOf(true) + meanOf(false)) / 2;
  const right = (wanted: boolean) => {
    const rows = held.filter((i) => has[i] === wanted);
    return rows.filter((i) => along[i]! > boundary === wanted).length / rows.length;
  };
  return (right(true) + right(false)) / 2;
}

/** (covariance + ridge)^-1 times the covariance of rows and labels, at unit length. */
function fit(
  all: readonly ArrayLike<number>[],
  labels: readonly boolean[],
  among: readonly number[],
  ridge: number,
): Float64Array {
  const rows = among.map((i) => all[i]!);
  const has = among.map((i) => labels[i]!);
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
  for (let i = 0; i < width; i++) covariance[i * width + i]! += (ridge * trace) / width;
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
