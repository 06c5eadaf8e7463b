import { availableParallelism } from 'node:os';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { systemCode } from '../../base/node.ts';
import type { Picture } from '../../base/png.ts';
import { classify } from '../imageNames.ts';
import { checkMemory } from '../imageOptions.ts';
import { toSquare, writePlanes } from '../images.ts';
import { forEachLimited } from '../limited.ts';
import { type DecodeImage, MissingDecoderError } from './decode.ts';
import type { Colour, ImageListing } from './listing.ts';

/** Images converted for training. */
export interface ConvertedImages {
  /** [C, size, size] of every image. */
  shape: readonly [channels: number, height: number, width: number];
  classes: string[];
  /** Images that lie beside the class folders, which is why there are no classes. */
  strays: number;
  /** One sentence for each image left out, in the order of names, starting with its name. */
  skipped: string[];
  /** Positions of those images in the listing. */
  leftOut: number[];
  /** [N, C, size, size] */
  pixels: Uint8Array;
  /** [N] */
  labels: Int32Array;
}

/** A conversion that was just made. */
export interface Conversion extends ConvertedImages {
  /** True when the system refused to read a file, which it may allow the next time without any change to the file. */
  incomplete: boolean;
}

export interface ConversionSettings {
  size: number;
  /** Left out: 1 when every image is grey, else 3. */
  channels: 1 | 3 | undefined;
  /** True: images of another size are refused. */
  exact?: boolean;
  /** What transparent places are painted with. Default white. */
  background?: Colour;
}

/** An image that should have had a certain size has another. */
class OtherSizeError extends UsageError {
  override name = 'OtherSizeError';
}

/**
 * Decodes, crops and resizes every image of a listing, several at a time; the result does not depend on their timing.
 * Images that cannot be read are left out and told in `skipped`. Throws MissingDecoderError for sound images this
 * installation has no decoder for, UsageError when the result would not fit in memory or `exact` finds another size.
 */
export async function convertImages(
  listing: ImageListing,
  settings: ConversionSettings,
  decode: DecodeImage,
  onProgress?: (done: number) => void,
): Promise<Conversion> {
  const { files } = listing;
  const { size, channels, background } = settings;
  checkMemory(files.length, channels ?? 3, size, size);
  // Until all have been seen, one colour image may still come, so three channels are kept.
  const slotChannels = channels ?? 3;
  const slotSize = slotChannels * size * size;
  const slots = new Uint8Array(files.length * slotSize);
  const problems: (string | undefined)[] = new Array(files.length);
  let anyColour = false;
  let incomplete = false;
  let done = 0;
  await forEachLimited(files, availableParallelism(), async (file, index) => {
    try {
      const decoded = await decode(await file.read(), file.name);
      if (settings.exact) checkSize(file.name, decoded, size);
      const picture = toSquare(decoded, size, channels, background);
      anyColour ||= picture.channels === 3;
      writePlanes(picture, slotChannels, slots, index * slotSize);
    } catch (error) {
      if (!(error instanceof GansmithError) || isFatal(error)) throw error;
      problems[index] = error.message;
      incomplete ||= isRefusedRead(error);
    }
    onProgress?.(++done);
  });
  const { classes, labels, strays } = classify(files.map((file) => file.name));
  const kept = files.flatMap((_, index) => (problems[index] === undefined ? [index] : []));
  const finalChannels = channels ?? (anyColour ? 3 : 1);
  return {
    shape: [finalChannels, size, size],
    classes,
    strays,
    skipped: problems.filter((problem) => problem !== undefined),
    leftOut: files.flatMap((_, index) => (problems[index] === undefined ? [] : [index])),
    pixels: compact(slots, kept, slotSize, finalChannels * size * size),
    labels: Int32Array.from(kept, (index) => labels[index]!),
    incomplete,
  };
}

const isFatal = (error: GansmithError): boolean =>
  error instanceof MissingDecoderError || error instanceof OtherSizeError;

function checkSize(name: string, { width, height }: Picture, size: number): void {
  if (width === size && height === size) return;
  throw new OtherSizeError(
    `${name}: is ${width}x${height} pixels, and others are ${size}x${size}; bring them to one size first, or give --size`,
  );
}

/** A failure of the system, such as EACCES. A file that is not there (ENOENT) gets another stamp once it is. */
function isRefusedRead({ cause }: GansmithError): boolean {
  const code = systemCode(cause) ?? '';
  return /^E[A-Z]/.test(code) && code !== 'ENOENT';
}

/** Moves the first `exampleSize` bytes of the kept slots together, in place. */
function compact(
  slots: Uint8Array,
  kept: readonly number[],
  slotSize: number,
  exampleSize: number,
): Uint8Array {
  kept.forEach((slot, position) => {
    slots.copyWithin(position * exampleSize, slot * slotSize, slot * slotSize + exampleSize);
  });
  const length = kept.length * exampleSize;
  return length === slots.length ? slots : slots.slice(0, length);
}
