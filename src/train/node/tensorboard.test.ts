import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { encodeEvent, encodeFileVersion } from './tensorboard.ts';

/** CRC-32C bit by bit, as the definition has it: shares nothing with the table-driven one. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc ^ (byte >> bit)) & 1;
      crc = (crc >>> 1) ^ (carry ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}

const unmask = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

/** Splits a file into its records, checking both checksums of each. */
function readRecords(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmask(file.readUInt32LE(at + 8))).toBe(slowCrc(file.subarray(at, at + 8)));
    const record = file.subarray(at + 12, at + 12 + length);
    expect(unmask(file.readUInt32LE(at + 12 + length))).toBe(slowCrc(record));
    records.push(record);
    at += 16 + length;
  }
  return records;
}

type Field = { field: number; value: number | Buffer };

/** A protobuf message's fields in order: varints and fixed numbers as numbers, the rest as bytes. */
function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < message.length) {
    const key = varint();
    const [field, type] = [key >> 3, key & 7];
    if (type === 0) {
      fields.push({ field, value: varint() });
      continue;
    }
    const length = type === 1 ? 8 : type === 5 ? 4 : varint();
    const value = message.subarray(at, at + length);
    at += length;
    if (type === 1) fields.push({ field, value: value.readDoubleLE() });
    else fields.push({ field, value: type === 5 ? value.readFloatLE() : value });
  }
  return fields;
}

const get = (fields: Field[], field: number) => fields.find((candidate) => candidate.field === field)?.value;

test("the checksum is Castagnoli's", () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

test('events are framed records that a protobuf reader understands', () => {
  const png = Uint8Array.of(137, 80, 78, 71);
  const file = Buffer.concat([
    encodeFileVersion(1.5),
    encodeEvent(2.5, 300, [
      { tag: 'critic/loss', scalar: 0.25 },
      { tag: 'generator/loss', scalar: -3 },
    ]),
    encodeEvent(3.5, 2 ** 40, [{ tag: 'samples', image: { width: 238, height: 12, channels: 3, png } }]),
  ]);
  const [version, scalars, image] = readRecords(file).map(readFields);
  expect(get(version!, 1)).toBe(1.5);
  expect(String(get(version!, 3))).toBe('brain.Event:2');

  expect(get(scalars!, 1)).toBe(2.5);
  expect(get(scalars!, 2)).toBe(300);
  const values = readFields(get(scalars!, 5) as Buffer).map(({ value }) => readFields(value as Buffer));
  expect(values.map((value) => [String(get(value, 1)), get(value, 2)])).toEqual([
    ['critic/loss', 0.25],
    ['generator/loss', -3],
  ]);

  expect(get(image!, 2)).toBe(2 ** 40);
  const [summary] = readFields(get(image!, 5) as Buffer);
  const value = readFields(summary!.value as Buffer);
  expect(String(get(value, 1))).toBe('samples');
  const picture = readFields(get(value, 4) as Buffer);
  expect([1, 2, 3].map((field) => get(picture, field))).toEqual([12, 238, 3]);
  expect([...(get(picture, 4) as Buffer)]).toEqual([...png]);
});
