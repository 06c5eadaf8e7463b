import { GansmithError, ShapeError } from '../base/errors.ts';
import { checkPair, checkPositive, type Features } from './features.ts';
import { squaredDifference } from './squaredDistances.ts';
import { mean } from './statistics.ts';

/**
 * Perceptual path length (Karras et al. 2019, StyleGAN, arXiv:1812.04948, section 4.1): how fast an image changes along a path
 * in latent space, E[d(G(path(t)), G(path(t + epsilon))) / epsilon^2]. Smaller is smoother. The distance is the squared Euclidean one of
 * the features given here: with features of LPIPS, scaled by its weights, it is the published number.
 *
 * Protocol of the paper: 100,000 pairs, epsilon 1e-4. Paths in z by `slerp`, in w by `lerp` between mapped latents; "full" draws
 * t uniformly from [0, 1], "end" has t = 0. Give features of floating-point images: pixels rounded to whole numbers change the result many times over.
 *
 * @param atT, atNext features of the images at t and at t + epsilon, pair by pair.
 * @throws ShapeError when the sets differ in size, GansmithError for features that are not finite.
 */
export function perceptualPathLength(atT: Features, atNext: Features, { epsilon = 1e-4 } = {}): number {
  checkPair('perceptualPathLength', ['atT', 'atNext'], [atT, atNext]);
  checkPositive('perceptualPathLength', 'epsilon', epsilon);
  if (atT.count !== atNext.count) {
    throw new ShapeError(
      `perceptualPathLength: ${atT.count} samples at t and ${atNext.count} at t + epsilon; expected pairs`,
    );
  }
  const distances = Float64Array.from(
    { length: atT.count },
    (_, i) => squaredDifference(atT, i, atNext, i) / epsilon ** 2,
  );
  return trimmedMean(distances);
}

/**
 * The mean of distances without the lowest and highest percent, as StyleGAN's code takes it: kept are those from the 1 % quantile
 * rounded to the next lower value to the 99 % quantile rounded to the next higher one, both included.
 */
export function trimmedMean(distances: Float64Array): number {
  const sorted = distances.slice().sort();
  if (sorted.length === 0 || !sorted.every(Number.isFinite)) {
    throw new GansmithError('trimmedMean: expected one or more finite distances');
  }
  const last = sorted.length - 1;
  const low = sorted[Math.floor(0.01 * last)]!;
  const high = sorted[Math.ceil(0.99 * last)]!;
  return mean(sorted.filter((value) => value >= low && value <= high));
}
