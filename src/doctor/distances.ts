import { type Features, rowOf } from './features.ts';

/** Squared Euclidean distance. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - b[i]!) ** 2;
  return total;
}

/** Rows that the mean distance between pairs is taken over, at most. */
const PAIRED = 400;

/** Mean distance between two different rows: the diversity of a set. 0 for fewer than two. */
export function meanPairDistance(features: Features): number {
  const count = Math.min(features.count, PAIRED);
  let total = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) total += Math.sqrt(squaredDistance(rowOf(features, i), rowOf(features, j)));
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

/** @param except a row of the set that does not count: the given one itself */
export function neighbours(set: Features, row: ArrayLike<number>, except = -1): Neighbours {
  let [nearest, first, second] = [-1, Infinity, Infinity];
  for (let i = 0; i < set.count; i++) {
    if (i === except) continue;
    const distance = squaredDistance(row, rowOf(set, i));
    if (distance < first) [nearest, first, second] = [i, distance, first];
    else if (distance < second) second = distance;
  }
  return { nearest, first: Math.sqrt(first), second: Math.sqrt(second) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;
