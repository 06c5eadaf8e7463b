import { GansmithError, ShapeError, UsageError } from '../base/errors.ts';
import { checkFeatures, type Features, meanRow } from './features.ts';
import { type ProductSpace, productSpace } from './multiplySquare.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';

/** The mean and covariance of features: all that the Frechet distance sees of them. */
export interface Moments {
  readonly count: number;
  /** [width] */
  readonly mean: Float64Array;
  /** [width, width], the unbiased estimate with divisor count - 1, as numpy.cov and every published FID have it. */
  readonly covariance: Float64Array;
}

/** Moments of features that come in batches. */
export interface MomentsStream {
  /** @throws ShapeError for another width, GansmithError for a number that is not finite. */
  add(batch: Features): void;
  /**
   * The moments of all samples so far; more may be added afterwards.
   *
   * @throws GansmithError for fewer than two samples.
   */
  moments(): Moments;
}

/** Samples whose scatter is computed at once. */
const BLOCK = 256;

/**
 * Collects the mean and covariance of `width` features in float64. Samples are gathered into blocks by their number in the
 * stream, and a block's scatter about its own mean is merged by the update of Chan, Golub and LeVeque (1979, equation
 * 1.5). So the result depends on the samples and their order alone: any batch sizes give the same bits.
 */
export function momentsStream(width: number): MomentsStream {
  if (!Number.isInteger(width) || width < 1) {
    throw new UsageError(`momentsStream: width is ${width}; expected a whole number from 1`);
  }
  const space = productSpace();
  const block = new Float64Array(BLOCK * width);
  let filled = 0;
  let total: Scatter = { count: 0, mean: new Float64Array(width), scatter: new Float64Array(width * width) };
  return {
    add(batch) {
      checkFeatures('momentsStream', 'batch', batch, 0);
      if (batch.width !== width) {
        throw new ShapeError(
          `momentsStream: the batch has ${batch.width} features a sample; expected ${width}, as before`,
        );
      }
      for (let row = 0; row < batch.count; ) {
        const rows = Math.min(BLOCK - filled, batch.count - row);
        block.set(batch.data.subarray(row * width, (row + rows) * width), filled * width);
        filled += rows;
        row += rows;
        if (filled === BLOCK) {
          total = merge(total, { data: block, count: BLOCK, width }, space);
          filled = 0;
        }
      }
    },
    moments() {
      const count = total.count + filled;
      if (count < 2) {
        throw new GansmithError(`momentsStream: a covariance needs at least 2 samples, got ${count}`);
      }
      // A copy, for the block may go on growing.
      const { mean, scatter } = merge(
        { count: total.count, mean: total.mean.slice(), scatter: total.scatter.slice() },
        { data: block.subarray(0, filled * width), count: filled, width },
        space,
      );
      for (let i = 0; i < width; i++) {
        for (let j = 0; j <= i; j++) {
          scatter[i * width + j]! /= count - 1;
          scatter[j * width + i] = scatter[i * width + j]!;
        }
      }
      return { count, mean, covariance: scatter };
    },
  };
}

/** The moments of features that are all there; the same bits as `momentsStream` gives. */
export function momentsOf(features: Features): Moments {
  checkFeatures('momentsOf', 'features', features, 2);
  const stream = momentsStream(features.width);
  stream.add(features);
  return stream.moments();
}

interface Scatter {
  count: number;
  mean: Float64Array;
  /** Sum of (x - mean)(x - mean)^T, the lower triangle, [width, width]. */
  scatter: Float64Array;
}

/** Adds a block to `total`, whose scatter is overwritten. */
function merge(total: Scatter, block: Features, space: ProductSpace): Scatter {
  const { count, width } = block;
  if (count === 0) return total;
  const blockMean = meanRow(block);
  const columns = centredColumns(block, blockMean);
  const { scatter } = total;
  const all = total.count + count;
  const difference = blockMean.map((value, k) => value - total.mean[k]!);
  const weight = (total.count * count) / all;
  const rows = { data: columns, offset: 0, stride: count };
  forEachRowProduct(
    rows,
    rows,
    { leftCount: width, rightCount: width, depth: count, lowerOnly: true, space },
    ({ leftStart, leftCount, rightStart, rightCount, sums }) => {
      for (let i = 0; i < leftCount; i++) {
        const row = leftStart + i;
        const scaled = weight * difference[row]!;
        const at = row * width + rightStart;
        for (let j = 0; j < rightCount; j++) {
          scatter[at + j]! += sums[i * TILE_STRIDE + j]! + scaled * difference[rightStart + j]!;
        }
      }
    },
  );
  return { count: all, mean: total.mean.map((value, k) => value + (difference[k]! * count) / all), scatter };
}

/** The rows less `mean`, transposed: [width, count]. */
function centredColumns({ data, count, width }: Features, mean: Float64Array): Float64Array {
  const columns = new Float64Array(data.length);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < width; k++) columns[k * count + i] = data[i * width + k]! - mean[k]!;
  }
  return columns;
}
