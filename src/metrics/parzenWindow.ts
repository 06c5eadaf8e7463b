import { UsageError } from '../base/errors.ts';
import { checkPair, checkPositive, type Features } from './features.ts';
import { forEachSquaredDistance } from './squaredDistances.ts';
import { mean, standardDeviation } from './statistics.ts';

export interface ParzenLogLikelihood {
  /** Mean log-likelihood of the test samples in nats; larger is better. */
  readonly value: number;
  /** Standard error of the mean over the test samples. */
  readonly standardError: number;
  /** The window's width that was used. */
  readonly sigma: number;
  /** Of each test sample. */
  readonly logLikelihoods: Float64Array;
}

/**
 * Parzen-window log-likelihood in the protocol of the first GAN paper (Goodfellow et al. 2014, arXiv:1406.2661, section 5; Breuleux et
 * al. 2011): a Gaussian window around each of 10,000 generated samples, its width the one of `sigmas` that is best on validation samples,
 * and the mean log-likelihood of 10,000 test samples.
 *
 * Kept for comparison with old tables: in many dimensions it ranks models wrongly (Theis et al. 2016, arXiv:1511.01844).
 *
 * @param sigmas candidates (default 10 from 0.1 to 1 at equal ratios, for pixels in [0, 1]).
 * @throws ShapeError for other widths, GansmithError for features that are not finite.
 */
export function parzenLogLikelihood(
  generated: Features,
  test: Features,
  validation: Features,
  { sigmas = defaultSigmas }: { readonly sigmas?: readonly number[] } = {},
): ParzenLogLikelihood {
  if (sigmas.length === 0) throw new UsageError('parzenLogLikelihood: sigmas is empty; give at least one');
  const means = parzenLogDensities(generated, validation, sigmas).map(mean);
  const sigma = sigmas[means.indexOf(Math.max(...means))]!;
  const [logLikelihoods] = parzenLogDensities(generated, test, [sigma]);
  return {
    value: mean(logLikelihoods!),
    standardError: standardDeviation(logLikelihoods!) / Math.sqrt(test.count),
    sigma,
    logLikelihoods: logLikelihoods!,
  };
}

const defaultSigmas: readonly number[] = Array.from({ length: 10 }, (_, i) => 10 ** (i / 9 - 1));

/**
 * log p(x) of each of `points` for each sigma, [sigmas][count], where p is the mean of normal densities of deviation sigma around `centres`:
 * logsumexp_j(-|x - c_j|^2 / (2 sigma^2)) - log count - width / 2 log(2 pi sigma^2).
 */
export function parzenLogDensities(
  centres: Features,
  points: Features,
  sigmas: readonly number[],
): Float64Array[] {
  checkPair('parzenLogDensities', ['centres', 'points'], [centres, points]);
  for (const sigma of sigmas) checkPositive('parzenLogDensities', 'sigma', sigma);
  // The nearest centre has the largest term whatever sigma is; sums are kept relative to it.
  const least = new Float64Array(points.count).fill(Infinity);
  const sums = sigmas.map(() => new Float64Array(points.count));
  const scales = sigmas.map((sigma) => -1 / (2 * sigma ** 2));
  forEachSquaredDistance({ ...points }, centres, ({ leftStart, leftCount, rightCount, stride, squared }) => {
    for (let i = 0; i < leftCount; i++) {
      const row = squared.subarray(i * stride, i * stride + rightCount);
      const point = leftStart + i;
      const before = least[point]!;
      const nearest = row.reduce((a, b) => Math.min(a, b), before);
      least[point] = nearest;
      sums.forEach((sum, s) => {
        let total = before < Infinity ? sum[point]! * Math.exp(scales[s]! * (before - nearest)) : 0;
        for (let j = 0; j < rightCount; j++) {
          const exponent = scales[s]! * (row[j]! - nearest);
          if (exponent > -40) total += Math.exp(exponent); // less than rounding otherwise
        }
        sum[point] = total;
      });
    }
  });
  return sums.map((sum, s) => {
    const constant = Math.log(centres.count) + (centres.width / 2) * Math.log(2 * Math.PI * sigmas[s]! ** 2);
    return sum.map((total, i) => scales[s]! * least[i]! + Math.log(total) - constant);
  });
}
