import { productSpace } from './multiplySquare.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';
import { tridiagonalEigenvalues } from './tridiagonalEigenvalues.ts';

/** Columns reduced before the rest of the matrix is brought up to date. */
const PANEL = 32;

/**
 * The eigenvalues of a symmetric matrix, ascending [n]: blocked Householder reduction to tridiagonal form, then implicit
 * QL (Golub and Van Loan, Matrix Computations, sections 8.3 and 5.2; Dongarra, Hammarling and Sorensen 1989 for the
 * blocking). Each is exact to a few units of rounding of the largest.
 *
 * @param matrix [n, n], row by row; only the lower triangle is read, and it is overwritten.
 * @throws GansmithError when the iteration does not converge, as with a NaN.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, offDiagonal } = tridiagonalize(matrix, n);
  // QL finds eigenvalues from the top and is more exact when the small ones are there.
  if (Math.abs(diagonal[0] ?? 0) > Math.abs(diagonal[n - 1] ?? 0)) {
    diagonal.reverse();
    offDiagonal.subarray(0, Math.max(0, n - 1)).reverse();
  }
  return tridiagonalEigenvalues(diagonal, offDiagonal).sort();
}

interface Tridiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n]: element i joins i and i + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
}

/**
 * Q^T A Q. Column j's reflection I - tau v v^T changes A by -v w^T - w v^T; a panel keeps its v and w and applies them
 * to the rest of the matrix together, so that half of the work is a product of matrices.
 */
function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  // Row i: [v of the panel's columns, w of the panel's columns], and the same with the halves exchanged.
  const vw = new Float64Array(n * 2 * PANEL);
  const wv = new Float64Array(n * 2 * PANEL);
  const space = productSpace();
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    for (let j = start; j < end; j++) {
      const done = j - start;
      updateColumn(a, n, j, vw, done);
      diagonal[j] = a[j * n + j]!;
      if (j + 1 === n) break;
      const { tau, beta } = reflection(a, n, j, v);
      offDiagonal[j] = beta;
      multiplySymmetric(a, n, j + 1, v, w);
      correctByPanel(vw, n, j + 1, done, v, w);
      let product = 0;
      for (let i = j + 1; i < n; i++) {
        w[i]! *= tau;
        product += w[i]! * v[i]!;
      }
      const half = (tau * product) / 2;
      for (let i = j + 1; i < n; i++) {
        const value = w[i]! - half * v[i]!;
        const row = i * 2 * PANEL + done;
        vw[row] = v[i]!;
        vw[row + PANEL] = value;
        wv[row] = value;
        wv[row + PANEL] = v[i]!;
      }
    }
    const rest = n - end;
    if (rest <= 0) continue;
    const rows = { offset: end * 2 * PANEL, stride: 2 * PANEL };
    forEachRowProduct(
      { data: vw, ...rows },
      { data: wv, ...rows },
      { leftCount: rest, rightCount: rest, depth: 2 * PANEL, lowerOnly: true, space },
      ({ leftStart, leftCount, rightStart, rightCount, sums }) => {
        for (let i = 0; i < leftCount; i++) {
          const row = (end + leftStart + i) * n + end + rightStart;
          for (let k = 0; k < rightCount; k++) a[row + k]! -= sums[i * TILE_STRIDE + k]!;
        }
      },
    );
  }
  return { diagonal, offDiagonal };
}

/** Brings column j, from the diagonal down, up to date with the `done` reflections of its panel. */
function updateColumn(a: Float64Array, n: number, j: number, vw: Float64Array, done: number): void {
  const own = j * 2 * PANEL;
  for (let i = j; i < n; i++) {
    const row = i * 2 * PANEL;
    let sum = 0;
    for (let c = 0; c < done; c++) {
      sum += vw[row + c]! * vw[own + PANEL + c]! + vw[row + PANEL + c]! * vw[own + c]!;
    }
    a[i * n + j]! -= sum;
  }
}

/** v with v[j + 1] = 1 and tau such that I - tau v v^T takes column j below the diagonal to (beta, 0, ..., 0). */
function reflection(a: Float64Array, n: number, j: number, v: Float64Array): { tau: number; beta: number } {
  let largest = 0;
  for (let i = j + 1; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + j]!));
  const alpha = a[(j + 1) * n + j]!;
  let squares = 0;
  for (let i = j + 2; i < n && largest > 0; i++) squares += (a[i * n + j]! / largest) ** 2;
  v.fill(0);
  v[j + 1] = 1;
  if (squares === 0) return { tau: 0, beta: alpha };
  const norm = largest * Math.sqrt(squares + (alpha / largest) ** 2);
  const beta = alpha > 0 ? -norm : norm; // of the other sign, so that alpha - beta does not cancel
  for (let i = j + 2; i < n; i++) v[i] = a[i * n + j]! / (alpha - beta);
  return { tau: (beta - alpha) / beta, beta };
}

/** out = A v over rows and columns from `first`, from the lower triangle alone, four rows at a time. */
function multiplySymmetric(a: Float64Array, n: number, first: number, v: Float64Array, out: Float64Array) {
  out.fill(0, first);
  let i = first;
  for (; i + 3 < n; i += 4) {
    const r0 = i * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    const v0 = v[i]!;
    const v1 = v[i + 1]!;
    const v2 = v[i + 2]!;
    const v3 = v[i + 3]!;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = first; k < i; k++) {
      const a0 = a[r0 + k]!;
      const a1 = a[r1 + k]!;
      const a2 = a[r2 + k]!;
      const a3 = a[r3 + k]!;
      const x = v[k]!;
      s0 += a0 * x;
      s1 += a1 * x;
      s2 += a2 * x;
      s3 += a3 * x;
      out[k]! += a0 * v0 + a1 * v1 + (a2 * v2 + a3 * v3);
    }
    out[i]! += s0;
    out[i + 1]! += s1;
    out[i + 2]! += s2;
    out[i + 3]! += s3;
    for (let row = i; row < i + 4; row++) multiplySymmetricRow(a, n, i, row, v, out);
  }
  for (; i < n; i++) multiplySymmetricRow(a, n, first, i, v, out);
}

/** Adds to `out` what row `row` contributes, from column `first` to the diagonal. */
function multiplySymmetricRow(
  a: Float64Array,
  n: number,
  first: number,
  row: number,
  v: Float64Array,
  out: Float64Array,
): void {
  let sum = a[row * n + row]! * v[row]!;
  for (let k = first; k < row; k++) {
    sum += a[row * n + k]! * v[k]!;
    out[k]! += a[row * n + k]! * v[row]!;
  }
  out[row]! += sum;
}

/** w -= V (W^T v) + W (V^T v), with the `done` columns of the panel: the part of A that is not yet up to date. */
function correctByPanel(
  vw: Float64Array,
  n: number,
  first: number,
  done: number,
  v: Float64Array,
  w: Float64Array,
): void {
  const dots = new Float64Array(2 * PANEL);
  for (let i = first; i < n; i++) {
    const row = i * 2 * PANEL;
    const x = v[i]!;
    for (let c = 0; c < done; c++) {
      dots[c]! += vw[row + PANEL + c]! * x;
      dots[PANEL + c]! += vw[row + c]! * x;
    }
  }
  for (let i = first; i < n; i++) {
    const row = i * 2 * PANEL;
    let sum = 0;
    for (let c = 0; c < done; c++) sum += vw[row + c]! * dots[c]! + vw[row + PANEL + c]! * dots[PANEL + c]!;
    w[i]! -= sum;
  }
}
