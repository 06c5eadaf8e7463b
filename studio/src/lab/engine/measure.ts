import type { Measure, Setup } from './protocol.ts';

/**
 * What the generator covers, by distance: which modes have a generated point near, the share of generated points that lie on
 * the data (precision), and the share of the data that has a generated point near (recall).
 */
export function measure(
  generated: ArrayLike<number>,
  real: ArrayLike<number>,
  { near, centres }: Pick<Setup, 'near' | 'centres'>,
  dimensions: number,
): Omit<Measure, 'step'> {
  return {
    modes: modesFound(centres, generated, near, dimensions),
    precision: countNear(generated, real, near, dimensions) / (generated.length / dimensions),
    recall: countNear(real, generated, near, dimensions) / (real.length / dimensions),
  };
}

/** Share of the generated points that a mode needs near it to count as found. */
const ENOUGH = 0.01;

function modesFound(
  centres: ArrayLike<number>,
  generated: ArrayLike<number>,
  near: number,
  dimensions: number,
): number {
  const needed = (ENOUGH * generated.length) / dimensions;
  let found = 0;
  for (let at = 0; at < centres.length; at += dimensions) {
    const centre = Array.from({ length: dimensions }, (_, k) => centres[at + k]!);
    if (countNear(generated, centre, near, dimensions) >= needed) found++;
  }
  return found;
}

/** How many of `points` have one of `others` within a distance. */
export function countNear(
  points: ArrayLike<number>,
  others: ArrayLike<number>,
  near: number,
  dimensions: number,
): number {
  const limit = near * near;
  let count = 0;
  for (let i = 0; i < points.length; i += dimensions) {
    for (let j = 0; j < others.length; j += dimensions) {
      let squared = 0;
      for (let k = 0; k < dimensions; k++) squared += (points[i + k]! - others[j + k]!) ** 2;
      if (squared > limit) continue;
      count++;
      break;
    }
  }
  return count;
}
