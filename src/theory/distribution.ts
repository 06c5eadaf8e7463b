import { ShapeError, UsageError } from '../base/errors.ts';

/** Probabilities of the outcomes 0 to n-1: not negative, with sum 1. `normalize` makes one of any weights. */
export type Distribution = ArrayLike<number>;

/** Points of the real line with a probability each; without weights, all points weigh the same. */
export interface LinePoints {
  readonly points: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/** How far a sum of probabilities may be from 1: rounding in float64, not a forgotten normalisation. */
const SUM_TOLERANCE = 1e-9;

/**
 * Weights divided by their sum.
 *
 * @throws UsageError when there are no weights, one is negative or not finite, or all are zero.
 */
export function normalize(weights: ArrayLike<number>): number[] {
  const total = checkedSum('normalize', 'weights', weights);
  if (total === 0) throw new UsageError('normalize: all weights are zero; at least one must be positive');
  // The sum can leave the range of numbers where the shares do not.
  if (total === Infinity) return normalize(Array.from(weights, (weight) => weight / (2 * weights.length)));
  return Array.from(weights, (weight) => weight / total);
}

/**
 * A density on the interval [from, to] as probabilities of equal cells, placed at the middle of each. The sums of this
 * module over these probabilities are then midpoint rules for the integrals over the density: a divergence needs no
 * further factor, since the width of a cell cancels in p/q.
 *
 * @param density any non-negative function; it need not have integral 1.
 */
export function discretize(
  density: (x: number) => number,
  { from, to, cells }: { from: number; to: number; cells: number },
): { points: number[]; weights: number[] } {
  if (!(from < to && to - from < Infinity) || !Number.isInteger(cells) || cells < 1) {
    throw new UsageError(
      `discretize: expected finite from < to and a whole number of cells, got from ${from}, to ${to}, cells ${cells}`,
    );
  }
  const width = (to - from) / cells;
  const points = Array.from({ length: cells }, (_, i) => from + (i + 0.5) * width);
  return { points, weights: normalize(points.map(density)) };
}

/** @throws UsageError when `p` is not a distribution, naming the function and the argument. */
export function checkDistribution(where: string, name: string, p: Distribution): void {
  const total = checkedSum(where, name, p);
  if (Math.abs(total - 1) > SUM_TOLERANCE) {
    throw new UsageError(
      `${where}: the probabilities of ${name} sum to ${total}, expected 1; pass them through normalize() first`,
    );
  }
}

/** @throws when `p` and `q` are not distributions over the same outcomes. */
export function checkPair(where: string, p: Distribution, q: Distribution): void {
  if (p.length !== q.length) {
    throw new ShapeError(
      `${where}: p has ${p.length} outcomes and q has ${q.length}; give both over the same outcomes, with zeros where one has none`,
    );
  }
  checkDistribution(where, 'p', p);
  checkDistribution(where, 'q', q);
}

/** The sum of `term(p[i], q[i], i)`. */
export function sumOver(
  p: Distribution,
  q: Distribution,
  term: (p: number, q: number, i: number) => number,
): number {
  let total = 0;
  for (let i = 0; i < p.length; i++) total += term(p[i]!, q[i]!, i);
  return total;
}

function checkedSum(where: string, name: string, weights: ArrayLike<number>): number {
  if (weights.length === 0) throw new UsageError(`${where}: ${name} is empty; give at least one number`);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new UsageError(`${where}: ${name}[${i}] is ${weight}; expected a finite number, not negative`);
    }
    total += weight;
  }
  return total;
}
