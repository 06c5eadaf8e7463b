import type { Picture } from '../base/png.ts';
import { resample } from './resize.ts';

/** A picture without alpha. */
export interface OpaquePicture extends Picture {
  channels: 1 | 3;
}

/** Names what `toSquare` does, for fingerprints: change it whenever its pixels change. */
export const TO_SQUARE_SETTINGS = 'centre-crop, triangle filter';

/** White, which transparent places show unless another colour is asked for. */
const WHITE = [255, 255, 255] as const;

/**
 * A picture as training data: alpha over a background, centre-cropped to a square, resized to `size` x `size` pixels.
 *
 * @param channels 1 for grey, 3 for RGB; left out, grey pictures stay grey and others become RGB
 */
export function toSquare(
  picture: Picture,
  size: number,
  channels?: 1 | 3,
  background: readonly [number, number, number] = WHITE,
): OpaquePicture {
  const square = centreCrop(overColour(picture, background));
  const wanted = channels ?? (isGrey(square) ? 1 : 3);
  return resizePicture(wanted === 1 ? toGrey(square) : toRgb(square), size, size);
}

/** Resizes by the antialiased triangle filter, columns first, rounding to bytes between the two passes as PIL does. */
export function resizePicture(picture: OpaquePicture, width: number, height: number): OpaquePicture {
  const { channels } = picture;
  const columns = resample(picture.data, [picture.height, picture.width, channels], width);
  const data = resample(columns, [1, picture.height, width * channels], height);
  return { width, height, channels, data };
}

/** The largest square in the middle; an odd surplus leaves the smaller half on the left or top. */
export function centreCrop<P extends Picture>(picture: P): P {
  const { width, height, channels, data } = picture;
  const side = Math.min(width, height);
  if (width === height) return picture;
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const cropped = new Uint8Array(side * side * channels);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * channels;
    cropped.set(data.subarray(from, from + side * channels), y * side * channels);
  }
  return { ...picture, width: side, height: side, data: cropped };
}

/** Removes alpha (not premultiplied) by painting the picture over a colour. */
export function overColour(
  picture: Picture,
  background: readonly [number, number, number] = WHITE,
): OpaquePicture {
  const { width, height, channels, data } = picture;
  if (channels !== 4) return { width, height, channels, data };
  const opaque = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[4 * pixel + 3]!;
    for (let c = 0; c < 3; c++) {
      const behind = background[c]! * (255 - alpha);
      opaque[3 * pixel + c] = Math.round((data[4 * pixel + c]! * alpha + behind) / 255);
    }
  }
  return { width, height, channels: 3, data: opaque };
}

/** Whether red, green and blue agree in every pixel. */
export function isGrey({ channels, data }: OpaquePicture): boolean {
  if (channels === 1) return true;
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

/** Luma of ITU-R BT.601 in 16-bit fixed point, as PIL's mode L; equal red, green and blue give that same value. */
export function toGrey(picture: OpaquePicture): OpaquePicture {
  const { width, height, channels, data } = picture;
  if (channels === 1) return picture;
  const grey = new Uint8Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = 3 * pixel;
    grey[pixel] = (19595 * data[at]! + 38470 * data[at + 1]! + 7471 * data[at + 2]! + 0x8000) >> 16;
  }
  return { width, height, channels: 1, data: grey };
}

/** Repeats grey as red, green and blue. */
export function toRgb(picture: OpaquePicture): OpaquePicture {
  const { width, height, channels, data } = picture;
  if (channels === 3) return picture;
  const rgb = new Uint8Array(3 * data.length);
  for (let pixel = 0; pixel < data.length; pixel++) rgb.fill(data[pixel]!, 3 * pixel, 3 * pixel + 3);
  return { width, height, channels: 3, data: rgb };
}

/** Writes [H, W, C] samples as planes [C, H, W] into `out` from `offset`, repeating grey when `channels` is 3. */
export function writePlanes(picture: OpaquePicture, channels: 1 | 3, out: Uint8Array, offset: number): void {
  const plane = picture.width * picture.height;
  if (channels === 1 || picture.channels === 1) {
    const grey = toGrey(picture).data;
    for (let c = 0; c < channels; c++) out.set(grey, offset + c * plane);
    return;
  }
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let c = 0; c < 3; c++) out[offset + c * plane + pixel] = picture.data[3 * pixel + c]!;
  }
}
