import { productSpace } from './multiplySquare.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';

/** Columns factored before the rest of the matrix is brought up to date. */
const PANEL = 64;

/** P^T A P = L L^T with as many columns as A has rank. */
export interface PivotedCholesky {
  readonly rank: number;
  /** Row i of the permuted matrix is row `order[i]` of A, [n]. */
  readonly order: Uint32Array;
  /** Transposed: row j holds column j of L, which is zero before element j, [rank, n]. */
  readonly factor: Float64Array;
}

/**
 * Cholesky factor of a positive semi-definite matrix with complete pivoting (Higham 1990, "Analysis of the Cholesky
 * decomposition of a semi-definite matrix"; blocked as in LAPACK working note 161). It ends when no remaining diagonal
 * element exceeds n times the rounding of the largest, so a matrix of lower rank gives a thin factor.
 *
 * @param matrix [n, n], symmetric; overwritten.
 */
export function pivotedCholesky(a: Float64Array, n: number): PivotedCholesky {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const space = productSpace();
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * n + i]!);
  const least = n * Number.EPSILON * largest;
  let rank = 0;
  while (rank < n) {
    const start = rank;
    rank = factorPanel(a, n, start, least, order);
    if (rank < Math.min(start + PANEL, n)) break;
    const rest = n - rank;
    const panel = { data: a, offset: rank * n + start, stride: n };
    forEachRowProduct(
      panel,
      panel,
      { leftCount: rest, rightCount: rest, depth: rank - start, lowerOnly: true, space },
      ({ leftStart, leftCount, rightStart, rightCount, sums }) => {
        for (let i = 0; i < leftCount; i++) {
          const row = (rank + leftStart + i) * n + rank + rightStart;
          for (let k = 0; k < rightCount; k++) a[row + k]! -= sums[i * TILE_STRIDE + k]!;
        }
      },
    );
  }
  const factor = new Float64Array(rank * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < rank && j <= i; j++) factor[j * n + i] = a[i * n + j]!;
  }
  return { rank, order, factor };
}

/** Factors up to PANEL columns from `start`; returns the first column that is not factored. */
function factorPanel(a: Float64Array, n: number, start: number, least: number, order: Uint32Array): number {
  const end = Math.min(start + PANEL, n);
  // What the panel's columns take from each diagonal element; the matrix itself is updated after the panel.
  const taken = new Float64Array(n);
  for (let j = start; j < end; j++) {
    let pivot = j;
    let best = -Infinity;
    for (let i = j; i < n; i++) {
      if (j > start) taken[i]! += a[i * n + j - 1]! ** 2;
      const left = a[i * n + i]! - taken[i]!;
      if (left > best) [best, pivot] = [left, i];
    }
    if (!(best > least)) return j;
    exchange(a, n, j, pivot);
    [order[j], order[pivot]] = [order[pivot]!, order[j]!];
    [taken[j], taken[pivot]] = [taken[pivot]!, taken[j]!];
    const root = Math.sqrt(best);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = start; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = sum / root;
    }
  }
  return end;
}

/** Exchanges rows and columns i < p of a symmetric matrix of which the lower triangle is kept. */
function exchange(a: Float64Array, n: number, i: number, p: number): void {
  if (i === p) return;
  for (let k = 0; k < i; k++) swap(a, i * n + k, p * n + k);
  for (let k = i + 1; k < p; k++) swap(a, k * n + i, p * n + k);
  for (let k = p + 1; k < n; k++) swap(a, k * n + i, k * n + p);
  swap(a, i * n + i, p * n + p);
}

function swap(a: Float64Array, x: number, y: number): void {
  const value = a[x]!;
  a[x] = a[y]!;
  a[y] = value;
}
