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
    // Rows that are packed whole stay for all tiles beside them.
    let packed = -1;
    for (let rightStart = 0; rightStart < rightEnd; rightStart += TILE) {
      const columns = Math.min(TILE, rightCount - rightStart);
      space.sums.fill(0);
      for (let from = leftTriangular ? leftStart : 0; from < depth; from += DEPTH) {
        const length = Math.min(DEPTH, depth - from);
        if (packed !== from) pack(left, leftStart, rows, from, length, space.left);
        packed = from;
        pack(right, rightStart, columns, from, length, space.right);
        space.multiplyGroups(Math.ceil(rows / 4), Math.ceil(columns / 4), length);
      }
      visit({ leftStart, leftCount: rows, rightStart, rightCount: columns, sums: space.sums });
    }
  }
}

/** Rows start to start + count, elements from to from + length, four rows interleaved; a group is filled up with zeros. */
function pack(view: RowView, start: number, count: number, from: number, length: number, out: Float64Array) {
  const { data, offset, stride } = view;
  const whole = count - (count & 3);
  for (let row = 0; row < whole; row += 4) {
    const first = offset + (start + row) * stride + from;
    const [second, third, fourth] = [first + stride, first + 2 * stride, first + 3 * stride];
    for (let k = 0, target = row * length; k < length; k++, target += 4) {
      out[target] = data[first + k]!;
      out[target + 1] = data[second + k]!;
      out[target + 2] = data[third + k]!;
      out[target + 3] = data[fourth + k]!;
    }
  }
  for (let row = whole; row < count; row++) {
    const source = offset + (start + row) * stride + from;
    for (let k = 0; k < length; k++) out[whole * length + 4 * k + (row & 3)] = data[source + k]!;
  }
  for (let row = count; row & 3; row++) {
    for (let k = 0; k < length; k++) out[whole * length + 4 * k + (row & 3)] = 0;
  }
}
