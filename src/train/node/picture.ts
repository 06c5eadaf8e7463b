import { GansmithError } from '../../base/errors.ts';
import { imageGrid } from '../../base/grid.ts';
import { pointsPicture } from '../../base/plot.ts';
import type { Picture } from '../../base/png.ts';

export interface PictureOptions {
  /** Images in a row; by default as square a grid as possible. */
  columns?: number;
  /** Real points [N, D] to show beneath generated ones. */
  realPoints?: ArrayLike<number>;
}

/**
 * Samples as one picture: images as a grid, points as a plot of their first two coordinates.
 * @param shape [N, C, H, W] with values in [-1, 1], or [N, D]
 */
export function samplesPicture(
  { shape, data }: { shape: readonly number[]; data: ArrayLike<number> },
  { columns, realPoints = [] }: PictureOptions = {},
): Picture {
  const [count, ...example] = shape;
  if (example.length === 3) {
    const [channels, height, width] = example;
    return imageGrid(data, [count!, channels!, height!, width!], columns === undefined ? {} : { columns });
  }
  const [dims] = example;
  if (example.length !== 1 || !dims) {
    throw new GansmithError(`samples of shape [${shape}] are neither images [N, C, H, W] nor points [N, D]`);
  }
  const shown = dims === 1 ? 1 : 2;
  return pointsPicture(
    { generated: firstColumns(data, dims, shown), real: firstColumns(realPoints, dims, shown) },
    shown,
  );
}

/** The first `kept` of every `dims` numbers. */
const firstColumns = (data: ArrayLike<number>, dims: number, kept: number): ArrayLike<number> =>
  dims === kept ? data : Array.from(data).filter((_, i) => i % dims < kept);
