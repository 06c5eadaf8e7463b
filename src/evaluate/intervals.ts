import { type Features, type Interval, takeRows } from '../metrics/index.ts';
import { mean, standardDeviation } from '../metrics/statistics.ts';

/** Where the normal distribution has 97.5 % of its mass to the left. */
const NORMAL = 1.959963984540054;

/**
 * The 97.5 % quantile of Student's t with `freedom` >= 3 degrees of freedom, to 1 %, by the expansion of Fisher and Cornish 1960 about
 * the normal one.
 */
export function studentQuantile(freedom: number): number {
  const z = NORMAL;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** The 95 % interval about a value by its standard error; undefined where there is none. */
export function around(value: number, standardError: number, freedom = Infinity): Interval | undefined {
  if (!Number.isFinite(standardError)) return undefined;
  const half = studentQuantile(freedom) * standardError;
  return { low: value - half, high: value + half };
}

/**
 * Standard error of a statistic of `total` samples from its values on subsets of `kept` of them: the delete-d jackknife (Shao and Wu 1989,
 * "A general theory for jackknife variance estimation", equation 1.4). Unlike the bootstrap it repeats no sample, which covariances and
 * neighbours would take amiss.
 */
export function jackknifeError(estimates: ArrayLike<number>, kept: number, total: number): number {
  const centre = mean(estimates);
  const squares = Array.from(estimates, (value) => (value - centre) ** 2);
  return Math.sqrt((kept / (total - kept)) * mean(squares));
}

/** Groups that samples are cut into, where each is left out in turn. */
export const GROUPS = 10;

/** The 95 % interval of a statistic of rows, each of the groups of rows left out in turn; undefined for fewer than 20 rows. */
export function jackknifeInterval(
  value: number,
  features: Features,
  statistic: (kept: Features, rows: Uint32Array) => number,
  groups = GROUPS,
): Interval | undefined {
  const { count } = features;
  if (count < 2 * groups) return undefined;
  const bound = (group: number) => Math.floor((group * count) / groups);
  const estimates = Array.from({ length: groups }, (_, group) => {
    const rows = Uint32Array.from({ length: count - (bound(group + 1) - bound(group)) }, (_, i) =>
      i < bound(group) ? i : i + bound(group + 1) - bound(group),
    );
    return statistic(takeRows(features, rows), rows);
  });
  return around(value, jackknifeError(estimates, groups - 1, groups), groups - 1);
}

/** The 95 % interval of a mean of independent values by Student's t; undefined for fewer than 4. */
export function meanInterval(values: ArrayLike<number>): Interval | undefined {
  if (values.length < 4) return undefined;
  return around(mean(values), standardDeviation(values) / Math.sqrt(values.length), values.length - 1);
}
