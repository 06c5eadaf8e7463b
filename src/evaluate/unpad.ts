import type { Dataset } from '../data/dataset.ts';
import { croppedTo, middleOf } from '../data/padding.ts';
import { sameShape } from '../graph/shape.ts';
import type { ImagesAt, PathSampler } from './paths.ts';

/** How images are compared with real data that were padded to the size they have, or were not. */
export interface Unpadded {
  /** The real data without the padding. */
  real: Dataset;
  /** Images of the padded size cropped as the padding is taken off; others as they are. */
  crop(images: Dataset): Dataset;
  /** The same for a generator along its paths. */
  cropPaths(generator: PathSampler): PathSampler;
  /** What was done, for the reader. */
  notes: readonly string[];
}

/**
 * Padding is none of the data's: real data are scored without it and generated images without what lies in its place, by the features of
 * the unpadded data, so that what learned digits of 28 pixels at 32 compares with what learned them at 28.
 *
 * @param keep leaves the padding where it is
 */
export function unpad(padded: Dataset, { keep = false } = {}): Unpadded {
  const real = keep ? undefined : padded.unpadded?.();
  if (!real) return { real: padded, crop: (images) => images, cropPaths: (same) => same, notes: [] };
  const [, ...whole] = padded.shape as [number, number, number];
  const [channels, ...size] = real.shape as [number, number, number];
  const cropped =
    (imagesAt: ImagesAt): ImagesAt =>
    async (first, t) => {
      const images = await imagesAt(first, t);
      if (!sameShape(images.shape.slice(1), padded.shape)) return images;
      const data = new Float32Array(t.length * channels * size[0] * size[1]);
      middleOf(images.data as Float32Array, whole, size, data);
      return { shape: [t.length, channels, ...size], data };
    };
  return {
    real,
    crop: (images) => (sameShape(images.shape, padded.shape) ? croppedTo(images, size) : images),
    cropPaths: ({ inLatents, inStyles, release }) => ({
      inLatents: cropped(inLatents),
      ...(inStyles ? { inStyles: cropped(inStyles) } : {}),
      release,
    }),
    notes: [
      `the data were padded to ${written(whole)} pixels: real and generated images are compared cropped to ${written(size)}`,
    ],
  };
}

/** Height and width as one writes them: width first. */
const written = ([height, width]: readonly [number, number]): string => `${width}x${height}`;
