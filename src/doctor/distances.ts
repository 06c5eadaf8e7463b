import type { Features } from './features.ts';

/** Squared Euclidean distance of a row to row `i` of a set, or any number from `enough` on when it is that far. */
export function squaredDistance(
  row: ArrayLike<number>,
  { rows, size }: Features,
  i: number,
  enough = Infinity,
): number {
  let total = 0;
  // Indices instead of views on the rows: this is the innermost loop of everything here.
  for (let j = 0, at = i * size; j < size && total < enough; j++, at++) total += (row[j]! - rows[at]!) ** 2;
  return total;
}

/** Rows that the mean distance between pairs is taken over, at most. */
const PAIRED = 400;

/** Mean distance between two different rows: the diversity of a set. 0 for fewer than two. */
export function meanPairDistance(features: Features): number {
  const { rows, size } = features;
  const count = Math.min(features.count, PAIRED);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * size, (i + 1) * size);
    for (let j = 0; j < i; j++) total += Math.sqrt(squaredDistance(row, features, j));
  }
  return count < 2 ? 0 : total / ((count * (count - 1)) / 2);
}

/** The nearest two rows of a set to a given one. */
export interface Neighbours {
  nearest: number;
  /** Distances to the nearest and to the second nearest. */
  first: number;
  second: number;
}

/** @param except a row of the set that does not count: the given one itself. Its copies in the set do not count either. */
export function neighbours(set: Features, row: ArrayLike<number>, except = -1): Neighbours {
  let [nearest, first, second] = [-1, Infinity, Infinity];
  for (let i = 0; i < set.count; i++) {
    if (i === except) continue;
    const distance = squaredDistance(row, set, i, second);
    if (distance === 0 && except >= 0) continue;
    if (distance < first) [nearest, first, second] = [i, distance, first];
    else if (distance < second) second = distance;
  }
  return { nearest, first: Math.sqrt(first), second: Math.sqrt(second) };
}

/** The nearest row of a set to a given one. */
export function nearestRow(set: Features, row: ArrayLike<number>): number {
  let [nearest, least] = [0, Infinity];
  for (let i = 0; i < set.count; i++) {
    const distance = squaredDistance(row, set, i, least);
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;
