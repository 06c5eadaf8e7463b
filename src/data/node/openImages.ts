import { join } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { cacheFolder } from '../../base/node.ts';
import { type Dataset, exampleIndex, imageDataset } from '../dataset.ts';
import { classify } from '../imageNames.ts';
import { checkImageOptions } from '../imageOptions.ts';
import { TO_SQUARE_SETTINGS } from '../images.ts';
import { readCache, writeCache } from './cache.ts';
import { type ConversionSettings, type ConvertedImages, convertImages } from './convert.ts';
import { type DecodeImage, imageDecoder } from './decode.ts';
import { nativeSha256 } from './hash.ts';
import type { ImageListing } from './listing.ts';
import type { OpenOptions } from './options.ts';

/** Pixels a side when the user names no size. */
export const DEFAULT_SIZE = 64;

/**
 * The images of a listing as a data set, from the cache when nothing changed since they were converted. Images left out
 * are told through `onWarning`, by name and then by number. Closes the listing.
 *
 * Throws UsageError when an option is out of range, or no image can be read.
 */
export async function openImages(
  source: string,
  list: () => Promise<ImageListing>,
  options: OpenOptions,
  makeDecoder: () => Promise<DecodeImage> = imageDecoder,
): Promise<Dataset> {
  checkImageOptions(options);
  const listing = await list();
  const settings: ConversionSettings = {
    size: options.size ?? DEFAULT_SIZE,
    channels: options.channels,
    ...(options.exact ? { exact: true } : {}),
    ...(listing.background ? { background: listing.background } : {}),
  };
  try {
    const { classes: listed } = classify(listing.files.map((file) => file.name));
    options.onListed?.({
      size: settings.size,
      channels: settings.channels,
      count: listing.files.length,
      classes: listed,
    });
    const content = await convertOrLoad(source, listing, settings, options, makeDecoder);
    warnOfProblems(content, listing.files.length, options);
    const { shape, classes, pixels, labels } = content;
    return {
      ...imageDataset(
        { name: source, shape, classes, pixels, labels, settings: TO_SQUARE_SETTINGS },
        nativeSha256,
      ),
      ...aboutImages(source, listing, content),
    };
  } finally {
    await listing.close();
  }
}

/** What the listing knows of its images, by their places in the data set. */
function aboutImages(
  source: string,
  { licence, annotate, files }: ImageListing,
  { labels, leftOut }: ConvertedImages,
): Pick<Dataset, 'licence' | 'annotation'> {
  const without = new Set(leftOut);
  const kept = files.filter((_, i) => !without.has(i)).map(({ name }) => name);
  return {
    ...(licence === undefined ? {} : { licence }),
    ...(annotate
      ? {
          annotation: (index: number) => annotate(kept[exampleIndex([index], 0, source, labels.length)]!),
        }
      : {}),
  };
}

async function convertOrLoad(
  source: string,
  listing: ImageListing,
  settings: ConversionSettings,
  { cacheDirectory = join(cacheFolder(), 'data'), cache = true, onProgress, onWarning }: OpenOptions,
  makeDecoder: () => Promise<DecodeImage>,
): Promise<ConvertedImages> {
  const key = cacheKey(listing, settings);
  const path = join(cacheDirectory, `${key}.bin`);
  const cached = await readCache(path, key);
  if (cached) return cached;
  const total = listing.files.length;
  const { incomplete, ...content } = await convertImages(listing, settings, await makeDecoder(), (done) =>
    onProgress?.(done, total, 'converting images'),
  );
  if (content.labels.length === 0) {
    throw new UsageError(
      `data '${source}': none of the ${total} images in ${listing.where} could be read; the first: ${content.skipped[0]}`,
    );
  }
  if (!cache || incomplete) return content;
  try {
    await writeCache(path, key, content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onWarning?.(
      `the converted images could not be kept for the next time (${reason}); training is not affected`,
    );
  }
  return content;
}

function warnOfProblems(content: ConvertedImages, total: number, { onWarning }: OpenOptions): void {
  const { skipped, strays } = content;
  for (const sentence of skipped) onWarning?.(`skipped ${sentence}`);
  if (skipped.length > 0)
    onWarning?.(`${skipped.length} of ${total} images could not be read and were skipped`);
  if (strays > 0) {
    onWarning?.(`${strays} of ${total} images lie beside the class folders, so all are taken as unlabelled`);
  }
}

/** What is converted and how: any change in the files or the settings makes another key. */
function cacheKey(
  { where, files }: ImageListing,
  { size, channels, exact, background }: ConversionSettings,
): string {
  const listed = files.map(({ name, stamp }) => [name, stamp]);
  const text = JSON.stringify([
    TO_SQUARE_SETTINGS,
    size,
    channels ?? 'auto',
    ...(exact ? ['exact'] : []),
    ...(background ? [background] : []),
    where,
    listed,
  ]);
  return nativeSha256([new TextEncoder().encode(text)]).slice(0, 32);
}
