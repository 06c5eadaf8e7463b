import { GansmithError } from './errors.ts';

/** Element types this project stores, by the array that holds them in memory. BOOL is one byte, 0 or 1. */
export const STORED_ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

export type StoredType = keyof typeof STORED_ARRAYS;

/** A tensor as the header describes it; `start` and `end` are byte offsets into the data section. */
export interface HeaderEntry {
  name: string;
  dtype: StoredType;
  shape: readonly number[];
  start: number;
  end: number;
}

export interface Header {
  /** Ordered by name. */
  entries: HeaderEntry[];
  metadata: Record<string, string>;
}

export const REMEDY = 'use another copy of the file';

const METADATA = '__metadata__';

/** The one JSON text of a header: metadata first, everything ordered by name, no spaces. */
export function writeHeader({ entries, metadata }: Header): string {
  const notes = Object.entries(metadata).sort(([a], [b]) => byName(a, b));
  // Joined by hand, because a JavaScript object would move names like "10" to the front.
  const members = [
    `"${METADATA}":{${notes.map(([key, value]) => `${quote(key)}:${quote(value)}`).join(',')}}`,
  ];
  for (const { name, dtype, shape, start, end } of entries) {
    members.push(`${quote(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * The header of a file whose data section has `dataLength` bytes. Every tensor's offsets are checked to lie in the
 * data section, to follow each other without gap or overlap, and to span exactly shape times element size.
 */
export function readHeader(bytes: Uint8Array, dataLength: number, where: string): Header {
  const header: Header = { entries: [], metadata: {} };
  for (const [name, value] of Object.entries(parseObject(bytes, where))) {
    if (name === METADATA) header.metadata = readMetadata(value, where);
    else header.entries.push(readEntry(name, value, where));
  }
  checkContiguous(header.entries, dataLength, where);
  header.entries.sort((a, b) => byName(a.name, b.name));
  return header;
}

/** Orders names by UTF-16 code units, the same on every machine and in every language. */
export function byName(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Bytes that `shape` takes with elements of type `dtype`. */
export function byteLength(shape: readonly number[], dtype: StoredType): number {
  return shape.reduce((product, size) => product * size, STORED_ARRAYS[dtype].BYTES_PER_ELEMENT);
}

function parseObject(bytes: Uint8Array, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(where, 'its header is not valid JSON');
  }
  if (!isObject(value)) throw damaged(where, 'its header is not a JSON object');
  return value;
}

function readMetadata(value: unknown, where: string): Record<string, string> {
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every(isText)) throw damaged(where, 'its metadata is not an object of texts');
  return Object.fromEntries(entries);
}

function readEntry(name: string, value: unknown, where: string): HeaderEntry {
  const tensor = `tensor ${quote(name)}`;
  const {
    dtype,
    shape,
    data_offsets: offsets,
  }: Record<string, unknown> = isObject(value) ? { ...value } : {};
  if (!isCountList(shape)) throw damaged(where, `${tensor} has no valid shape`);
  if (!isCountList(offsets) || offsets.length !== 2)
    throw damaged(where, `${tensor} has no valid data_offsets`);
  if (typeof dtype !== 'string') throw damaged(where, `${tensor} has no dtype`);
  if (!isStoredType(dtype)) {
    const known = Object.keys(STORED_ARRAYS).join(', ');
    throw new GansmithError(
      `${where}: ${tensor} has the element type ${quote(dtype)}; expected one of ${known}; convert the file first`,
    );
  }
  const [start, end] = offsets as [number, number];
  const expected = byteLength(shape, dtype);
  if (end - start !== expected) {
    const claim = `shape [${shape.join(', ')}] of ${dtype} takes ${expected} bytes`;
    throw damaged(where, `${tensor}: ${claim}, but its offsets [${start}, ${end}] span ${end - start}`);
  }
  return { name, dtype, shape, start, end };
}

function checkContiguous(entries: readonly HeaderEntry[], dataLength: number, where: string): void {
  let filled = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== filled) {
      const problem = start < filled ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw damaged(
        where,
        `the data of tensor ${quote(name)} ${problem}: expected byte ${filled}, got ${start}`,
      );
    }
    filled = end;
  }
  if (filled > dataLength) {
    throw new GansmithError(
      `${where} is truncated: its tensors take ${filled} bytes, but ${dataLength} are there; ${REMEDY}`,
    );
  }
  if (filled < dataLength) {
    throw damaged(where, `${dataLength - filled} bytes after its last tensor belong to nothing`);
  }
}

/** The error for a file whose contents contradict themselves or the format. */
export function damaged(where: string, problem: string): GansmithError {
  return new GansmithError(`${where} is damaged: ${problem}; ${REMEDY}`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isStoredType(dtype: string): dtype is StoredType {
  return Object.hasOwn(STORED_ARRAYS, dtype);
}
