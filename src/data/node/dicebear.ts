import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest, UsageError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';
import { byCodeUnit } from '../imageNames.ts';
import { colourOf, countOf, parseSourceQuery } from '../sourceQuery.ts';
import { imageDecoder } from './decode.ts';
import type { ImageFile } from './listing.ts';
import { DEFAULT_SIZE, openImages } from './openImages.ts';
import type { OpenOptions } from './options.ts';
import { type DataPackage, requirePackages } from './packages.ts';
import { svgDecoder } from './svg.ts';

const VERSION = '9.4.3';

/** The styles whose drawings are in the public domain (CC0 1.0), as their packages say. */
const STYLES = [
  'pixel-art',
  'pixel-art-neutral',
  'lorelei',
  'lorelei-neutral',
  'notionists',
  'notionists-neutral',
  'open-peeps',
  'thumbs',
  'shapes',
  'rings',
  'glass',
  'identicon',
  'initials',
] as const;

const DEFAULT_COUNT = 10_000;
const MOST = 1_000_000;

/** What is used of the packages: a style, and what draws an avatar of it. */
interface Style {
  meta?: { license?: { name?: string; url?: string } };
}
interface Core {
  createAvatar(
    style: Style,
    options: { seed: string },
  ): { toJson(): { svg: string; extra: Record<string, unknown> } };
}

/**
 * Avatars of a DiceBear style, one for each of the seeds 0, 1, 2, ...: `dicebear:pixel-art?label=hair&count=2000`. Settings: `count`,
 * `background`, and `label`, an attribute of the style whose values become classes.
 *
 * @throws UsageError for an unknown style or attribute, or when the packages are not installed.
 */
export async function openDicebear(source: string, text: string, options: OpenOptions): Promise<Dataset> {
  const { path, settings } = parseSourceQuery(source, text, ['label', 'count', 'background']);
  const style = styleNamed(source, path);
  const count = countOf(source, settings.count, MOST) ?? DEFAULT_COUNT;
  const background = colourOf(source, settings.background);
  const packages = requirePackages(
    source,
    { '@dicebear/core': VERSION, [`@dicebear/${style}`]: VERSION },
    options.findPackage,
  );
  const [core, drawn] = (await Promise.all(packages.map(load))) as [Core, Style];
  const { license } = drawn.meta ?? {};
  if (!license?.name?.startsWith('CC0')) {
    throw new UsageError(
      `data '${source}': @dicebear/${style} ${packages[1]!.version} says its drawings are under '${license?.name}', not CC0; install @dicebear/${style}@${VERSION}`,
    );
  }
  const avatar = (seed: number) => core.createAvatar(drawn, { seed: String(seed) }).toJson();
  const classOf =
    settings.label === undefined ? undefined : labelled(source, settings.label, avatar(0).extra);

  const list = async () => ({
    where: packages.map(({ name, version }) => `${name}@${version}`).join(' '),
    files: files(count, avatar, classOf),
    background,
    licence: `${license.name} (${license.url})`,
    annotate: (name: string) => ({ attributes: attributesOf(avatar(seedOf(name)).extra) }),
    close: async () => {},
  });
  const size = options.size ?? DEFAULT_SIZE;
  return openImages(source, list, options, async () => svgDecoder(source, size, await imageDecoder()));
}

function styleNamed(source: string, name: string): string {
  const found = STYLES.find((style) => style === name);
  if (found) return found;
  const close = nearest(name, STYLES);
  throw new UsageError(
    `data '${source}': there is no style '${name}' under CC0${close ? `: did you mean '${close}'?` : ''}; choose from ${STYLES.join(', ')}`,
  );
}

/** The packages' own entry, which their `exports` alone allow. */
async function load({ folder }: DataPackage): Promise<unknown> {
  const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main?: string };
  return import(pathToFileURL(join(folder, main ?? 'index.js')).href);
}

type Extra = Readonly<Record<string, unknown>>;

/** What the style says of one avatar in words; parts it does not have are `none`. The seed's background is not drawn. */
const attributesOf = (extra: Extra): Record<string, string> =>
  Object.fromEntries(
    Object.entries(extra)
      .filter(([key]) => !/background/i.test(key))
      .map(([key, value]) => [key, String(value ?? 'none')]),
  );

function labelled(source: string, key: string, extra: Extra): (extra: Extra) => string {
  const known = Object.keys(attributesOf(extra)).sort(byCodeUnit);
  if (!known.includes(key)) {
    const close = nearest(key, known);
    throw new UsageError(
      `data '${source}': its pictures have no attribute '${key}'${close ? `: did you mean '${close}'?` : ''}; choose from ${known.join(', ')}`,
    );
  }
  return (extra) => attributesOf(extra)[key]!;
}

/** One file a seed; the folder is its class. */
function files(
  count: number,
  avatar: (seed: number) => { svg: string; extra: Extra },
  classOf: ((extra: Extra) => string) | undefined,
): ImageFile[] {
  const digits = String(count - 1).length;
  return Array.from({ length: count }, (_, seed) => ({
    name: `${classOf ? `${classOf(avatar(seed).extra)}/` : ''}${String(seed).padStart(digits, '0')}.svg`,
    stamp: '',
    read: async () => new TextEncoder().encode(avatar(seed).svg),
  })).sort((a, b) => byCodeUnit(a.name, b.name));
}

const seedOf = (name: string): number => Number(/(\d+)\.svg$/.exec(name)![1]);
