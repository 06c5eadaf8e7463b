import { gunzipSync } from 'fflate';
import { crc32 } from '../base/crc32.ts';
import { UsageError } from '../base/errors.ts';

/** Grey pictures of one size, [N, rows, columns]. */
export interface IdxImages {
  count: number;
  rows: number;
  columns: number;
  pixels: Uint8Array;
}

/**
 * Parses an IDX file of images (magic 0x00000803, unsigned bytes), gzip-compressed or not. The pixels share memory with
 * `bytes` when those are not compressed. Throws UsageError, naming `file`, for anything else.
 * Format: http://yann.lecun.com/exdb/mnist/
 */
export function parseIdxImages(bytes: Uint8Array, file = 'idx images'): IdxImages {
  const { sizes, data } = parseIdx(bytes, 3, file);
  const [count, rows, columns] = sizes as [number, number, number];
  if (count === 0 || rows === 0 || columns === 0) {
    throw new UsageError(`${file}: holds no images (${count} images of ${rows}x${columns} pixels)`);
  }
  return { count, rows, columns, pixels: data };
}

/** Parses an IDX file of labels (magic 0x00000801, unsigned bytes), gzip-compressed or not; errors as `parseIdxImages`. */
export function parseIdxLabels(bytes: Uint8Array, file = 'idx labels'): Uint8Array {
  return parseIdx(bytes, 1, file).data;
}

const RANK_CONTENT: Readonly<Record<number, string>> = { 1: 'labels', 3: 'images' };

const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

const UNSIGNED_BYTES = 8;

function parseIdx(file: Uint8Array, rank: number, name: string): { sizes: number[]; data: Uint8Array } {
  const bytes = isGzip(file) ? gunzip(file, name) : file;
  if (bytes.length < 4) throw new UsageError(`${name}: not an IDX file: only ${bytes.length} bytes long`);
  checkMagic(bytes, rank, name);
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    throw new UsageError(
      `${name}: truncated: the IDX header takes ${headerLength} bytes, the file has ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const data = bytes.subarray(headerLength);
  if (data.length !== expected) {
    const verdict = data.length < expected ? 'truncated' : 'too long';
    throw new UsageError(
      `${name}: ${verdict}: ${sizes.join('x')} values need ${expected} bytes after the header, the file has ${data.length}`,
    );
  }
  return { sizes, data };
}

function checkMagic(bytes: Uint8Array, rank: number, name: string): void {
  const [first, second, type, foundRank] = bytes as unknown as [number, number, number, number];
  const expected = `expected IDX ${RANK_CONTENT[rank]} (magic 0x0000080${rank})`;
  const elements = ELEMENT_TYPES[type];
  if (first !== 0 || second !== 0 || elements === undefined) {
    const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    throw new UsageError(`${name}: not an IDX file: ${expected}, the file starts with 0x${magic}`);
  }
  if (type !== UNSIGNED_BYTES)
    throw new UsageError(`${name}: ${expected} of unsigned bytes, got ${elements}`);
  if (foundRank !== rank) {
    const content = RANK_CONTENT[foundRank];
    throw new UsageError(
      `${name}: ${expected}, got a ${foundRank}-dimensional array${content ? ` (${content})` : ''}`,
    );
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Deflate shrinks by at most 1032 to 1, so a trailer that claims more is damaged and must not size an allocation. */
const DEFLATE_LIMIT = 1032;

function gunzip(bytes: Uint8Array, name: string): Uint8Array {
  const damaged = `${name}: the gzip data are damaged or truncated; fetch the file again`;
  if (bytes.length < 18) throw new UsageError(damaged);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const length = trailer.getUint32(4, true);
  if (length > bytes.length * DEFLATE_LIMIT) throw new UsageError(damaged);
  let content: Uint8Array;
  try {
    content = gunzipSync(bytes);
  } catch (cause) {
    throw new UsageError(damaged, { cause });
  }
  if (content.length !== length || crc32(content) !== trailer.getUint32(0, true))
    throw new UsageError(damaged);
  return content;
}
