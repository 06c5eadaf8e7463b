import { inflateSync } from 'fflate';
import { crc32 } from '../base/crc32.ts';
import { UsageError } from '../base/errors.ts';
import { type ByteSource, findDirectory, parseDirectory, type ZipEntry } from './zipDirectory.ts';

export type { ByteSource, ZipEntry } from './zipDirectory.ts';

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/**
 * The files of a ZIP archive in the order of its central directory, ZIP64 included; folders are left out.
 *
 * Nothing is unpacked yet, but what the archive claims is checked: names stay inside the archive, records inside the
 * file, and no two entries can share bytes. Throws UsageError, naming `file`, for what is no archive or a hostile one.
 */
export async function listZip(source: ByteSource, file: string): Promise<ZipEntry[]> {
  const directory = await findDirectory(source, file);
  const bytes = await source.read(directory.offset, directory.size);
  return parseDirectory(bytes, directory, file);
}

/** Bytes one unpacked entry may have unless told otherwise: ample for an image. */
export const ENTRY_LIMIT = 256 * 2 ** 20;

/**
 * Unpacks one entry and verifies its checksum. Throws UsageError when it is encrypted, compressed by a method other
 * than deflate, larger than `limit` bytes, or damaged.
 */
export async function readZipEntry(
  source: ByteSource,
  entry: ZipEntry,
  limit = ENTRY_LIMIT,
): Promise<Uint8Array> {
  const { name, size, compressedSize, method } = entry;
  if (entry.encrypted) throw new UsageError(`${name}: the entry is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw new UsageError(
      `${name}: compression method ${method} is not supported (only stored and deflated entries are)`,
    );
  }
  const largest = Math.max(size, compressedSize);
  if (largest > limit)
    throw new UsageError(`${name}: takes ${largest} bytes, more than the ${limit} allowed`);
  if (size > compressedSize * DEFLATE_LIMIT) {
    throw new UsageError(
      `${name}: claims ${size} bytes out of ${compressedSize} compressed ones, which cannot be`,
    );
  }
  const packed = await readPacked(source, entry);
  const content = method === STORED ? packed : inflate(packed, size, name);
  if (content.length !== size) {
    throw new UsageError(
      `${name}: damaged: expected ${size} bytes, got ${content.length > size ? 'more' : content.length}`,
    );
  }
  if (crc32(content) !== entry.crc) throw new UsageError(`${name}: damaged: the checksum does not match`);
  return content;
}

const STORED = 0;
const DEFLATED = 8;

/** Deflate shrinks by at most 1032 to 1. */
const DEFLATE_LIMIT = 1032;

const LOCAL_HEADER_SIGNATURE = 0x04034b50;
const LOCAL_HEADER_LENGTH = 30;

async function readPacked(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const damaged = `${entry.name}: damaged: its local header is not where the archive says`;
  if (entry.headerOffset + LOCAL_HEADER_LENGTH > source.size) throw new UsageError(damaged);
  const header = await source.read(entry.headerOffset, LOCAL_HEADER_LENGTH);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) throw new UsageError(damaged);
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  const start = entry.headerOffset + LOCAL_HEADER_LENGTH + nameLength + extraLength;
  if (start + entry.compressedSize > source.size) throw new UsageError(damaged);
  return source.read(start, entry.compressedSize);
}

function inflate(packed: Uint8Array, size: number, name: string): Uint8Array {
  try {
    // One byte more than promised: content that overflows is cut off there and seen by its length.
    return inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw new UsageError(`${name}: damaged: the compressed data cannot be unpacked`, { cause });
  }
}
