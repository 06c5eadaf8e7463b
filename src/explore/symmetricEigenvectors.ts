import { GansmithError } from '../base/errors.ts';

const MOST_SWEEPS = 60;

/**
 * Eigenvalues, descending [n], and unit eigenvectors in their order, of a symmetric matrix: cyclic Jacobi rotations (Golub and Van
 * Loan, Matrix Computations, section 8.5), which take some 8 n^3 operations a sweep, and 6 to 10 sweeps. For eigenvalues alone
 * `metrics/symmetricEigenvalues.ts` is faster.
 *
 * @param matrix [n, n], row by row; it is left as it is
 * @throws GansmithError when the rotations do not converge, as with a NaN.
 */
export function symmetricEigenvectors(
  matrix: Float64Array,
  n: number,
): { values: Float64Array; vectors: Float64Array[] } {
  const a = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
  const vectors = Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1));
  const size = Math.hypot(...a.map((row) => Math.hypot(...row)));
  for (let sweep = 0; ; sweep++) {
    const off = offDiagonal(a);
    if (off <= 1e-14 * size) break;
    if (sweep === MOST_SWEEPS || !Number.isFinite(off)) {
      throw new GansmithError(
        'eigenvectors: the matrix holds numbers that are not finite, or too different in size',
      );
    }
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: Float64Array.from(order, (i) => a[i]![i]!),
    vectors: order.map((i) => vectors[i]!),
  };
}

function offDiagonal(a: readonly Float64Array[]): number {
  let squares = 0;
  a.forEach((row, i) => {
    for (let j = 0; j < i; j++) squares += 2 * row[j]! ** 2;
  });
  return Math.sqrt(squares);
}

/** Makes element (p, q) zero; row p of `vectors` is the p-th vector so far. */
function rotate(a: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [a[p]!, a[q]!];
  if (rowP[q] === 0) return;
  const tau = (rowQ[q]! - rowP[p]!) / (2 * rowP[q]!);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  turn(rowP, rowQ, c, s);
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  turn(vectors[p]!, vectors[q]!, c, s);
}

function turn(first: Float64Array, second: Float64Array, c: number, s: number): void {
  for (let i = 0; i < first.length; i++) {
    const [x, y] = [first[i]!, second[i]!];
    first[i] = c * x - s * y;
    second[i] = s * x + c * y;
  }
}
