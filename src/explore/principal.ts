import { UsageError } from '../base/errors.ts';
import { symmetricEigenvectors } from './symmetricEigenvectors.ts';

export interface PrincipalComponents {
  /** [width] */
  mean: Float64Array;
  /** Unit vectors [width], the one of the largest variance first; the largest number of each is positive. */
  directions: Float64Array[];
  /** Standard deviations along them. */
  deviations: Float64Array;
  /** Shares of the whole variance. */
  shares: Float64Array;
}

/**
 * The directions in which rows vary most: eigenvectors of their covariance (GANSpace, Härkönen et al. 2020, arXiv:2004.02546, section 2.1).
 *
 * @param rows each [width]; at least two
 * @param count directions wanted, at most `width`
 * @throws UsageError for fewer than two rows, or more directions than there are.
 */
export function principalComponents(rows: readonly ArrayLike<number>[], count: number): PrincipalComponents {
  const width = rows[0]?.length ?? 0;
  if (rows.length < 2) throw new UsageError(`principal components need two rows or more, not ${rows.length}`);
  if (!(Number.isInteger(count) && count >= 1 && count <= width)) {
    throw new UsageError(`expected 1 to ${width} principal components, not ${count}`);
  }
  const { mean, covariance } = momentsOf(rows);
  const { values, vectors } = symmetricEigenvectors(covariance, width);
  const total = values.reduce((sum, value) => sum + value, 0);
  const largest = values.slice(0, count).map((value) => Math.max(value, 0));
  return {
    mean,
    directions: vectors.slice(0, count).map(pointed),
    deviations: largest.map(Math.sqrt),
    shares: largest.map((value) => (total > 0 ? value / total : 0)),
  };
}

/** Mean [width] and covariance [width, width] of rows, over their number less one. */
export function momentsOf(rows: readonly ArrayLike<number>[]): {
  mean: Float64Array;
  covariance: Float64Array;
} {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  for (const row of rows) for (let i = 0; i < width; i++) mean[i]! += row[i]! / rows.length;
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) centred[i] = row[i]! - mean[i]!;
    for (let i = 0; i < width; i++) {
      const value = centred[i]! / (rows.length - 1);
      for (let j = 0; j <= i; j++) covariance[i * width + j]! += value * centred[j]!;
    }
  }
  for (let i = 0; i < width; i++)
    for (let j = 0; j < i; j++) covariance[j * width + i] = covariance[i * width + j]!;
  return { mean, covariance };
}

/** Of a direction and its opposite the one whose largest number is positive: eigenvectors have no sign. */
function pointed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
