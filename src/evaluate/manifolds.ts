import {
  bootstrapMean,
  densityCoverage,
  differentBins,
  memorisation as memorisationTest,
  precisionRecall,
} from '../metrics/index.ts';
import { mean, standardDeviation } from '../metrics/statistics.ts';
import { around } from './intervals.ts';
import type { Metric } from './metric.ts';

const BOOTSTRAP = 'interval by resampling the judged samples';

/** Neighbours of the published protocols. */
const PRECISION_NEIGHBOURS = 3;
const DENSITY_NEIGHBOURS = 5;

export const pr: Metric = {
  name: 'pr',
  title: 'precision and recall',
  needs: ['features'],
  least: PRECISION_NEIGHBOURS + 1,
  protocol: `k = ${PRECISION_NEIGHBOURS}; ${BOOTSTRAP}`,
  compute({ real, generated, pairs, seed }) {
    const k = PRECISION_NEIGHBOURS;
    const found = precisionRecall(real.features(pairs), generated.features(pairs), { k });
    const share = (metric: string, value: number, flags: Uint8Array) =>
      ({ metric, value, interval: bootstrapMean(flags, { seed }), better: 'higher' }) as const;
    return [
      share('precision', found.precision, found.precise),
      share('recall', found.recall, found.recalled),
    ];
  },
};

export const dc: Metric = {
  name: 'dc',
  title: 'density and coverage',
  needs: ['features'],
  least: DENSITY_NEIGHBOURS + 1,
  protocol: `k = ${DENSITY_NEIGHBOURS}; ${BOOTSTRAP}`,
  compute({ real, generated, pairs, seed }) {
    const k = DENSITY_NEIGHBOURS;
    const found = densityCoverage(real.features(pairs), generated.features(pairs), { k });
    const share = (metric: string, value: number, values: ArrayLike<number>) =>
      ({ metric, value, interval: bootstrapMean(values, { seed }), better: 'higher' }) as const;
    return [
      share('density', found.density, found.densities),
      share('coverage', found.coverage, found.covered),
    ];
  },
};

export const memorisation: Metric = {
  name: 'memorisation',
  title: 'chance to lie nearer to training samples than held-out ones do',
  needs: ['features', 'held-out'],
  least: 20,
  protocol: 'nearest of all real samples; interval by DeLong',
  compute({ real, generated, heldOut, pairs }) {
    const held = heldOut!;
    const test = held.features(Math.min(held.indices.length, pairs));
    const found = memorisationTest(real.features(), test, generated.features(pairs));
    const interval = around(found.value, rankError(found.distances, found.heldOutDistances));
    return [
      { metric: 'memorisation', value: found.value, interval, better: 'nearer to one half', real: 0.5 },
      { metric: 'duplicates', value: found.duplicates, better: 'lower' },
    ];
  },
};

/**
 * Standard error of the share of pairs in which a value of `a` is below one of `b` (DeLong, DeLong and Clarke-Pearson 1988): by the
 * scatter of each value's own share.
 */
function rankError(a: Float64Array, b: Float64Array): number {
  const [sortedA, sortedB] = [a.slice().sort(), b.slice().sort()];
  const sharesA = a.map((value) => 1 - rank(sortedB, value));
  const sharesB = b.map((value) => rank(sortedA, value));
  return Math.sqrt(standardDeviation(sharesA) ** 2 / a.length + standardDeviation(sharesB) ** 2 / b.length);
}

/** Share of sorted values below `value`, those equal to it counting half. */
const rank = (sorted: Float64Array, value: number): number =>
  mean([firstFrom(sorted, (other) => other >= value), firstFrom(sorted, (other) => other > value)]) /
  sorted.length;

/** Position of the first of sorted values that fits, by halving. */
function firstFrom(sorted: Float64Array, fits: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const BINS = 100;

export const ndb: Metric = {
  name: 'ndb',
  title: 'share of statistically different bins',
  needs: ['features'],
  least: 2 * BINS,
  protocol: `${BINS} bins of real features, 5 % significance; no interval`,
  compute({ real, generated, pairs, seed }) {
    const { share } = differentBins(real.features(pairs), generated.features(pairs), { bins: BINS, seed });
    return [{ metric: 'ndb', value: share, better: 'lower', real: 0.05 }];
  },
};
