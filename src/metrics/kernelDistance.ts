import { type RandomStream, randomStream } from '../base/random.ts';
import { checkPair, checkWhole, type Features, rowsOf, takeRows } from './features.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';
import { mean, standardDeviation } from './statistics.ts';

export interface KernelDistanceOptions {
  /** Random subsets to average over (default 100). */
  readonly subsets?: number;
  /** Samples of each set in a subset (default 1000), drawn without replacement. */
  readonly subsetSize?: number;
  readonly seed?: number;
}

export interface KernelDistance {
  /** Mean over the subsets; about 0, and as likely below it, for equal distributions. */
  readonly value: number;
  /** Of the mean: the subsets' standard deviation over the root of their number. NaN for one subset. */
  readonly standardError: number;
  /** The estimate of each subset. */
  readonly estimates: Float64Array;
}

/**
 * Kernel distance (Binkowski et al. 2018, arXiv:1801.01401, section 4): the squared maximum mean discrepancy under the
 * kernel (x y / width + 1)^3, by the unbiased estimate of Gretton et al. 2012 (equation 3) on random subsets.
 *
 * Protocol of published values: 100 subsets of 1000 samples, and Inception features ("KID" is only that). The standard
 * error speaks of the choice of subsets; it knows nothing of samples that were not drawn.
 *
 * @throws ShapeError for other widths, UsageError when a subset is larger than a set, GansmithError for features that are not finite.
 */
export function kernelDistance(
  real: Features,
  generated: Features,
  { subsets = 100, subsetSize = 1000, seed = 0 }: KernelDistanceOptions = {},
): KernelDistance {
  checkPair('kernelDistance', ['real', 'generated'], [real, generated], 2);
  checkWhole('kernelDistance', 'subsets', subsets, 1);
  const most = Math.min(real.count, generated.count);
  checkWhole('kernelDistance', 'subsetSize', subsetSize, 2, most);
  const stream = randomStream(seed, 'kernel-distance');
  const draw = (features: Features) => takeRows(features, drawRows(stream, features.count, subsetSize));
  const estimates = Float64Array.from({ length: subsets }, () =>
    polynomialDiscrepancy(draw(real), draw(generated)),
  );
  return {
    value: mean(estimates),
    standardError: standardDeviation(estimates) / Math.sqrt(subsets),
    estimates,
  };
}

/** So many different numbers below `count`: a shuffle (Fisher and Yates) that ends when they are there. */
function drawRows(stream: RandomStream, count: number, wanted: number): Uint32Array {
  const rows = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < wanted; i++) {
    const other = i + stream.integer(count - i);
    [rows[i], rows[other]] = [rows[other]!, rows[i]!];
  }
  return rows.subarray(0, wanted);
}

/**
 * The unbiased estimate of the squared maximum mean discrepancy under (x y / width + 1)^3 over all pairs of samples, without
 * subsets: the least variance that the samples allow. May be negative.
 */
export function polynomialDiscrepancy(real: Features, generated: Features): number {
  checkPair('polynomialDiscrepancy', ['real', 'generated'], [real, generated], 2);
  const [m, n] = [real.count, generated.count];
  return (
    sumOfKernels(real, real) / (m * (m - 1)) +
    sumOfKernels(generated, generated) / (n * (n - 1)) -
    (2 * sumOfKernels(real, { ...generated })) / (m * n)
  );
}

/** Over all pairs; over pairs of different rows when both are the same object. */
function sumOfKernels(a: Features, b: Features): number {
  const same = a === b;
  let total = 0;
  const options = { leftCount: a.count, rightCount: b.count, depth: a.width, lowerOnly: same };
  forEachRowProduct(
    rowsOf(a),
    rowsOf(b),
    options,
    ({ leftStart, leftCount, rightStart, rightCount, sums }) => {
      for (let i = 0; i < leftCount; i++) {
        const columns = same ? Math.min(rightCount, leftStart + i - rightStart) : rightCount;
        let rowTotal = 0;
        for (let j = 0; j < columns; j++) {
          const base = sums[i * TILE_STRIDE + j]! / a.width + 1;
          rowTotal += base * base * base;
        }
        total += rowTotal;
      }
    },
  );
  return same ? 2 * total : total;
}
