import { ShapeError, UsageError } from './errors.ts';
import type { Picture } from './png.ts';

export interface GridOptions {
  /** Images in a row; by default as square a grid as possible. */
  columns?: number;
  /** The values that become black and full intensity; default [-1, 1]. */
  range?: readonly [number, number];
  /** White pixels between neighbours; default 2. */
  gap?: number;
}

const WHITE = 255;

/**
 * One picture of a batch of images, in rows from left to right.
 *
 * @param images values in row-major [N, C, H, W]; those outside the range are clamped to it, and a NaN is black
 * @param shape [N, C, H, W] with at least one image and C of 1 (grey), 3 (RGB) or 4 (RGBA)
 *
 * Throws ShapeError when the values do not fit the shape, UsageError for options out of range.
 */
export function imageGrid(
  images: ArrayLike<number>,
  shape: readonly [number, number, number, number],
  options: GridOptions = {},
): Picture {
  const [count, channels, height, width] = checkShape(images, shape);
  const { columns: wanted = Math.ceil(Math.sqrt(count)), range: [low, high] = [-1, 1], gap = 2 } = options;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new UsageError(`image grid: expected at least 1 column, got ${wanted}`);
  }
  if (!Number.isInteger(gap) || gap < 0) {
    throw new UsageError(`image grid: expected a gap of whole pixels, 0 or more, got ${gap}`);
  }
  if (!(low < high)) {
    throw new UsageError(`image grid: expected a range [low, high] with low < high, got [${low}, ${high}]`);
  }

  const columns = Math.min(wanted, count);
  const rows = Math.ceil(count / columns);
  const gridWidth = columns * (width + gap) - gap;
  const gridHeight = rows * (height + gap) - gap;
  const data = new Uint8Array(gridWidth * gridHeight * channels).fill(WHITE);
  const scale = 255 / (high - low);
  let from = 0;
  for (let n = 0; n < count; n++) {
    const left = (n % columns) * (width + gap);
    const top = Math.floor(n / columns) * (height + gap);
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        let to = ((top + y) * gridWidth + left) * channels + c;
        for (let x = 0; x < width; x++, to += channels) {
          const value = Math.round((images[from++]! - low) * scale);
          data[to] = Math.min(255, Math.max(0, value));
        }
      }
    }
  }
  return { width: gridWidth, height: gridHeight, channels, data };
}

function checkShape(
  images: ArrayLike<number>,
  shape: readonly [number, number, number, number],
): [number, Picture['channels'], number, number] {
  const [count, channels, height, width] = shape;
  const text = `[${shape.join(', ')}]`;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ShapeError(`image grid: expected 1, 3 or 4 channels in [N, C, H, W], got ${text}`);
  }
  if (![count, height, width].every((size) => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(`image grid: expected sizes of at least 1 in [N, C, H, W], got ${text}`);
  }
  if (images.length !== count * channels * height * width) {
    const expected = count * channels * height * width;
    throw new ShapeError(`image grid: expected ${expected} values for shape ${text}, got ${images.length}`);
  }
  return [count, channels, height, width];
}
