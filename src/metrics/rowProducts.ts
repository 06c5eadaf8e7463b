import { DEPTH, type ProductSpace, productSpace, TILE } from './multiplySquare.ts';

/** Rows of a matrix in place: row r begins at `offset + r * stride`. */
export interface RowView {
  readonly data: Float32Array | Float64Array;
  readonly offset: number;
  readonly stride: number;
}

/** Products of rows of one tile with rows of another: that of rows i and j of the tiles is `sums[i * TILE_STRIDE + j]`. */
export interface ProductTile {
  readonly leftStart: number;
  readonly leftCount: number;
  readonly rightStart: number;
  readonly rightCount: number;
  /** Valid until the visit returns. */
  readonly sums: Float64Array;
}

export const TILE_STRIDE = TILE;

export interface RowProductOptions {
  readonly leftCount: number;
  readonly rightCount: number;
  /** Length of a row. */
  readonly depth: number;
  /** Only tiles that hold a pair with j <= i, for the products of rows with each other. */
  readonly lowerOnly?: boolean;
  /** Rows of `left` are zero before their own number: row i begins at element i. */
  readonly leftTriangular?: boolean;
  /** The workspace to use; by default a new one. */
  readonly space?: ProductSpace;
}

/**
 * The inner products of all pairs of rows, sum_k left[i][k] right[j][k], tile by tile, in float64. Sums run over k in
 * order, so the product of two rows does not depend on the tiles, on other rows, or on which side a row is.
 */
export function forEachRowProduct(
  left: RowView,
  right: RowView,
  options: RowProductOptions,
  visit: (tile: ProductTile) => void,
): void {
  const { leftCount, rightCount, depth, lowerOnly = false, leftTriangular = false } = options;
  const { space = productSpace() } = options;
  for (let leftStart = 0; leftStart < leftCount; leftStart += TILE) {
    const rows = Math.min(TILE, leftCount - leftStart);
    const rightEnd = lowerOnly ? Math.min(rightCount, leftStart + rows) : rightCount;
    for (let rightStart = 0; rightStart < rightEnd; rightStart += TILE) {
      const columns = Math.min(TILE, rightCount - rightStart);
      space.sums.fill(0);
      for (let from = leftTriangular ? leftStart : 0; from < depth; from += DEPTH) {
        const length = Math.min(DEPTH, depth - from);
        pack(left, leftStart, rows, from, length, space.left);
        pack(right, rightStart, columns, from, length, space.right);
        multiplyTiles(space, rows, columns, length);
      }
      visit({ leftStart, leftCount: rows, rightStart, rightCount: columns, sums: space.sums });
    }
  }
}

/** Rows start to start + count, elements from to from + length, four rows interleaved; a group is filled up with zeros. */
function pack(view: RowView, start: number, count: number, from: number, length: number, out: Float64Array) {
  const { data, offset, stride } = view;
  for (let row = 0; row < count; row++) {
    const source = offset + (start + row) * stride + from;
    let target = (row >> 2) * 4 * length + (row & 3);
    for (let k = 0; k < length; k++, target += 4) out[target] = data[source + k]!;
  }
  for (let row = count; row & 3; row++) {
    let target = (row >> 2) * 4 * length + (row & 3);
    for (let k = 0; k < length; k++, target += 4) out[target] = 0;
  }
}

function multiplyTiles(space: ProductSpace, rows: number, columns: number, length: number): void {
  const panel = 4 * length;
  for (let i = 0, left = 0; i < rows; i += 4, left += panel) {
    for (let j = 0, right = 0; j < columns; j += 4, right += panel) {
      space.multiplySquare(left, right, panel, i * TILE + j);
    }
  }
}
