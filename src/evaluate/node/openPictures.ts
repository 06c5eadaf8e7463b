import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import type { Dataset } from '../../data/dataset.ts';
import { listArchive } from '../../data/node/archive.ts';
import { imageDecoder } from '../../data/node/decode.ts';
import { listFolder } from '../../data/node/folder.ts';
import { type OpenOptions, openData } from '../../data/node.ts';

/** The data source a user means by a path or a source: `./samples` is `folder:./samples`. */
export function sourceOf(written: string): string {
  if (!existsSync(written)) return written;
  if (statSync(written).isDirectory()) return `folder:${resolve(written)}`;
  return /\.zip$/i.test(written) ? `zip:${resolve(written)}` : written;
}

/**
 * Opens real or generated pictures to be measured. Pictures in a folder or an archive are taken as they are: without `size` they must
 * all be squares of one size, since resizing them would change what is measured.
 *
 * @throws UsageError naming the first picture of another size.
 */
export async function openPictures(written: string, options: OpenOptions): Promise<Dataset> {
  const source = sourceOf(written);
  const isPictures = /^(folder|zip):/.test(source);
  if (!isPictures || options.size !== undefined) return openData(source, options);
  return openData(source, { ...options, size: await sizeOfFirst(source), exact: true });
}

/** Pixels a side of the first picture that can be read. */
async function sizeOfFirst(source: string): Promise<number> {
  const [, kind, path] = /^(folder|zip):(.*)$/s.exec(source)!;
  const listing = await (kind === 'zip' ? listArchive(source, path!) : listFolder(source, path!));
  try {
    const decode = await imageDecoder();
    const first = listing.files[0]!;
    const { width, height } = await decode(await first.read(), first.name);
    if (width === height) return width;
    throw new UsageError(
      `data '${source}': ${first.name} is ${width}x${height} pixels; expected squares, cut them first, or give --size to have their middle taken`,
    );
  } finally {
    await listing.close();
  }
}
