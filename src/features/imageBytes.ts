import { GansmithError, ShapeError } from '../base/errors.ts';
import type { Images } from './extractor.ts';

/**
 * Pixels in [-1, 1] as the bytes of a picture file, (x + 1) * 127.5 rounded and clipped, since metrics are defined on such files.
 * @throws GansmithError for a pixel that is not a number: a byte would hide it.
 */
export function toBytes(data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) {
    const value = Math.floor((data[i]! + 1) * 127.5 + 0.5);
    if (Number.isNaN(value)) throw new GansmithError(`features: element ${i} of the images is not a number`);
    bytes[i] = Math.min(Math.max(value, 0), 255);
  }
  return bytes;
}

/** Grey images repeated over three channels, as PIL's `convert('RGB')`; colour images as they are. @throws ShapeError */
export function toRgb({ shape, data }: Images): Images {
  const [count, channels, height, width] = shape;
  if (channels === 3) return { shape, data };
  if (channels !== 1) {
    throw new ShapeError(
      `features: expected images of 1 or 3 channels, got ${channels}; drop the others first`,
    );
  }
  const plane = height * width;
  const result = new Float32Array(count * 3 * plane);
  for (let i = 0; i < 3 * count; i++) {
    const from = Math.floor(i / 3) * plane;
    result.set(data.subarray(from, from + plane), i * plane);
  }
  return { shape: [count, 3, height, width], data: result };
}
