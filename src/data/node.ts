import { existsSync, statSync } from 'node:fs';
import { nearest, UsageError } from '../base/errors.ts';
import type { Dataset } from './dataset.ts';
import { listArchive } from './node/archive.ts';
import { openDicebear } from './node/dicebear.ts';
import { openEmoji } from './node/emoji.ts';
import { openFashionMnist } from './node/fashionMnist.ts';
import { listFolder } from './node/folder.ts';
import { openIdxFiles, openMnist, openStackedMnist } from './node/idxFiles.ts';
import { openImages } from './node/openImages.ts';
import type { OpenOptions } from './node/options.ts';
import { openPoints, pointSets } from './points.ts';

export type { ListedImages, OpenOptions } from './node/options.ts';
export * from './web.ts';

type Opener = (source: string, argument: string | undefined, options: OpenOptions) => Promise<Dataset>;

interface DataSource {
  /** What stands before the colon of a source. */
  name: string;
  title: string;
  /** A source as the user would write it. */
  example: string;
  open: Opener;
}

const SOURCES: readonly DataSource[] = [
  {
    name: 'mnist',
    title: '60,000 handwritten digits, 28x28 grey, 10 classes (mnist:test: the other 10,000)',
    example: 'mnist',
    open: (source, part = 'train', options) => openMnist(source, part, options),
  },
  {
    name: 'stacked-mnist',
    title: '128,000 images 28x28 of three digits, one in each colour channel, 1,000 classes',
    example: 'stacked-mnist',
    open: (source, part = 'train', options) => openStackedMnist(source, part, options),
  },
  {
    name: 'fashion-mnist',
    title:
      '60,000 pieces of clothing, 28x28 grey, 10 classes, from the folder of its files (?part=test: 10,000)',
    example: 'fashion-mnist:./fashion',
    open: (source, text = '', options) => openFashionMnist(source, text, options),
  },
  {
    name: 'idx',
    title: 'your own IDX files, plain or .gz, such as Fashion-MNIST or EMNIST',
    example: 'idx:./fashion-mnist',
    open: (source, path = '', options) => openIdxFiles(source, path, options),
  },
  {
    name: 'folder',
    title: 'a folder of PNG, JPEG or WebP images of any size; sub-folders are classes',
    example: 'folder:./photos',
    open: (source, path = '', options) => openImages(source, () => listFolder(source, path), options),
  },
  {
    name: 'zip',
    title: 'a ZIP archive of such images',
    example: 'zip:./photos.zip',
    open: (source, path = '', options) => openImages(source, () => listArchive(source, path), options),
  },
  {
    name: 'dicebear',
    title: 'avatars drawn from parts (?label=hair: an attribute as class); needs npm packages',
    example: 'dicebear:pixel-art',
    open: (source, text = '', options) => openDicebear(source, text, options),
  },
  {
    name: 'emoji',
    title: 'emoji: fluent3d or openmoji (?label=group: groups as classes); needs an npm package',
    example: 'emoji:fluent3d',
    open: (source, text = '', options) => openEmoji(source, text, options),
  },
  ...pointSets.map(({ name, title, example }) => ({ name, title, example, open: openPointSource })),
];

/** Every kind of data `openData` knows, with an example of how to write it. */
export const dataSources: readonly { name: string; title: string; example: string }[] = SOURCES.map(
  ({ name, title, example }) => ({ name, title, example }),
);

/**
 * Opens a data set by what the user wrote after `--data`: a name of `dataSources`, most with an argument after a colon.
 *
 * Throws UsageError when the source is unknown or misspelt, a file or folder is missing or holds nothing usable, or an
 * option is out of range or does not apply.
 */
export async function openData(source: string, options: OpenOptions = {}): Promise<Dataset> {
  const { known, rest } = sourceOf(source);
  return known.open(source, rest, options);
}

/** Throws UsageError when there is no data source of that name; whether the data are there is not looked at. */
export const checkSource = (source: string): void => void sourceOf(source);

/** The source that is named, and what follows the name. */
function sourceOf(source: string): { known: DataSource; rest: string | undefined } {
  const [, name = '', rest = ''] = /^([^:?]*)(.*)$/s.exec(source) ?? [];
  const known = SOURCES.find((candidate) => candidate.name === name);
  if (!known) throw unknownSource(source, name);
  // A question mark belongs to what follows, a colon does not.
  return { known, rest: rest === '' ? undefined : rest.replace(/^:/, '') };
}

async function openPointSource(
  source: string,
  _: string | undefined,
  options: OpenOptions,
): Promise<Dataset> {
  for (const option of ['size', 'channels'] as const) {
    if (options[option] === undefined) continue;
    throw new UsageError(
      `data '${source}': ${option} applies to images only; these are points, leave it out`,
    );
  }
  return openPoints(source);
}

function unknownSource(source: string, name: string): UsageError {
  const names = SOURCES.map((candidate) => candidate.name);
  const suggestion = withPrefix(source) ?? nearest(name, names);
  const examples = SOURCES.map((candidate) => candidate.example).join(', ');
  return new UsageError(
    `unknown data source '${source}'${suggestion ? `: did you mean '${suggestion}'?` : ''}\nThere are, for example: ${examples}`,
  );
}

/** What the user meant who named a folder or an archive without saying which of the two it is. */
function withPrefix(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) return `folder:${path}`;
  if (/\.zip$/i.test(path)) return `zip:${path}`;
  return /idx3/i.test(path) ? `idx:${path}` : undefined;
}
