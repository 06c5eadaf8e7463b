import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from './protobuf.ts';

const written = (write: (writer: ProtobufWriter) => void, capacity?: number): number[] => {
  const writer = new ProtobufWriter(capacity);
  write(writer);
  return [...writer.finish()];
};

/** The integer of the first field, read the slow way: seven bits a byte, lowest first, 64 bits in two's complement. */
function decodeInteger([, ...bytes]: readonly number[]): bigint {
  const bits = bytes.reduce((sum, byte, i) => sum | (BigInt(byte & 127) << BigInt(7 * i)), 0n);
  return BigInt.asIntN(64, bits);
}

describe('integers', () => {
  // 150 is the example of the protobuf documentation.
  it.each([
    [0, [0x08, 0x00]],
    [1, [0x08, 0x01]],
    [127, [0x08, 0x7f]],
    [128, [0x08, 0x80, 0x01]],
    [150, [0x08, 0x96, 0x01]],
    [-1, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [2 ** 31, [0x08, 0x80, 0x80, 0x80, 0x80, 0x08]],
    [2 ** 53 - 1, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [-(2 ** 31), [0x08, 0x80, 0x80, 0x80, 0x80, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('writes %i', (value, bytes) => {
    expect(written((writer) => writer.integer(1, value))).toEqual(bytes);
  });

  it('writes every 64-bit integer, as a number where it fits', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
        expect(decodeInteger(written((writer) => writer.integer(1, value)))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(decodeInteger(written((writer) => writer.integer(1, value)))).toBe(BigInt(value));
      }),
    );
  });

  it('writes field numbers above 15 in two bytes', () => {
    expect(written((writer) => writer.integer(20, 7))).toEqual([0xa0, 0x01, 7]);
  });

  it('repeats the tag for each of several', () => {
    expect(written((writer) => writer.integers(8, [1, 2]))).toEqual([0x40, 1, 0x40, 2]);
  });
});

it('writes floats as four bytes, lowest first', () => {
  expect(written((writer) => writer.float(2, 1))).toEqual([0x15, 0x00, 0x00, 0x80, 0x3f]);
});

it('writes strings as UTF-8, each time they come', () => {
  const twice = written((writer) => {
    writer.string(2, 'é!');
    writer.string(2, 'é!');
  });
  expect(twice).toEqual([0x12, 3, 0xc3, 0xa9, 0x21, 0x12, 3, 0xc3, 0xa9, 0x21]);
});

it('copies the memory of a part of an array', () => {
  const part = new Int16Array([1, 2, 258, 4]).subarray(1, 3);
  expect(written((writer) => writer.bytes(9, part))).toEqual([0x4a, 4, 2, 0, 2, 1]);
});

describe('messages', () => {
  it('nests, the length first', () => {
    const bytes = written((writer) =>
      writer.message(3, () => writer.message(1, () => writer.integer(1, 150))),
    );
    expect(bytes).toEqual([0x1a, 5, 0x0a, 3, 0x08, 0x96, 0x01]);
  });

  it('writes an empty message', () => {
    expect(written((writer) => writer.message(2, () => {}))).toEqual([0x12, 0]);
  });

  it.each([127, 128, 129, 16383, 16384, 100_000])('makes room for the length of %i bytes', (length) => {
    const content = Uint8Array.from({ length }, (_, i) => i % 251);
    // A nested bytes field spends its own tag and length first.
    const field = written((writer) => writer.bytes(1, content));
    const bytes = written((writer) => {
      writer.integer(1, 9);
      writer.message(2, () => writer.bytes(1, content));
      writer.integer(3, 8);
    }, 16);
    const expected = written((writer) => {
      writer.integer(1, 9);
      writer.bytes(2, Uint8Array.from(field));
      writer.integer(3, 8);
    });
    expect(bytes).toEqual(expected);
  });
});
