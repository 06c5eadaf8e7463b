import { GansmithError, ShapeError } from '../base/errors.ts';

/** Images channel by channel. */
export interface Images {
  /** [count, channels, height, width] */
  readonly data: Float32Array | Float64Array;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** @throws ShapeError when the sizes do not fit, GansmithError without images or for a pixel that is not finite. */
export function checkImages(where: string, name: string, images: Images): void {
  const { data, count, channels, height, width } = images;
  if (data.length !== count * channels * height * width) {
    throw new ShapeError(
      `${where}: ${name} holds ${data.length} numbers for shape [${count}, ${channels}, ${height}, ${width}]`,
    );
  }
  if (count < 1) throw new GansmithError(`${where}: ${name} has no images`);
  const wrong = data.findIndex((value: number) => !Number.isFinite(value));
  if (wrong >= 0) {
    const image = Math.floor(wrong / (channels * height * width));
    throw new GansmithError(`${where}: ${name} has ${data[wrong]} in image ${image}; expected finite pixels`);
  }
}

/** Checks two sets of images that are to be compared. */
export function checkImagePair(
  where: string,
  names: readonly [string, string],
  pair: readonly [Images, Images],
): void {
  checkImages(where, names[0], pair[0]);
  checkImages(where, names[1], pair[1]);
  const [a, b] = pair.map(({ channels, height, width }) => `${channels} x ${height} x ${width}`);
  if (a !== b) {
    throw new ShapeError(
      `${where}: images of ${names[0]} are ${a} and those of ${names[1]} are ${b} (channels x height x width); bring both to one form`,
    );
  }
}

/** The index of the reflection of `i` at the first and last of `size` pixels, which are not repeated. */
export function mirrored(i: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((i % period) + period) % period;
  return within < size ? within : period - within;
}
