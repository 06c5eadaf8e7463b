import { crc32c } from './crc32c.ts';

// TensorBoard's event file: records of Event messages (tensorflow/core/util/event.proto, framework/summary.proto). Each
// record is its length (uint64), the length's checksum, the message, the message's checksum; numbers little-endian.

/** What one event may carry: a chart's next value, or a PNG. */
export type SummaryValue =
  | { tag: string; scalar: number }
  | { tag: string; image: { width: number; height: number; channels: number; png: Uint8Array } };

/** The first record of a file. */
export const encodeFileVersion = (wallSeconds: number): Uint8Array =>
  frame(Buffer.concat([double(1, wallSeconds), bytes(3, 'brain.Event:2')]));

/** One record: the values of a step. */
export function encodeEvent(wallSeconds: number, step: number, values: readonly SummaryValue[]): Uint8Array {
  const summary = Buffer.concat(values.map((value) => bytes(1, encodeValue(value))));
  return frame(Buffer.concat([double(1, wallSeconds), integer(2, step), bytes(5, summary)]));
}

function encodeValue(value: SummaryValue): Uint8Array {
  const tag = bytes(1, value.tag);
  if ('scalar' in value) return Buffer.concat([tag, float(2, value.scalar)]);
  const { width, height, channels, png } = value.image;
  const image = [integer(1, height), integer(2, width), integer(3, channels), bytes(4, png)];
  return Buffer.concat([tag, bytes(4, Buffer.concat(image))]);
}

const HEADER = 12;
const FOOTER = 4;

function frame(message: Uint8Array): Uint8Array {
  const record = Buffer.alloc(HEADER + message.length + FOOTER);
  record.writeBigUInt64LE(BigInt(message.length), 0);
  record.writeUInt32LE(masked(crc32c(record.subarray(0, 8))), 8);
  record.set(message, HEADER);
  record.writeUInt32LE(masked(crc32c(message)), HEADER + message.length);
  return record;
}

/** A checksum of data that holds checksums is weak, so stored ones are rotated and shifted (tensorflow/core/lib/hash/crc32c.h). */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

const VARINT = 0;
const key = (field: number, wireType: number): number => (field << 3) | wireType;

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return [...out, rest];
}

const integer = (field: number, value: number): Uint8Array =>
  Uint8Array.of(key(field, VARINT), ...varint(value));

function double(field: number, value: number): Uint8Array {
  const out = Buffer.alloc(9, key(field, 1));
  out.writeDoubleLE(value, 1);
  return out;
}

function float(field: number, value: number): Uint8Array {
  const out = Buffer.alloc(5, key(field, 5));
  out.writeFloatLE(value, 1);
  return out;
}

function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const content = Buffer.from(value);
  return Buffer.concat([Uint8Array.of(key(field, 2), ...varint(content.length)), content]);
}
