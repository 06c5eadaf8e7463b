import { type Features, rowsOf } from './features.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';

/** Squared distances of a tile of pairs: that of rows i and j of the tile is `squared[i * stride + j]`. */
export interface DistanceTile {
  readonly leftStart: number;
  readonly leftCount: number;
  readonly rightStart: number;
  readonly rightCount: number;
  readonly stride: number;
  /** Valid until the visit returns. */
  readonly squared: Float64Array;
}

/** Below this share of the squared norms, |x|^2 + |y|^2 - 2 x y has lost too many digits: 7 of 16. */
const CANCELLED = 1e-7;

/**
 * Squared Euclidean distances between all rows of `left` and of `right`, tile by tile, in float64 from inner products;
 * pairs that nearly coincide are computed again from their differences. So equal rows are at distance 0 exactly, a
 * distance is the same both ways, and distances of whole numbers are exact. With `left` and `right` the same object,
 * only tiles that hold pairs with j <= i are visited.
 */
export function forEachSquaredDistance(
  left: Features,
  right: Features,
  visit: (tile: DistanceTile) => void,
): void {
  const [leftNorms, rightNorms] = [squaredNorms(left), squaredNorms(right)];
  const options = {
    leftCount: left.count,
    rightCount: right.count,
    depth: left.width,
    lowerOnly: left === right,
  };
  forEachRowProduct(rowsOf(left), rowsOf(right), options, ({ sums, ...tile }) => {
    const { leftStart, leftCount, rightStart, rightCount } = tile;
    for (let i = 0; i < leftCount; i++) {
      const leftNorm = leftNorms[leftStart + i]!;
      for (let j = 0, at = i * TILE_STRIDE; j < rightCount; j++, at++) {
        const norms = leftNorm + rightNorms[rightStart + j]!;
        const squared = norms - 2 * sums[at]!;
        sums[at] =
          squared > CANCELLED * norms
            ? squared
            : squaredDifference(left, leftStart + i, right, rightStart + j);
      }
    }
    visit({ ...tile, stride: TILE_STRIDE, squared: sums });
  });
}

function squaredNorms({ data, count, width }: Features): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < width; k++, at++) norms[i]! += data[at]! * data[at]!;
  }
  return norms;
}

/** |x - y|^2 of two rows. */
export function squaredDifference(a: Features, i: number, b: Features, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.width; k++) sum += (a.data[i * a.width + k]! - b.data[j * b.width + k]!) ** 2;
  return sum;
}
