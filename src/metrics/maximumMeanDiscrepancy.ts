import { GansmithError } from '../base/errors.ts';
import { checkPair, checkPositive, type Features, takeRows } from './features.ts';
import { forEachSquaredDistance } from './squaredDistances.ts';
import { quantile } from './statistics.ts';

export interface MaximumMeanDiscrepancy {
  /** The squared discrepancy, unbiased; about 0, and as likely below it, for equal distributions. At most 2. */
  readonly value: number;
  /** The kernel's width, in the unit of the features. */
  readonly bandwidth: number;
}

/** Samples of each set that the median looks at. */
const MEDIAN_SAMPLES = 1000;

/**
 * Squared maximum mean discrepancy under the Gaussian kernel exp(-|x - y|^2 / (2 bandwidth^2)), by the unbiased estimate (Gretton et al.
 * 2012, "A kernel two-sample test", equation 3). Smaller is better; only values of one bandwidth compare.
 *
 * @param options.bandwidth by default `medianBandwidth`.
 * @throws ShapeError for other widths, GansmithError for fewer than 2 samples or features that are not finite.
 */
export function maximumMeanDiscrepancy(
  real: Features,
  generated: Features,
  options: { readonly bandwidth?: number } = {},
): MaximumMeanDiscrepancy {
  checkPair('maximumMeanDiscrepancy', ['real', 'generated'], [real, generated], 2);
  const bandwidth = options.bandwidth ?? medianBandwidth(real, generated);
  checkPositive('maximumMeanDiscrepancy', 'bandwidth', bandwidth);
  const [m, n] = [real.count, generated.count];
  const value =
    sumOfKernels(real, real, bandwidth) / (m * (m - 1)) +
    sumOfKernels(generated, generated, bandwidth) / (n * (n - 1)) -
    (2 * sumOfKernels(real, { ...generated }, bandwidth)) / (m * n);
  return { value, bandwidth };
}

/**
 * The median distance between two different samples of both sets together (Gretton et al. 2012, section 8). Of sets of more than 1000 samples,
 * 1000 at equal steps are looked at.
 *
 * @throws GansmithError when half of the pairs coincide, for then it is 0.
 */
export function medianBandwidth(real: Features, generated: Features): number {
  checkPair('medianBandwidth', ['real', 'generated'], [real, generated]);
  const pooled = stack(thinned(real), thinned(generated));
  const squared = new Float64Array((pooled.count * (pooled.count - 1)) / 2);
  let at = 0;
  forEachPair(pooled, (value) => {
    squared[at++] = value;
  });
  const bandwidth = quantile(squared.sort().map(Math.sqrt), 0.5);
  if (!(bandwidth > 0)) {
    throw new GansmithError(
      'medianBandwidth: at least half of the pairs of samples are equal, so the median distance is 0; give a bandwidth, or look for a generator that makes one image',
    );
  }
  return bandwidth;
}

function sumOfKernels(a: Features, b: Features, bandwidth: number): number {
  const scale = -1 / (2 * bandwidth ** 2);
  let total = 0;
  if (a === b) {
    forEachPair(a, (squared) => {
      total += 2 * Math.exp(scale * squared);
    });
    return total;
  }
  forEachSquaredDistance(a, b, ({ leftCount, rightCount, stride, squared }) => {
    for (let i = 0; i < leftCount; i++) {
      for (let j = 0; j < rightCount; j++) total += Math.exp(scale * squared[i * stride + j]!);
    }
  });
  return total;
}

/** The squared distance of each pair of different rows, once. */
function forEachPair(features: Features, visit: (squared: number) => void): void {
  forEachSquaredDistance(
    features,
    features,
    ({ leftStart, leftCount, rightStart, rightCount, stride, squared }) => {
      for (let i = 0; i < leftCount; i++) {
        const columns = Math.min(rightCount, leftStart + i - rightStart);
        for (let j = 0; j < columns; j++) visit(squared[i * stride + j]!);
      }
    },
  );
}

function thinned(features: Features): Features {
  const count = Math.min(features.count, MEDIAN_SAMPLES);
  return takeRows(
    features,
    Uint32Array.from({ length: count }, (_, i) => Math.floor((i * features.count) / count)),
  );
}

function stack(a: Features, b: Features): Features {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { data, count: a.count + b.count, width: a.width };
}
