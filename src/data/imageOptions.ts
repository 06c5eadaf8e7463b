import { UsageError } from '../base/errors.ts';

/** What the user may ask of an image set. */
export interface ImageOptions {
  /** Pixels a side, 8 to 1024. */
  size?: number | undefined;
  /** 1 for grey, 3 for RGB. */
  channels?: 1 | 3 | undefined;
}

export const SMALLEST_SIZE = 8;
export const LARGEST_SIZE = 1024;

/** Throws UsageError when the size or the channels are out of range. */
export function checkImageOptions({ size, channels }: ImageOptions): void {
  const sizeFits =
    size === undefined || (Number.isInteger(size) && size >= SMALLEST_SIZE && size <= LARGEST_SIZE);
  if (!sizeFits) {
    throw new UsageError(
      `size: expected a whole number of pixels from ${SMALLEST_SIZE} to ${LARGEST_SIZE}, got ${size}`,
    );
  }
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new UsageError(`channels: expected 1 (grey) or 3 (RGB), got ${channels}`);
  }
}

/** Bytes one array can surely hold on every supported platform. */
const ARRAY_LIMIT = 2 ** 32 - 1;

/** Throws UsageError when `count` images of [channels, height, width] bytes would not fit into one array. */
export function checkMemory(count: number, channels: number, height: number, width: number): void {
  const bytes = count * channels * height * width;
  if (bytes <= ARRAY_LIMIT) return;
  const gigabytes = (bytes / 2 ** 30).toFixed(1);
  throw new UsageError(
    `${count} images of ${width}x${height} pixels take ${gigabytes} GiB, more than the 4 GiB that fit; ` +
      'choose a smaller size or fewer images',
  );
}
