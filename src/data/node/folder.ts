import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { byCodeUnit, isHidden, isImagePath } from '../imageNames.ts';
import { forEachLimited } from '../limited.ts';
import { ENTRY_LIMIT } from '../zip.ts';
import { fileProblem, statUserPath, userPath } from './files.ts';
import type { ImageFile, ImageListing } from './listing.ts';

/**
 * The images below a folder, however deep; links are followed, hidden files and folders are not. Throws UsageError when
 * the folder is missing, no folder, or holds no image.
 */
export async function listFolder(source: string, path: string): Promise<ImageListing> {
  const where = userPath(source, path);
  const stats = await statUserPath(source, where);
  if (!stats.isDirectory()) {
    const hint = /\.zip$/i.test(where) ? `; write 'zip:${path}'` : '; give the folder that holds the images';
    throw new UsageError(`data '${source}': ${where} is a file, not a folder${hint}`);
  }
  const found: Found = { images: [], others: 0, visited: new Set() };
  await walk(where, '', found);
  if (found.images.length === 0) {
    const others = found.others > 0 ? ` (${found.others} other files were ignored)` : '';
    throw new UsageError(`data '${source}': no PNG, JPEG or WebP images in ${where}${others}`);
  }
  const files: ImageFile[] = found.images.sort(byCodeUnit).map((name) => ({
    name,
    stamp: '',
    read: () => readImageFile(where, name),
  }));
  await forEachLimited(files, STAT_CONCURRENCY, async (file) => {
    file.stamp = await stampOf(join(where, file.name));
  });
  return { where, files, close: async () => {} };
}

const STAT_CONCURRENCY = 16;

interface Found {
  images: string[];
  others: number;
  /** Real paths of the folders seen, so that a link upwards ends. */
  visited: Set<string>;
}

async function walk(root: string, prefix: string, found: Found): Promise<void> {
  const folder = join(root, prefix);
  const { real, entries } = await readFolder(folder);
  if (found.visited.has(real)) return;
  found.visited.add(real);
  for (const entry of entries.sort((a, b) => byCodeUnit(a.name, b.name))) {
    if (isHidden(entry.name)) continue;
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const isFolder = entry.isSymbolicLink() ? await leadsToFolder(join(root, name)) : entry.isDirectory();
    if (isFolder) await walk(root, name, found);
    else if (isImagePath(name)) found.images.push(name);
    else found.others++;
  }
}

async function readFolder(folder: string): Promise<{ real: string; entries: Dirent[] }> {
  try {
    return { real: await realpath(folder), entries: await readdir(folder, { withFileTypes: true }) };
  } catch (error) {
    throw new UsageError(`${folder} ${fileProblem(error)}`, { cause: error });
  }
}

async function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function stampOf(path: string): Promise<string> {
  return stat(path).then(
    (stats) => `${stats.size} ${stats.mtimeMs}`,
    () => 'missing',
  );
}

async function readImageFile(root: string, name: string): Promise<Uint8Array> {
  const path = join(root, name);
  try {
    const { size } = await stat(path);
    if (size > ENTRY_LIMIT)
      throw new GansmithError(`${name}: takes ${size} bytes, more than the ${ENTRY_LIMIT} allowed`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof GansmithError) throw error;
    throw new GansmithError(`${name}: ${fileProblem(error)}`, { cause: error });
  }
}
