import { GansmithError } from '../base/errors.ts';

/** Implicit QL needs about two iterations for an eigenvalue. */
const ITERATIONS_LIMIT = 60;

/**
 * The eigenvalues of a symmetric tridiagonal matrix, in no order [n]: implicit QL with Wilkinson's shift (Golub and Van Loan, section 8.3).
 *
 * @param d the diagonal [n], and `e` [n] with e[i] joining i and i + 1; both are overwritten.
 * @throws GansmithError when the iteration does not converge, as with a NaN.
 */
export function tridiagonalEigenvalues(d: Float64Array, e: Float64Array): Float64Array {
  const n = d.length;
  for (let first = 0; first < n; first++) {
    for (let iteration = 0; ; iteration++) {
      const last = endOfBlock(d, e, first);
      if (last === first) break;
      if (iteration === ITERATIONS_LIMIT || Number.isNaN(d[first]!)) {
        throw new GansmithError(
          `eigenvalues: no convergence for a matrix of ${n} rows; expected finite numbers, look for NaN or infinity in it`,
        );
      }
      chase(d, e, first, last);
    }
  }
  return d;
}

/** The first index from `first` on that is not joined to the next one. */
function endOfBlock(d: Float64Array, e: Float64Array, first: number): number {
  let last = first;
  while (last + 1 < d.length) {
    const neighbours = Math.abs(d[last]!) + Math.abs(d[last + 1]!);
    if (Math.abs(e[last]!) <= Number.EPSILON * neighbours) break;
    last++;
  }
  return last;
}

/** One QL step on rows first to last: rotations chase the shifted corner upwards. */
function chase(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const half = (d[first + 1]! - d[first]!) / (2 * e[first]!);
  const root = Math.hypot(half, 1);
  let shifted = d[last]! - d[first]! + e[first]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let removed = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const length = Math.hypot(f, shifted);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1]! -= removed;
      e[last] = 0;
      return;
    }
    sine = f / length;
    cosine = shifted / length;
    const g = d[i + 1]! - removed;
    const r = (d[i]! - g) * sine + 2 * cosine * b;
    removed = sine * r;
    d[i + 1] = g + removed;
    shifted = cosine * r - b;
  }
  d[first]! -= removed;
  e[first] = shifted;
  e[last] = 0;
}
