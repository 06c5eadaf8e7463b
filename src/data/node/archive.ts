import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../../base/errors.ts';
import { byCodeUnit, isImagePath } from '../imageNames.ts';
import { type ByteSource, listZip, readZipEntry } from '../zip.ts';
import { fileProblem, readExactly, statUserPath, userPath } from './files.ts';
import type { ImageListing } from './listing.ts';

/**
 * The images in a ZIP archive, which is read entry by entry. Throws UsageError when the file is missing, no archive,
 * encrypted, hostile, or holds no image.
 */
export async function listArchive(source: string, path: string): Promise<ImageListing> {
  const where = userPath(source, path);
  const stats = await statUserPath(source, where);
  if (stats.isDirectory()) {
    throw new UsageError(`data '${source}': ${where} is a folder, not an archive; write 'folder:${path}'`);
  }
  const handle = await open(where).catch((error: unknown) => {
    throw new UsageError(`data '${source}': ${where} ${fileProblem(error)}`, { cause: error });
  });
  try {
    const archive = handleSource(handle, stats.size, where);
    const entries = await listZip(archive, where);
    const images = entries
      .filter((entry) => isImagePath(entry.name))
      .sort((a, b) => byCodeUnit(a.name, b.name));
    if (images.length === 0) {
      const others = entries.length > 0 ? ` (${entries.length} other files were ignored)` : '';
      throw new UsageError(`data '${source}': no PNG, JPEG or WebP images in ${where}${others}`);
    }
    const encrypted = images.find((entry) => entry.encrypted);
    if (encrypted) {
      throw new UsageError(
        `data '${source}': ${encrypted.name} is encrypted; unpack the archive with its password and use folder:`,
      );
    }
    const files = images.map((entry) => ({
      name: entry.name,
      stamp: `${entry.size} ${entry.crc} ${stats.mtimeMs}`,
      read: () => readZipEntry(archive, entry),
    }));
    return { where, files, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function handleSource(handle: FileHandle, size: number, file: string): ByteSource {
  return { size, read: (offset, length) => readExactly(handle, offset, length, file) };
}
