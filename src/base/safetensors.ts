import { crc32 } from './crc32.ts';
import { GansmithError } from './errors.ts';
import {
  byName,
  byteLength,
  damaged,
  type HeaderEntry,
  REMEDY,
  readHeader,
  STORED_ARRAYS,
  type StoredType,
  writeHeader,
} from './safetensors-header.ts';

/** A tensor in a file: row-major `data`, whose array type belongs to `dtype` (BOOL: a Uint8Array of 0 and 1). */
export interface StoredTensor {
  dtype: StoredType;
  shape: readonly number[];
  data: Float64Array | Float32Array | BigInt64Array | Int32Array | Uint8Array;
}

/** What a safetensors file holds. */
export interface StoredTensors {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
}

/** The metadata entry with the checksum: this codec writes it, verifies it, and keeps it out of sight. */
const CHECKSUM = 'gansmith.crc32';

/**
 * The bytes of a safetensors file: an 8-byte header length, a JSON header padded with spaces to 8 bytes, the data.
 * Equal contents give equal bytes: tensors and metadata are ordered by name. The metadata entry `gansmith.crc32`
 * (replaced when given) is the CRC-32 of the data section followed by the unpadded header as it reads without it.
 *
 * Throws GansmithError when a tensor's data does not fit its dtype or shape.
 * Source: the format description at https://huggingface.co/docs/safetensors.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string>,
): Uint8Array {
  const entries: HeaderEntry[] = [];
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of [...tensors].sort(([a], [b]) => byName(a, b))) {
    const { dtype, shape, data } = checkTensor(name, tensor);
    const start = end;
    end += data.byteLength;
    entries.push({ name, dtype, shape, start, end });
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { [CHECKSUM]: _, ...plain } = metadata;
  const checked = { ...plain, [CHECKSUM]: checksum(entries, plain, parts) };
  return joinFile(writeHeader({ entries, metadata: checked }), parts, end);
}

/**
 * The tensors (copied out of `bytes`) and metadata of a safetensors file. `where` names the file in errors.
 *
 * Throws GansmithError for a file that is truncated, damaged, of another format, or of an element type that this
 * project does not store. Memory use is bounded by the size of `bytes`, whatever the header claims.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): StoredTensors {
  const { header, data } = splitFile(bytes, where);
  const { entries, metadata } = readHeader(header, data.length, where);
  const { [CHECKSUM]: expected, ...plain } = metadata;
  if (expected !== undefined && expected !== checksum(entries, plain, [data])) {
    throw damaged(where, 'its checksum does not match its contents');
  }

  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, start, end } of entries) {
    // Not `slice`: a Node Buffer, which is a Uint8Array too, would hand out a view of the whole file.
    const copy = new Uint8Array(data.subarray(start, end));
    if (dtype === 'BOOL' && copy.some((value) => value > 1)) {
      throw damaged(where, `tensor ${JSON.stringify(name)} of BOOL holds bytes other than 0 and 1`);
    }
    tensors.set(name, { dtype, shape, data: new STORED_ARRAYS[dtype](copy.buffer) });
  }
  return { tensors, metadata: plain };
}

function checkTensor(name: string, stored: StoredTensor): StoredTensor {
  const { dtype, shape, data } = stored;
  const tensor = `tensor ${JSON.stringify(name)}`;
  if (name === '__metadata__') {
    throw new GansmithError(
      'a tensor cannot be stored as "__metadata__": the format reserves the name; rename it',
    );
  }
  if (!(data instanceof STORED_ARRAYS[dtype])) {
    const expected = STORED_ARRAYS[dtype].name;
    throw new GansmithError(`${tensor} of ${dtype}: expected a ${expected}, got a ${data.constructor.name}`);
  }
  if (byteLength(shape, dtype) !== data.byteLength) {
    const elements = `got ${data.length} elements`;
    throw new GansmithError(
      `${tensor}: expected as many elements as shape [${shape.join(', ')}] has, ${elements}`,
    );
  }
  if (dtype === 'BOOL' && (data as Uint8Array).some((value) => value > 1)) {
    throw new GansmithError(`${tensor} of BOOL: expected only 0 and 1`);
  }
  return stored;
}

function checksum(entries: HeaderEntry[], metadata: Record<string, string>, parts: Uint8Array[]): string {
  const data = parts.reduce((crc, part) => crc32(part, crc), 0);
  const header = new TextEncoder().encode(writeHeader({ entries, metadata }));
  return crc32(header, data).toString(16).padStart(8, '0');
}

function joinFile(headerText: string, parts: readonly Uint8Array[], dataLength: number): Uint8Array {
  const header = new TextEncoder().encode(headerText);
  const headerLength = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(header, 8);
  bytes.fill(' '.charCodeAt(0), 8 + header.length, 8 + headerLength);
  let offset = 8 + headerLength;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function splitFile(bytes: Uint8Array, where: string): { header: Uint8Array; data: Uint8Array } {
  if (bytes.length < 8) {
    throw new GansmithError(
      `${where} is truncated: it has ${bytes.length} bytes, a header needs 8; ${REMEDY}`,
    );
  }
  if (bytes.length > 8 && bytes[8] !== '{'.charCodeAt(0)) {
    throw new GansmithError(
      `${where} is not a safetensors file: expected a JSON header after its first 8 bytes; give a file of that format`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > bytes.length - 8) {
    throw new GansmithError(
      `${where} is truncated: its header claims ${length} bytes, but ${bytes.length - 8} are there; ${REMEDY}`,
    );
  }
  const end = 8 + Number(length);
  return { header: bytes.subarray(8, end), data: bytes.subarray(end) };
}
