import { UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { checkFeatures, checkWhole, type Features, takeRows } from './features.ts';
import { frechetDistance } from './frechetDistance.ts';
import { type Moments, momentsOf } from './moments.ts';
import { mean, squaresAboutMean } from './statistics.ts';

export interface Extrapolation {
  /** The value at 1/N = 0, that is for endless samples. */
  readonly value: number;
  /** Standard error of `value` by the scatter about the line; NaN for two points. */
  readonly standardError: number;
  /** The value at N is about value + slope / N. */
  readonly slope: number;
  readonly points: readonly { readonly samples: number; readonly value: number }[];
}

/**
 * Frechet distance without the bias of a finite number of generated samples (Chong and Forsyth 2020, arXiv:1911.07023, section 4.1): the
 * distance is taken of random subsets of different sizes, and a straight line over 1/N is followed to 0.
 *
 * Protocol of the paper: 15 sizes at equal steps from 5,000 to all of 50,000 samples. The real side stays as it is; its bias remains.
 *
 * @param options.sizes number of subsets (default 15); `options.smallest` samples in the smallest (default a tenth of all).
 * @throws UsageError for fewer than 2 sizes or a smallest one out of range.
 */
export function frechetInfinity(
  real: Moments,
  generated: Features,
  options: { readonly sizes?: number; readonly smallest?: number; readonly seed?: number } = {},
): Extrapolation {
  checkFeatures('frechetInfinity', 'generated', generated, 4);
  const { sizes = 15, smallest = Math.max(2, Math.floor(generated.count / 10)), seed = 0 } = options;
  checkWhole('frechetInfinity', 'sizes', sizes, 2);
  checkWhole('frechetInfinity', 'smallest', smallest, 2, generated.count - 1);
  const stream = randomStream(seed, 'frechet-infinity');
  const points = Array.from({ length: sizes }, (_, i) => {
    const samples = Math.round(smallest + ((generated.count - smallest) * i) / (sizes - 1));
    const subset = takeRows(generated, stream.permutation(generated.count).subarray(0, samples));
    return { samples, value: frechetDistance(real, momentsOf(subset)) };
  });
  return extrapolateToInfinity(points);
}

/** The least-squares line through values over 1/N, at 0. @throws UsageError for fewer than two different N. */
export function extrapolateToInfinity(
  points: readonly { readonly samples: number; readonly value: number }[],
): Extrapolation {
  const x = points.map(({ samples }) => 1 / samples);
  const y = points.map(({ value }) => value);
  const [mx, my] = [mean(x), mean(y)];
  const sxx = squaresAboutMean(x);
  if (!(sxx > 0) || !x.every(Number.isFinite)) {
    throw new UsageError(
      'extrapolateToInfinity: expected values at two or more different numbers of samples',
    );
  }
  const slope = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) / sxx;
  const value = my - slope * mx;
  const residual = x.reduce((sum, at, i) => sum + (y[i]! - value - slope * at) ** 2, 0) / (x.length - 2);
  return { value, slope, standardError: Math.sqrt(residual * (1 / x.length + mx ** 2 / sxx)), points };
}
