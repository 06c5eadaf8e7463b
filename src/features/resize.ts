import { type FilterName, resample, resampleFloats } from '../data/resize.ts';

/** Planes one after another, such as the channels of some images: [planes, height, width]. */
export type Planes = readonly [planes: number, height: number, width: number];

/**
 * Bilinear resizing of TensorFlow 1 (`resize_bilinear`, align_corners false): output pixel i lies at i * from / to of the
 * source, so the picture is moved up and left by up to half a pixel, and shrinking skips pixels. It is what the graph behind the
 * published FID and Inception Score numbers does to images before its first layer. Rounded to float32 after every step, in
 * the order of TensorFlow's kernel: across first, then down.
 *
 * @returns [planes, newHeight, newWidth]
 */
export function resizeLegacy(
  source: ArrayLike<number>,
  [planes, height, width]: Planes,
  [newHeight, newWidth]: readonly [number, number],
): Float32Array {
  const { fround } = Math;
  const rows = legacyPlaces(height, newHeight);
  const columns = legacyPlaces(width, newWidth);
  const result = new Float32Array(planes * newHeight * newWidth);
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (const row of rows) {
      const top = (plane * height + row.low) * width;
      const bottom = (plane * height + row.high) * width;
      for (const { low, high, part } of columns) {
        const above = between(source[top + low]!, source[top + high]!, part);
        const below = between(source[bottom + low]!, source[bottom + high]!, part);
        result[to++] = fround(above + fround(fround(below - above) * row.part));
      }
    }
  }
  return result;
}

function between(from: number, to: number, part: number): number {
  const { fround } = Math;
  return fround(from + fround(fround(to - from) * part));
}

/** The two source pixels each output pixel lies between, and its distance from the first, in float32. */
function legacyPlaces(from: number, to: number): { low: number; high: number; part: number }[] {
  const scale = Math.fround(from / to);
  return Array.from({ length: to }, (_, i) => {
    const place = Math.fround(i * scale);
    const low = Math.min(Math.trunc(place), from - 1);
    return { low, high: Math.min(low + 1, from - 1), part: Math.fround(place - low) };
  });
}

/**
 * "Clean" resizing of Parmar et al. 2022 (arXiv:2104.11222): PIL's bicubic filter, which widens when shrinking, on each channel
 * as floats (mode 'F'), and the result clipped to [0, 255] but not rounded to bytes.
 *
 * @param source [planes, height, width] in [0, 255]
 * @returns [planes, newHeight, newWidth]
 */
export function resizeClean(
  source: Float32Array,
  shape: Planes,
  size: readonly [newHeight: number, newWidth: number],
): Float32Array {
  return resizeFloats(source, shape, size, 'bicubic').map((x) => Math.min(Math.max(x, 0), 255));
}

/** PIL's `resize` of an image of mode 'F', across first, then down. */
export function resizeFloats(
  source: Float32Array,
  [planes, height, width]: Planes,
  [newHeight, newWidth]: readonly [number, number],
  filter: FilterName,
): Float32Array {
  const wide = resampleFloats(source, [planes * height, width, 1], newWidth, filter);
  return resampleFloats(wide, [planes, height, newWidth], newHeight, filter);
}

/** PIL's `resize` of an image of bytes, across first, then down: rounded to bytes after each. */
export function resizeBytes(
  source: Uint8Array,
  [planes, height, width]: Planes,
  [newHeight, newWidth]: readonly [number, number],
  filter: FilterName,
): Uint8Array {
  const wide = resample(source, [planes * height, width, 1], newWidth, filter);
  return resample(wide, [planes, height, newWidth], newHeight, filter);
}
