import { GansmithError, ShapeError } from '../base/errors.ts';
import { jensenShannonDivergence } from '../theory/divergence.ts';
import { checkPair, checkPositive, type Features } from './features.ts';
import { kMeans } from './kMeans.ts';
import { nearestNeighbours } from './nearest.ts';

export interface DifferentBins {
  /** Number of bins whose shares differ by more than chance; about 5 % of the bins for equal distributions. */
  readonly value: number;
  /** `value` over the number of bins, 0 to 1. */
  readonly share: number;
  /** Jensen-Shannon divergence of the two histograms in nats, 0 to log 2. */
  readonly jensenShannon: number;
  /** z of each bin: positive where generated samples are too few. */
  readonly scores: Float64Array;
}

/**
 * Number of statistically different bins (Richardson and Weiss 2018, arXiv:1805.12462, section 2): k-means on real samples makes bins,
 * generated samples fall into the bin of the nearest centre, and each bin's shares are compared by the z-test of two proportions.
 *
 * Protocol of the paper: 100 bins on pixels of the training set, significance 0.05 (|z| > 1.96), 20,000 generated samples. Use a real
 * set that is not the one being compared for the expected value of 5 %.
 *
 * @throws ShapeError for other widths, UsageError for more bins than real samples, GansmithError for features that are not finite.
 */
export function differentBins(
  real: Features,
  generated: Features,
  { bins = 100, threshold = 1.959963984540054, seed = 0 } = {},
): DifferentBins {
  checkPair('differentBins', ['real', 'generated'], [real, generated]);
  const { centres, clusters } = kMeans(real, { clusters: bins, seed });
  const assigned = nearestNeighbours(generated, centres).indices;
  return compareBins(histogram(clusters, bins), histogram(assigned, bins), { threshold });
}

/** `differentBins` of counts in given bins; `threshold` is the least |z| that counts as different. */
export function compareBins(
  realCounts: ArrayLike<number>,
  generatedCounts: ArrayLike<number>,
  { threshold = 1.959963984540054 } = {},
): DifferentBins {
  checkPositive('compareBins', 'threshold', threshold);
  if (realCounts.length !== generatedCounts.length) {
    throw new ShapeError(
      `compareBins: ${realCounts.length} and ${generatedCounts.length} bins; expected the same bins`,
    );
  }
  const [m, n] = [total(realCounts), total(generatedCounts)];
  if (!(m > 0 && n > 0))
    throw new GansmithError(`compareBins: ${m} real and ${n} generated samples in the bins`);
  const p = Array.from(realCounts, (count) => count / m);
  const q = Array.from(generatedCounts, (count) => count / n);
  const scores = Float64Array.from(p, (share, i) => {
    const pooled = (realCounts[i]! + generatedCounts[i]!) / (m + n);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
    return error > 0 ? (share - q[i]!) / error : 0;
  });
  const value = scores.reduce((sum, z) => sum + (Math.abs(z) > threshold ? 1 : 0), 0);
  return { value, share: value / scores.length, jensenShannon: jensenShannonDivergence(p, q), scores };
}

function histogram(assigned: Uint32Array, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  for (const bin of assigned) counts[bin]!++;
  return counts;
}

const total = (counts: ArrayLike<number>): number =>
  Array.from(counts).reduce((sum, count) => sum + count, 0);
