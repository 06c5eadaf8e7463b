import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from '../../base/crc32.ts';
import { diskError, writeFileAtomic } from '../../base/node.ts';
import type { ConvertedImages } from './convert.ts';
import { readExactly } from './files.ts';

/*
 * A cache file: 8 bytes of magic, the header's length (uint32), the header (JSON), labels (int32 each), pixels, and the
 * CRC-32 of all that (uint32); numbers little-endian.
 */

const MAGIC = new TextEncoder().encode('GSMDATA2');
const PREFIX_LENGTH = MAGIC.length + 4;
const CHECKSUM_LENGTH = 4;

type Header = Omit<ConvertedImages, 'pixels' | 'labels'> & { key: string; count: number };

/** What an earlier run stored at `path` under `key`; undefined when there is nothing sound. */
export async function readCache(path: string, key: string): Promise<ConvertedImages | undefined> {
  try {
    return parseCache(await readWhole(path), key);
  } catch {
    // Whatever is wrong with a cache, the answer is to make it anew.
    return undefined;
  }
}

/** Stores a conversion, in one step as seen by others. Throws GansmithError when that fails. */
export async function writeCache(path: string, key: string, content: ConvertedImages): Promise<void> {
  const { pixels, labels, ...rest } = content;
  const header: Header = { key, count: labels.length, ...rest };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(
    PREFIX_LENGTH + headerBytes.length + labels.byteLength + pixels.length + CHECKSUM_LENGTH,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(MAGIC.length, headerBytes.length, true);
  bytes.set(headerBytes, PREFIX_LENGTH);
  const labelStart = PREFIX_LENGTH + headerBytes.length;
  labels.forEach((label, i) => {
    view.setInt32(labelStart + 4 * i, label, true);
  });
  bytes.set(pixels, labelStart + labels.byteLength);
  const end = bytes.length - CHECKSUM_LENGTH;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError('create', folder, error);
  });
  writeFileAtomic(path, bytes);
}

/** Files beyond 2 GiB, too, which `readFile` refuses. */
async function readWhole(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    return await readExactly(handle, 0, (await handle.stat()).size, path);
  } finally {
    await handle.close();
  }
}

function parseCache(bytes: Uint8Array, key: string): ConvertedImages | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - CHECKSUM_LENGTH;
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return undefined;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) return undefined;
  const labelStart = PREFIX_LENGTH + view.getUint32(MAGIC.length, true);
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_LENGTH, labelStart)));
  const { key: storedKey, count, ...rest } = header;
  if (storedKey !== key) return undefined;
  const labels = Int32Array.from({ length: count }, (_, i) => view.getInt32(labelStart + 4 * i, true));
  return { ...rest, labels, pixels: bytes.subarray(labelStart + labels.byteLength, end) };
}
