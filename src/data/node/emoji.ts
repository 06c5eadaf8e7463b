import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { randomStream } from '../../base/random.ts';
import type { Annotation, Dataset } from '../dataset.ts';
import { byCodeUnit } from '../imageNames.ts';
import { choiceOf, colourOf, countOf, parseSourceQuery } from '../sourceQuery.ts';
import { imageDecoder } from './decode.ts';
import { fileProblem } from './files.ts';
import type { ImageFile } from './listing.ts';
import { DEFAULT_SIZE, openImages } from './openImages.ts';
import type { OpenOptions } from './options.ts';
import { requirePackages } from './packages.ts';
import { svgDecoder } from './svg.ts';

const FLUENT = { '@lobehub/fluent-emoji-3d': '1.1.0' };
const OPENMOJI = { openmoji: '17.0.0' };

const FLUENT_LICENCE = 'MIT (Microsoft Fluent Emoji)';
const OPENMOJI_LICENCE = 'CC BY-SA 4.0 (OpenMoji, https://openmoji.org)';

/** An emoji as the package openmoji describes it. */
interface Described {
  hexcode: string;
  group: string;
  subgroups: string;
  annotation: string;
  tags: string;
  openmoji_tags: string;
}

/** A picture that was found, by the code points it stands for, such as `1f44b-1f3fd`. */
interface Emoji {
  code: string;
  file: string;
}

/**
 * The pictures of an emoji set: `emoji:fluent3d` or `emoji:openmoji`. Settings: `label=group` or `label=subgroup` (their names are
 * those of the package openmoji), `tones=all` for the variants in five skin tones too, `count`, `background`, and for openmoji
 * `style=black` for its line drawings.
 *
 * @throws UsageError for an unknown set or setting, or when a package is not installed.
 */
export async function openEmoji(source: string, text: string, options: OpenOptions): Promise<Dataset> {
  const set = choiceOf(source, 'emoji', text.split('?')[0]!, ['fluent3d', 'openmoji']);
  const allowed = ['label', 'tones', 'count', 'background', ...(set === 'openmoji' ? ['style'] : [])];
  const { settings } = parseSourceQuery(source, text, allowed);
  const label = choiceOf(source, 'label', settings.label, ['none', 'group', 'subgroup']);
  const tones = choiceOf(source, 'tones', settings.tones, ['none', 'all']);
  const style = choiceOf(source, 'style', settings.style, ['color', 'black']);
  const background = colourOf(source, settings.background);
  const count = countOf(source, settings.count, MOST);

  const [found] = requirePackages(source, set === 'openmoji' ? OPENMOJI : FLUENT, options.findPackage);
  const folder = set === 'openmoji' ? join(found!.folder, style, 'svg') : join(found!.folder, 'assets');
  const described = await descriptions(source, set === 'openmoji' || label !== 'none', options);
  const emoji = chosen(await pictures(source, folder, set), { tones, count });

  const list = async () => ({
    where: `${found!.name}@${found!.version} ${style}`,
    files: emoji.map((each) => fileOf(each, folder, classOf(described, each.code, label))).sort(byName),
    background,
    licence: set === 'openmoji' ? OPENMOJI_LICENCE : FLUENT_LICENCE,
    annotate: (name: string) => annotationOf(described, codeOf(name)),
    close: async () => {},
  });
  const size = options.size ?? DEFAULT_SIZE;
  const decoder = async () =>
    set === 'openmoji' ? svgDecoder(source, size, await imageDecoder()) : imageDecoder();
  return openImages(source, list, options, decoder);
}

const MOST = 100_000;

async function pictures(source: string, folder: string, set: 'fluent3d' | 'openmoji'): Promise<Emoji[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`data '${source}': ${folder} ${fileProblem(error)}`, { cause: error });
  });
  return names
    .filter((name) => /^[0-9a-f-]+\.(webp|svg)$/i.test(name))
    .sort(byCodeUnit)
    .map((file) => ({ code: codeIn(file, set), file }));
}

const TONES = ['1f3fb', '1f3fc', '1f3fd', '1f3fe', '1f3ff'];

/** In the package of Fluent emoji, the pictures of the second and third skin tone lie under each other's names. */
const SWAPPED: Readonly<Record<string, string>> = { '1f3fc': '1f3fd', '1f3fd': '1f3fc' };

function codeIn(file: string, set: 'fluent3d' | 'openmoji'): string {
  const code = file.slice(0, file.lastIndexOf('.')).toLowerCase();
  if (set === 'openmoji') return code;
  return code
    .split('-')
    .map((point) => SWAPPED[point] ?? point)
    .join('-');
}

/** Without toned variants unless they are wanted; of those left, `count` by a fixed lot. */
function chosen(
  all: readonly Emoji[],
  { tones, count }: { tones: 'none' | 'all'; count: number | undefined },
): Emoji[] {
  const toned = ({ code }: Emoji) => code.split('-').some((point) => TONES.includes(point));
  const kept = tones === 'all' ? [...all] : all.filter((emoji) => !toned(emoji));
  if (count === undefined || count >= kept.length) return kept;
  const lot = randomStream(0, 'emoji').permutation(kept.length).subarray(0, count);
  return [...lot].sort((a, b) => a - b).map((index) => kept[index]!);
}

/** What openmoji says of each emoji, by code points without variation selectors; nothing when it is neither there nor needed. */
async function descriptions(
  source: string,
  needed: boolean,
  { findPackage }: OpenOptions,
): Promise<ReadonlyMap<string, Described>> {
  let folder: string;
  try {
    folder = requirePackages(source, OPENMOJI, findPackage)[0]!.folder;
  } catch (error) {
    if (needed) throw error;
    return new Map();
  }
  const path = join(folder, 'data', 'openmoji.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`data '${source}': ${path} ${fileProblem(error)}`, { cause: error });
  });
  return new Map((JSON.parse(text) as Described[]).map((each) => [plainCode(each.hexcode), each]));
}

const plainCode = (code: string): string =>
  code
    .toLowerCase()
    .split('-')
    .filter((point) => point !== 'fe0f')
    .join('-');

function classOf(
  described: ReadonlyMap<string, Described>,
  code: string,
  label: 'none' | 'group' | 'subgroup',
): string | undefined {
  if (label === 'none') return undefined;
  const found = described.get(plainCode(code));
  return (label === 'group' ? found?.group : found?.subgroups) ?? 'other';
}

/** The folder is the class; the name is of the code points. */
const fileOf = ({ code, file }: Emoji, folder: string, category: string | undefined): ImageFile => ({
  name: `${category === undefined ? '' : `${category.replaceAll('/', '-')}/`}${code}${file.slice(file.lastIndexOf('.'))}`,
  stamp: '',
  async read() {
    try {
      return await readFile(join(folder, file));
    } catch (error) {
      throw new GansmithError(`${file}: ${fileProblem(error)}`, { cause: error });
    }
  },
});

const byName = (a: ImageFile, b: ImageFile): number => byCodeUnit(a.name, b.name);

const codeOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1, name.lastIndexOf('.'));

function annotationOf(described: ReadonlyMap<string, Described>, code: string): Annotation {
  const found = described.get(plainCode(code));
  if (!found) return { attributes: { code } };
  const tags = [found.tags, found.openmoji_tags].filter(Boolean).join(', ');
  const { annotation, group, subgroups } = found;
  return { caption: annotation, attributes: { code, group, subgroup: subgroups, tags } };
}
