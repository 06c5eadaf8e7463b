import { GansmithError, UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { checkWhole } from './features.ts';
import { mean, quantile } from './statistics.ts';

export interface BootstrapOptions {
  /** Number of resamples (default 1000). */
  readonly resamples?: number;
  /** Confidence, between 0 and 1 (default 0.95). */
  readonly level?: number;
  readonly seed?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13) of any statistic of one or more sets: each resample draws as
 * many samples as a set has, with replacement.
 *
 * Not for every metric: a duplicate is its own nearest neighbour, and repeated samples make covariances of fewer different
 * ones, so k-nearest-neighbour metrics and the Frechet distance move. For the former, resample the samples that are
 * judged and leave the manifold (`bootstrapMean` of `precise`, `recalled`, `densities`, `covered`).
 *
 * @param counts number of samples of each set.
 * @param statistic of the numbers of the drawn samples of each set; see `takeRows`.
 * @throws UsageError for a level outside (0, 1) or no resamples, GansmithError when the statistic is not a number.
 */
export function bootstrapInterval(
  counts: readonly number[],
  statistic: (picks: readonly Uint32Array[]) => number,
  { resamples = 1000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): Interval {
  checkWhole('bootstrapInterval', 'resamples', resamples, 1);
  for (const count of counts) checkWhole('bootstrapInterval', 'count', count, 1);
  if (!(level > 0 && level < 1)) {
    throw new UsageError(`bootstrapInterval: level is ${level}; expected a number between 0 and 1`);
  }
  const stream = randomStream(seed, 'bootstrap');
  const picks = counts.map((count) => new Uint32Array(count));
  const values = Float64Array.from({ length: resamples }, () => {
    for (const pick of picks) {
      for (let i = 0; i < pick.length; i++) pick[i] = stream.integer(pick.length);
    }
    return statistic(picks);
  }).sort();
  if (values.some(Number.isNaN)) {
    throw new GansmithError('bootstrapInterval: the statistic of a resample is not a number');
  }
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
}

/** The interval of a mean of values, one a sample: of precision by `precise`, of accuracy by hits, of a log-likelihood. */
export function bootstrapMean(values: ArrayLike<number>, options?: BootstrapOptions): Interval {
  const drawn = new Float64Array(values.length);
  const meanOf = ([pick]: readonly Uint32Array[]) => {
    for (let i = 0; i < drawn.length; i++) drawn[i] = values[pick![i]!]!;
    return mean(drawn);
  };
  return bootstrapInterval([values.length], meanOf, options);
}
