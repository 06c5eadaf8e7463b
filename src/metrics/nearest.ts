import { checkWhole, type Features } from './features.ts';
import { forEachSquaredDistance } from './squaredDistances.ts';

/**
 * Squared distance from each sample to its k-th nearest other sample of the same set, [count]: the squared radius of the
 * ball that k-nearest-neighbour metrics put around it.
 *
 * @throws UsageError when k is not from 1 to count - 1.
 */
export function squaredRadii(where: string, features: Features, k: number): Float64Array {
  checkWhole(where, 'k', k, 1, features.count - 1);
  const nearest = new SmallestOfRow(features.count, k);
  const { limits } = nearest;
  forEachSquaredDistance(features, features, (tile) => {
    const { leftStart, leftCount, rightStart, rightCount, stride, squared } = tile;
    for (let i = 0; i < leftCount; i++) {
      const row = leftStart + i;
      const columns = Math.min(rightCount, row - rightStart);
      for (let j = 0, at = i * stride; j < columns; j++, at++) {
        const distance = squared[at]!;
        if (distance < limits[row]!) nearest.insert(row, distance);
        if (distance < limits[rightStart + j]!) nearest.insert(rightStart + j, distance);
      }
    }
  });
  return nearest.limits;
}

/** The k smallest values of each row, in ascending order. */
class SmallestOfRow {
  /** The k-th smallest of each row so far; only smaller values need be inserted. */
  readonly limits: Float64Array;
  private readonly values: Float64Array;
  private readonly k: number;

  constructor(rows: number, k: number) {
    this.k = k;
    this.values = new Float64Array(rows * k).fill(Infinity);
    this.limits = new Float64Array(rows).fill(Infinity);
  }

  insert(row: number, value: number): void {
    const start = row * this.k;
    const end = start + this.k - 1;
    let at = end;
    for (; at > start && this.values[at - 1]! > value; at--) this.values[at] = this.values[at - 1]!;
    this.values[at] = value;
    this.limits[row] = this.values[end]!;
  }
}

/** For each row of `points` the nearest row of `references`: its number, the first of equally near ones, and the squared distance. */
export function nearestNeighbours(
  points: Features,
  references: Features,
): { indices: Uint32Array; squared: Float64Array } {
  const indices = new Uint32Array(points.count);
  const squared = new Float64Array(points.count).fill(Infinity);
  // A view that is never the same object as `references`, so that all tiles are visited.
  forEachSquaredDistance({ ...points }, references, (tile) => {
    for (let i = 0; i < tile.leftCount; i++) {
      const row = tile.leftStart + i;
      for (let j = 0; j < tile.rightCount; j++) {
        const distance = tile.squared[i * tile.stride + j]!;
        if (distance < squared[row]!) {
          squared[row] = distance;
          indices[row] = tile.rightStart + j;
        }
      }
    }
  });
  return { indices, squared };
}

/**
 * The `k` rows nearest to a point, nearest first, and of equally near ones the first: their numbers over all parts, and squared
 * Euclidean distances in float64. Fewer where there are fewer rows.
 *
 * @param parts rows one part after the other; each may be overwritten once the next is asked for
 */
export function kNearest(
  point: ArrayLike<number>,
  parts: Iterable<Features>,
  k: number,
): { index: number; squared: number }[] {
  const found: { index: number; squared: number }[] = [];
  let limit = Infinity;
  let index = 0;
  for (const { data, count, width } of parts) {
    for (let row = 0; row < count; row++, index++) {
      let squared = 0;
      for (let i = 0, at = row * width; i < width && squared < limit; i++, at++) {
        const difference = data[at]! - point[i]!;
        squared += difference * difference;
      }
      if (squared >= limit) continue;
      const place = found.findIndex((other) => squared < other.squared);
      found.splice(place < 0 ? found.length : place, 0, { index, squared });
      if (found.length > k) found.pop();
      if (found.length === k) limit = found[k - 1]!.squared;
    }
  }
  return found;
}
