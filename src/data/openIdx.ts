import { UsageError } from '../base/errors.ts';
import { type Dataset, type HashBytes, type ImageContent, imageDataset } from './dataset.ts';
import { type IdxImages, parseIdxImages, parseIdxLabels } from './idx.ts';
import { checkImageOptions, checkMemory, type ImageOptions } from './imageOptions.ts';
import { centreCrop, TO_SQUARE_SETTINGS } from './images.ts';
import { middleOf } from './padding.ts';
import { resample } from './resize.ts';

export interface IdxOptions extends ImageOptions {
  /** The name the data set gets; default `idx`. */
  name?: string;
  /** Names of the two files for messages. */
  imagesFile?: string | undefined;
  labelsFile?: string | undefined;
  /** Names of the classes in the order of their labels. Default: the labels as they are. */
  classes?: readonly string[] | undefined;
  /** A faster SHA-256 than the built-in one, where the platform has it. */
  hash?: HashBytes;
}

/**
 * A data set from the bytes of IDX files, gzip-compressed or not. A class is a label value: with labels 0 to 9 there
 * are ten classes named '0' to '9'. Without labels the set is unlabelled.
 *
 * Without `size` the images stay as stored. With it, 28x28 images become 32x32 by two black pixels on every side, the
 * usual way for digits, and `unpadded` of the set gives them back; others are centre-cropped and resampled.
 *
 * Throws UsageError when a file is not what it should be, or the counts of images and labels differ.
 */
export function openIdx(images: Uint8Array, labels?: Uint8Array, options: IdxOptions = {}): Dataset {
  checkImageOptions(options);
  const { name = 'idx', imagesFile = 'idx images', labelsFile = 'idx labels' } = options;
  const stored = parseIdxImages(images, imagesFile);
  const { shape, pixels, settings } = convert(stored, options);
  const content: ImageContent = { name, shape, pixels, settings, classes: [] };
  if (labels) {
    content.labels = Int32Array.from(parseIdxLabels(labels, labelsFile));
    content.classes = options.classes ?? classNames(content.labels);
    if (content.labels.length !== stored.count) {
      throw new UsageError(
        `${labelsFile}: ${content.labels.length} labels do not belong to the ${stored.count} images of ${imagesFile}`,
      );
    }
  }
  const data = imageDataset(content, options.hash);
  if (settings !== PADDED) return data;
  const { rows, columns } = stored;
  return { ...data, unpadded: () => imageDataset(withoutPadding(content, [rows, columns]), options.hash) };
}

/** Names of what was done to stored images, for fingerprints. */
const AS_STORED = 'as stored';
const PADDED = 'padded';

function classNames(labels: Int32Array): string[] {
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}

type Converted = Pick<ImageContent, 'shape' | 'pixels' | 'settings'>;

function convert(stored: IdxImages, { size, channels = 1 }: ImageOptions): Converted {
  const { rows, columns } = stored;
  checkMemory(stored.count, channels, size ?? rows, size ?? columns);
  const keepsSize = size === undefined || (size === rows && size === columns);
  const pads = rows === 28 && columns === 28 && size === 32;
  const settings = keepsSize ? AS_STORED : pads ? PADDED : TO_SQUARE_SETTINGS;
  const fitted = keepsSize ? stored : pads ? padStack(stored, 2) : resizeStack(stored, size);
  const shape = [channels, fitted.rows, fitted.columns] as const;
  return { shape, settings, pixels: channels === 1 ? fitted.pixels : repeatPlanes(fitted, channels) };
}

/** Every image with `margin` black pixels on each side. */
function padStack({ count, rows, columns, pixels }: IdxImages, margin: number): IdxImages {
  const width = columns + 2 * margin;
  const height = rows + 2 * margin;
  const padded = new Uint8Array(count * height * width);
  for (let image = 0; image < count; image++) {
    for (let y = 0; y < rows; y++) {
      const from = (image * rows + y) * columns;
      padded.set(pixels.subarray(from, from + columns), (image * height + y + margin) * width + margin);
    }
  }
  return { count, rows: height, columns: width, pixels: padded };
}

/** Padded images as they were stored. */
function withoutPadding(content: ImageContent, [rows, columns]: readonly [number, number]): ImageContent {
  const [channels, height, width] = content.shape;
  const planes = content.pixels.length / (height * width);
  const pixels = new Uint8Array(planes * rows * columns);
  middleOf(content.pixels, [height, width], [rows, columns], pixels);
  return { ...content, shape: [channels, rows, columns], pixels, settings: AS_STORED };
}

/** What `toSquare` does, to all images at once. */
function resizeStack(stack: IdxImages, size: number): IdxImages {
  const { count, rows, pixels } = cropStack(stack);
  const columnsDone = resample(pixels, [count * rows, rows, 1], size);
  return { count, rows: size, columns: size, pixels: resample(columnsDone, [count, rows, size], size) };
}

function cropStack(stack: IdxImages): IdxImages {
  const { count, rows, columns, pixels } = stack;
  if (rows === columns) return stack;
  const side = Math.min(rows, columns);
  const cropped = new Uint8Array(count * side * side);
  for (let image = 0; image < count; image++) {
    const data = pixels.subarray(image * rows * columns, (image + 1) * rows * columns);
    cropped.set(centreCrop({ width: columns, height: rows, channels: 1, data }).data, image * side * side);
  }
  return { count, rows: side, columns: side, pixels: cropped };
}

function repeatPlanes({ count, rows, columns, pixels }: IdxImages, channels: number): Uint8Array {
  const plane = rows * columns;
  const repeated = new Uint8Array(count * channels * plane);
  for (let i = 0; i < count * channels; i++) {
    const from = Math.floor(i / channels) * plane;
    repeated.set(pixels.subarray(from, from + plane), i * plane);
  }
  return repeated;
}
