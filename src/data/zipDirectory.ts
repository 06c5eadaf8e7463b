import { UsageError } from '../base/errors.ts';

/** Random access to a file, a Blob or bytes in memory, so that an archive is never read whole. */
export interface ByteSource {
  /** Length in bytes. */
  size: number;
  /** Exactly `length` bytes from `offset`, both inside the source. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** One file of an archive, as its central directory describes it. */
export interface ZipEntry {
  /** Path inside the archive, with '/' between folders. */
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  encrypted: boolean;
  /** CRC-32 of the content. */
  crc: number;
  /** Bytes in the archive and bytes of the content. */
  compressedSize: number;
  size: number;
  /** Where the entry's local header starts in the file. */
  headerOffset: number;
}

export interface ZipDirectory {
  /** Where the central directory lies in the file, and its length. */
  offset: number;
  size: number;
  /** Entries promised; the 16-bit count of an archive without ZIP64 may have wrapped around. */
  count: number;
  /** Bytes in front of the archive (self-extracting ones), which its offsets do not count. */
  shift: number;
}

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_LENGTH = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_LENGTH = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL_HEADER_LENGTH = 30;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffffffff;

/**
 * Finds the central directory through the end record, or through that of ZIP64 when there is one. Format: PKWARE
 * APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16. Throws UsageError when `file` is no archive, cut off, or one of several parts.
 */
export async function findDirectory(source: ByteSource, file: string): Promise<ZipDirectory> {
  const tailLength = Math.min(source.size, END_LENGTH + LONGEST_COMMENT + LOCATOR_LENGTH);
  const tail = viewOf(await source.read(source.size - tailLength, tailLength));
  const end = findEnd(tail);
  if (end === undefined) {
    throw new UsageError(`${file}: not a ZIP archive, or cut off: it has no end record`);
  }
  const endOffset = source.size - tailLength + end;
  if (tail.getUint16(end + 4, true) !== 0 || tail.getUint16(end + 6, true) !== 0) {
    throw new UsageError(`${file}: one part of an archive split over several files; join them first`);
  }
  const record = (await readEnd64(source, tail, end, file)) ?? {
    count: tail.getUint16(end + 10, true),
    size: tail.getUint32(end + 12, true),
    offset: tail.getUint32(end + 16, true),
    recordOffset: endOffset,
  };
  const shift = record.recordOffset - record.size - record.offset;
  if (shift < 0) throw new UsageError(`${file}: damaged: its central directory does not lie inside the file`);
  return { offset: record.offset + shift, size: record.size, count: record.count, shift };
}

/** The last end record whose comment fits into the file. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - END_LENGTH; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_LENGTH + tail.getUint16(at + 20, true) <= tail.byteLength) return at;
  }
  return undefined;
}

async function readEnd64(source: ByteSource, tail: DataView, end: number, file: string) {
  const locator = end - LOCATOR_LENGTH;
  if (locator < 0 || tail.getUint32(locator, true) !== LOCATOR_SIGNATURE) return undefined;
  const damaged = `${file}: damaged: its ZIP64 end record is not where the archive says`;
  const recordOffset = uint64(tail, locator + 8, file);
  if (recordOffset + END64_LENGTH > source.size) throw new UsageError(damaged);
  const record = viewOf(await source.read(recordOffset, END64_LENGTH));
  if (record.getUint32(0, true) !== END64_SIGNATURE) throw new UsageError(damaged);
  return {
    count: uint64(record, 32, file),
    size: uint64(record, 40, file),
    offset: uint64(record, 48, file),
    recordOffset,
  };
}

/** Parses the bytes of the central directory; see `listZip`. */
export function parseDirectory(bytes: Uint8Array, directory: ZipDirectory, file: string): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let count = 0;
  let claimed = 0;
  for (let at = 0; at < bytes.length; count++) {
    if (at + ENTRY_LENGTH > bytes.length || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw new UsageError(`${file}: damaged: entry ${count + 1} of its central directory is unreadable`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const length = ENTRY_LENGTH + nameLength + extraLength + view.getUint16(at + 32, true);
    if (at + length > bytes.length)
      throw new UsageError(`${file}: damaged: its central directory is cut off`);
    const entry = parseEntry(viewOf(bytes.subarray(at, at + length)), nameLength, extraLength, file);
    entry.headerOffset += directory.shift;
    claimed += LOCAL_HEADER_LENGTH + nameLength + entry.compressedSize;
    if (entry.name !== '' && !entry.name.endsWith('/')) entries.push(entry);
    at += length;
  }
  if (count % 0x10000 !== directory.count % 0x10000) {
    throw new UsageError(`${file}: damaged: it promises ${directory.count} entries and lists ${count}`);
  }
  if (claimed > directory.offset) {
    throw new UsageError(
      `${file}: refused: its entries claim ${claimed} bytes of the ${directory.offset} in front of the directory, so they overlap (a ZIP bomb?)`,
    );
  }
  return entries;
}

function parseEntry(view: DataView, nameLength: number, extraLength: number, file: string): ZipEntry {
  const flags = view.getUint16(8, true);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const name = entryName(
    bytes.subarray(ENTRY_LENGTH, ENTRY_LENGTH + nameLength),
    (flags & 0x800) !== 0,
    file,
  );
  const entry: ZipEntry = {
    name,
    method: view.getUint16(10, true),
    encrypted: (flags & 1) !== 0,
    crc: view.getUint32(16, true),
    compressedSize: view.getUint32(20, true),
    size: view.getUint32(24, true),
    headerOffset: view.getUint32(42, true),
  };
  const extraStart = ENTRY_LENGTH + nameLength;
  const extra = viewOf(bytes.subarray(extraStart, extraStart + extraLength));
  readZip64Sizes(entry, extra, file);
  return entry;
}

/** Replaces the 32-bit fields that overflowed by their 64-bit values, which stand in this order (section 4.5.3). */
function readZip64Sizes(entry: ZipEntry, extra: DataView, file: string): void {
  const overflowed = (['size', 'compressedSize', 'headerOffset'] as const).filter(
    (key) => entry[key] === IN_ZIP64,
  );
  if (overflowed.length === 0) return;
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    if (
      extra.getUint16(at, true) === ZIP64_EXTRA &&
      length >= 8 * overflowed.length &&
      at + 4 + length <= extra.byteLength
    ) {
      overflowed.forEach((key, i) => {
        entry[key] = uint64(extra, at + 4 + 8 * i, file);
      });
      return;
    }
    at += 4 + length;
  }
  throw new UsageError(`${file}: damaged: the ZIP64 sizes of ${entry.name} are missing`);
}

/** Entry names are data from a stranger: only relative paths below the archive's root are let through. */
function entryName(bytes: Uint8Array, isUtf8: boolean, file: string): string {
  const path = decodeName(bytes, isUtf8).replaceAll('\\', '/');
  const parts = path.split('/');
  if (
    path.startsWith('/') ||
    /^[a-z]:/i.test(path) ||
    parts.includes('..') ||
    path.includes('\0') ||
    path === ''
  ) {
    throw new UsageError(`${file}: refused: the entry name ${JSON.stringify(path)} leaves the archive`);
  }
  return parts.filter((part) => part !== '.').join('/');
}

/** Names without the UTF-8 flag are often UTF-8 all the same; what is not is taken byte by byte. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isUtf8 }).decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}

function uint64(view: DataView, at: number, file: string): number {
  const value = view.getBigUint64(at, true);
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new UsageError(`${file}: damaged: it claims a size or position of ${value} bytes`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
