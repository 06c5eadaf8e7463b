import { ShapeError, UsageError } from '../base/errors.ts';
import { checkDistribution, checkPair, type Distribution, type LinePoints, sumOver } from './distribution.ts';

/** A point with its probability; lists are sorted by position. */
interface Mass {
  at: number;
  weight: number;
}

/** How far two distribution functions must be apart to count as different: their sums round at about 1e-16. */
const EQUAL = 1e-13;

/**
 * The Wasserstein distance W_r on the line, exact for weighted points: (integral over u of |F^-1(u) -
 * G^-1(u)|^r)^(1/r), as on the line the best plan never crosses (Peyré and Cuturi 2019, Computational Optimal
 * Transport, arXiv:1803.00567, section 2.6). In the unit of the points. For densities, pass what `discretize`
 * returns, or use `wasserstein1OnGrid`.
 *
 * @param order r >= 1.
 * @throws UsageError when there are no points, weights do not sum to 1, or the order is below 1.
 */
export function wassersteinOnLine(p: LinePoints, q: LinePoints, order = 1): number {
  if (!(order >= 1 && order < Infinity)) {
    throw new UsageError(`wassersteinOnLine: expected a finite order of at least 1, got ${order}`);
  }
  const from = sortedMasses('wassersteinOnLine', 'p', p);
  const to = sortedMasses('wassersteinOnLine', 'q', q);
  // Powers of distances over the greatest of them stay in the range of numbers.
  const unit = order === 1 ? 1 : farthest(from, to) || 1;
  let total = 0;
  let i = 0;
  let j = 0;
  while (i < from.length && j < to.length) {
    const moved = Math.min(from[i]!.weight, to[j]!.weight);
    total += moved * (Math.abs(from[i]!.at - to[j]!.at) / unit) ** order;
    from[i]!.weight -= moved;
    to[j]!.weight -= moved;
    if (from[i]!.weight === 0) i++;
    else j++;
  }
  return unit * total ** (1 / order);
}

/** The greatest distance between a mass of one list and one of the other. */
const farthest = (from: readonly Mass[], to: readonly Mass[]): number =>
  Math.max(to.at(-1)!.at - from[0]!.at, from.at(-1)!.at - to[0]!.at);

/**
 * A proof of a Wasserstein-1 distance: a 1-Lipschitz function on which the two expectations differ by just that much.
 */
export interface LinePotential {
  /** E_p[f] - E_q[f], the distance. */
  readonly value: number;
  /** Where f has its corners: all points of both, in order, each once, [n]. */
  readonly points: readonly number[];
  /** f at these points, [n]; 0 at the first. */
  readonly potential: readonly number[];
  /** f anywhere: straight between the points, constant outside them. */
  at(x: number): number;
}

/**
 * The Kantorovich-Rubinstein dual of W1 on the line: max over 1-Lipschitz f of E_p[f] - E_q[f]; f is what an ideal
 * Wasserstein critic computes (Arjovsky et al. 2017, arXiv:1701.07875, equation 2). Its slope is -sign(F - G), the
 * distribution functions being F of p and G of q: integrating by parts, E_p[f] - E_q[f] = -integral f' (F - G) =
 * integral |F - G| = W1. Where F = G any slope in [-1, 1] is optimal; it is 0 here.
 */
export function kantorovichOnLine(p: LinePoints, q: LinePoints): LinePotential {
  const signed = [
    ...sortedMasses('kantorovichOnLine', 'p', p),
    ...sortedMasses('kantorovichOnLine', 'q', q).map(({ at, weight }) => ({ at, weight: -weight })),
  ].sort((a, b) => a.at - b.at);
  const points: number[] = [];
  const potential: number[] = [];
  let difference = 0; // F - G just right of the last point
  let value = 0;
  for (const { at, weight } of signed) {
    const last = points.length - 1;
    if (last < 0) {
      points.push(at);
      potential.push(0);
    } else if (at !== points[last]) {
      const slope = Math.abs(difference) < EQUAL ? 0 : -Math.sign(difference);
      points.push(at);
      potential.push(potential[last]! + slope * (at - points[last]!));
    }
    difference += weight;
    value += weight * potential.at(-1)!;
  }
  return { value, points, potential, at: (x) => interpolated(points, potential, x) };
}

/**
 * W1 between two densities that are constant on the same cells, exactly: the integral of |F - G|, where F - G is
 * straight within a cell.
 *
 * @param p probabilities of the cells, [n]. @param q likewise. @param width of a cell.
 */
export function wasserstein1OnGrid(p: Distribution, q: Distribution, width: number): number {
  checkPair('wasserstein1OnGrid', p, q);
  if (!(width > 0 && width < Infinity)) {
    throw new UsageError(`wasserstein1OnGrid: expected a positive width of a cell, got ${width}`);
  }
  let left = 0;
  return sumOver(p, q, (a, b) => {
    const right = left + (a - b);
    const crosses = left * right < 0;
    // Two triangles where F - G changes its sign inside the cell, else a trapezium.
    const area = crosses
      ? (left ** 2 + right ** 2) / (2 * Math.abs(left - right))
      : (Math.abs(left) + Math.abs(right)) / 2;
    left = right;
    return area * width;
  });
}

function sortedMasses(where: string, name: string, { points, weights }: LinePoints): Mass[] {
  if (points?.length === undefined) {
    throw new UsageError(`${where}: ${name} has no points; write { points: [0, 1, 3] }`);
  }
  if (points.length === 0) {
    throw new UsageError(`${where}: ${name} has no points; give at least one`);
  }
  if (weights && weights.length !== points.length) {
    throw new ShapeError(`${where}: ${name} has ${points.length} points but ${weights.length} weights`);
  }
  if (weights) checkDistribution(where, `${name}.weights`, weights);
  const masses = Array.from(points, (at, i) => ({ at, weight: weights ? weights[i]! : 1 / points.length }));
  const bad = masses.findIndex(({ at }) => !Number.isFinite(at));
  if (bad >= 0)
    throw new UsageError(`${where}: ${name}.points[${bad}] is ${points[bad]}; expected a finite number`);
  return masses.filter(({ weight }) => weight > 0).sort((a, b) => a.at - b.at);
}

function interpolated(points: readonly number[], values: readonly number[], x: number): number {
  const right = points.findIndex((point) => point >= x);
  if (right < 0) return values.at(-1)!;
  if (right === 0) return values[0]!;
  const share = (x - points[right - 1]!) / (points[right]! - points[right - 1]!);
  return values[right - 1]! + share * (values[right]! - values[right - 1]!);
}
