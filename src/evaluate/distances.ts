import {
  type Features,
  frechetDistance,
  frechetDistanceDiagonal,
  frechetInfinity,
  intraClassFrechet,
  kernelDistance,
  type Moments,
  maximumMeanDiscrepancy,
  medianBandwidth,
  momentsOf,
  takeRows,
} from '../metrics/index.ts';
import { mean, standardDeviation } from '../metrics/statistics.ts';
import { around, GROUPS, jackknifeInterval, meanInterval } from './intervals.ts';
import type { Measured, Metric, MetricContext } from './metric.ts';

/** Above this width a tenth group left out costs more than it tells. */
const WIDE = 1024;
const groupsFor = ({ width }: Features): number => (width > WIDE ? GROUPS / 2 : GROUPS);

const JACKKNIFE = 'interval by leaving out groups of samples';

const ofMoments = (metric: string, distance: (real: Moments, generated: Moments) => number) =>
  function compute({ real, generated }: MetricContext): Measured[] {
    const reference = real.moments();
    const features = generated.features();
    const value = distance(reference, generated.moments());
    const kept = (rows: Features) => distance(reference, momentsOf(rows));
    const interval = jackknifeInterval(value, features, kept, groupsFor(features));
    return [{ metric, value, interval, better: 'lower' }];
  };

export const fd: Metric = {
  name: 'fd',
  title: 'Frechet distance',
  needs: ['features', 'moments'],
  least: 2,
  protocol: JACKKNIFE,
  compute: ofMoments('fd', frechetDistance),
};

export const fid: Metric = { ...fd, name: 'fid', title: 'FID', compute: ofMoments('fid', frechetDistance) };

export const fdDiagonal: Metric = {
  name: 'fd-diagonal',
  title: 'Frechet distance, diagonal',
  needs: ['features', 'moments'],
  least: 2,
  protocol: JACKKNIFE,
  compute: ofMoments('fd-diagonal', frechetDistanceDiagonal),
};

export const fdInfinity: Metric = {
  name: 'fd-infinity',
  title: 'Frechet distance of endless samples',
  needs: ['features', 'moments'],
  least: 100,
  protocol: '15 sizes from a tenth of the samples up; interval by the scatter about the line',
  compute({ real, generated, seed }) {
    const { value, standardError } = frechetInfinity(real.moments(), generated.features(), { seed });
    return [{ metric: 'fd-infinity', value, interval: around(value, standardError, 13), better: 'lower' }];
  },
};

export const intraFd: Metric = {
  name: 'intra-fd',
  title: 'Frechet distance within classes',
  needs: ['features', 'labels'],
  least: 20,
  protocol: JACKKNIFE,
  compute({ real, generated }) {
    const labels = generated.labels!;
    const distance = (features: Features, of: Int32Array) =>
      intraClassFrechet(real.features(), real.labels!, features, of).value;
    const value = distance(generated.features(), labels);
    const interval = jackknifeInterval(value, generated.features(), (kept, rows) =>
      distance(
        kept,
        Int32Array.from(rows, (row) => labels[row]!),
      ),
    );
    return [{ metric: 'intra-fd', value, interval, better: 'lower' }];
  },
};

/** Subsets of the published kernel distance, and samples in each. */
const SUBSETS = 100;
const SUBSET_SIZE = 1000;

export const kd: Metric = {
  name: 'kd',
  title: 'kernel distance',
  needs: ['features'],
  least: 4,
  protocol: `${SUBSETS} subsets of up to ${SUBSET_SIZE}; interval by their scatter`,
  compute({ real, generated, pairs, seed }) {
    const subsetSize = Math.min(SUBSET_SIZE, Math.floor(pairs / 2));
    const options = { subsets: SUBSETS, subsetSize, seed };
    const { value, estimates } = kernelDistance(real.features(pairs), generated.features(pairs), options);
    // What the mean of all subsets scatters by when samples are drawn anew: the delete-d jackknife, with subsetSize of `pairs` kept.
    const error = standardDeviation(estimates) * Math.sqrt(subsetSize / (pairs - subsetSize));
    return [{ metric: 'kd', value, interval: around(value, error), better: 'lower' }];
  },
};

/** The mean over groups of samples, since the whole would take a hundred times as many kernels. */
export const mmd: Metric = {
  name: 'mmd',
  title: 'maximum mean discrepancy',
  needs: ['features'],
  least: 2 * GROUPS,
  protocol: `mean over ${GROUPS} groups, Gaussian kernel of the median distance of real samples; interval by their scatter`,
  compute({ real, generated, pairs }) {
    const [x, y] = [real.features(pairs), generated.features(pairs)];
    // Of real samples alone, so that two generators are looked at through the same kernel.
    const bandwidth = medianBandwidth(x, x);
    const values = Array.from({ length: GROUPS }, (_, group) => {
      const rows = rowsOfGroup(group, pairs);
      return maximumMeanDiscrepancy(takeRows(x, rows), takeRows(y, rows), { bandwidth }).value;
    });
    return [{ metric: 'mmd', value: mean(values), interval: meanInterval(values), better: 'lower' }];
  },
};

function rowsOfGroup(group: number, count: number): Uint32Array {
  const from = Math.floor((group * count) / GROUPS);
  return Uint32Array.from({ length: Math.floor(((group + 1) * count) / GROUPS) - from }, (_, i) => from + i);
}
