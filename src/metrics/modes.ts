import { ShapeError, UsageError } from '../base/errors.ts';
import { histogramModes } from './labelModes.ts';

/** A round Gaussian of a mixture with equal weights. */
export interface GaussianMode {
  /** Mean, [D]. */
  centre: readonly number[];
  /** Standard deviation of every coordinate, > 0. */
  std: number;
}

/** How well samples cover the modes of a mixture. */
export interface ModeScore {
  /** Modes that are nearest to at least one high-quality sample. */
  modes: number;
  /** Share of the samples that lie within three standard deviations of their nearest mode, from 0 to 1. */
  highQuality: number;
  /** KL(generated || uniform) over the modes of the high-quality samples, in nats; NaN when there are none. */
  reverseKl: number;
  /**
   * For each mode, the standard deviation of a coordinate of its high-quality samples about their own mean, over the mode's;
   * NaN for fewer than two of them. Cutting at three deviations leaves true samples 0.974 in the plane.
   */
  spread: number[];
  /** High-quality samples of each mode, [K]. */
  counts: number[];
}

/** The distance to the nearest mode, in its standard deviations, up to which a sample is of high quality. */
export const HIGH_QUALITY_DEVIATIONS = 3;

/**
 * The measures of VEEGAN (Srivastava et al. 2017, arXiv:1705.07761, section 4.1) and PacGAN (Lin et al. 2018,
 * arXiv:1712.04086, section 4.1), computed as the MetricLogger of PacGAN's code computes them: distances are divided by the
 * standard deviation of the mode, and only high-quality samples are counted to modes. PacGAN's log holds the entropy H of
 * their shares; its reverse KL is log K - H.
 *
 * @param points row-major [N, D]. @param modes the true mixture, [K].
 * @throws ShapeError when the values are not whole points, UsageError when there are no points or no modes.
 */
export function modeScore(points: ArrayLike<number>, modes: readonly GaussianMode[]): ModeScore {
  const dimensions = checkedDimensions(points, modes);
  const samples = points.length / dimensions;
  const moments = modes.map(() => createMoments(dimensions));
  for (let i = 0; i < samples; i++) {
    const { mode, deviations } = nearestMode(points, i, modes);
    // Strictly within, as PacGAN's code; a sample that is not a number is within nothing.
    if (deviations < HIGH_QUALITY_DEVIATIONS) addPoint(moments[mode]!, points, i);
  }
  const counts = moments.map(({ count }) => count);
  const { modes: captured, reverseKl } = histogramModes(
    counts,
    counts.map(() => 1),
  );
  return {
    modes: captured,
    highQuality: counts.reduce((total, count) => total + count, 0) / samples,
    reverseKl,
    spread: moments.map((of, k) => deviation(of) / modes[k]!.std),
    counts,
  };
}

/** The mode with the smallest distance over its standard deviation, and that distance, for the i-th point. */
export function nearestMode(
  points: ArrayLike<number>,
  i: number,
  modes: readonly GaussianMode[],
): { mode: number; deviations: number } {
  let best = { mode: -1, deviations: Infinity };
  for (const [mode, { centre, std }] of modes.entries()) {
    let squares = 0;
    for (let d = 0; d < centre.length; d++) squares += (points[i * centre.length + d]! - centre[d]!) ** 2;
    const deviations = Math.sqrt(squares) / std;
    if (deviations < best.deviations) best = { mode, deviations };
  }
  return best;
}

function checkedDimensions(points: ArrayLike<number>, modes: readonly GaussianMode[]): number {
  const dimensions = modes[0]?.centre.length ?? 0;
  if (dimensions === 0 || points.length === 0) {
    throw new UsageError(
      `modeScore: got ${points.length} numbers and ${modes.length} modes; give at least one point and one mode`,
    );
  }
  if (points.length % dimensions !== 0) {
    throw new ShapeError(
      `modeScore: expected points of ${dimensions} numbers each, as the modes have, got ${points.length} numbers`,
    );
  }
  const other = modes.findIndex(({ centre }) => centre.length !== dimensions);
  if (other >= 0) {
    throw new ShapeError(
      `modeScore: modes[${other}] has ${modes[other]!.centre.length} coordinates, modes[0] has ${dimensions}; all need the same number`,
    );
  }
  return dimensions;
}

/** Running mean and sum of squared distances from it (Welford 1962), as plain sums of squares lose digits far from 0. */
interface Moments {
  count: number;
  mean: number[];
  squares: number;
}

const createMoments = (dimensions: number): Moments => ({
  count: 0,
  mean: new Array<number>(dimensions).fill(0),
  squares: 0,
});

function addPoint(moments: Moments, points: ArrayLike<number>, i: number): void {
  const { mean } = moments;
  moments.count++;
  for (let d = 0; d < mean.length; d++) {
    const value = points[i * mean.length + d]!;
    const before = value - mean[d]!;
    mean[d]! += before / moments.count;
    moments.squares += before * (value - mean[d]!);
  }
}

const deviation = ({ count, mean, squares }: Moments): number =>
  count < 2 ? Number.NaN : Math.sqrt(squares / ((count - 1) * mean.length));
