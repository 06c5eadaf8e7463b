import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { GansmithError } from './errors.ts';
import { decodePng, encodePng, type Picture, readPngText } from './png.ts';

const PICTURE: Picture = {
  width: 3,
  height: 2,
  channels: 3,
  data: Uint8Array.from({ length: 18 }, (_, i) => i * 14),
};
const BYTES = encodePng(PICTURE, { recipe: '{"seed":1}' });

describe('a picture', () => {
  const pictures = fc
    .record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1, 3, 4),
    })
    .chain(({ width, height, channels }): fc.Arbitrary<Picture> => {
      const length = width * height * channels;
      const data = fc.uint8Array({ minLength: length, maxLength: length });
      return data.map((values) => ({
        width,
        height,
        channels: channels as Picture['channels'],
        data: values,
      }));
    });

  it('comes back the same', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(decodePng(encodePng(picture))).toEqual(picture);
      }),
    );
  });

  it('has the same bytes every time', () => {
    expect(encodePng(PICTURE, { recipe: '{"seed":1}' })).toEqual(BYTES);
  });

  it('is read from the middle of a larger buffer', () => {
    const larger = new Uint8Array(BYTES.length + 9);
    larger.set(BYTES, 5);
    expect(decodePng(larger.subarray(5, 5 + BYTES.length))).toEqual(PICTURE);
  });
});

describe('text chunks', () => {
  it('hold JSON of any characters, which JSON.parse gives back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const bytes = encodePng(PICTURE, { recipe: JSON.stringify({ name }, null, 2) });
        expect(JSON.parse(readPngText(bytes).recipe!)).toEqual({ name });
      }),
    );
  });

  it('keep printable ASCII and line ends as they are, and escape the rest', () => {
    const text = { a: 'one\ntwo\t~', b: 'é€\u0080\0' };
    expect(readPngText(encodePng(PICTURE, text))).toEqual({
      a: 'one\ntwo\t~',
      b: '\\u00e9\\u20ac\\u0080\\u0000',
    });
  });

  it.each(['', ' a', 'a ', 'é', 'a\nb', 'a'.repeat(80)])('refuse the keyword %j', (keyword) => {
    expect(() => encodePng(PICTURE, { [keyword]: 'x' })).toThrow(
      `PNG: the text keyword ${JSON.stringify(keyword)} does not fit; use 1 to 79 printable ASCII characters`,
    );
  });
});

describe('encodePng refuses', () => {
  it('data that does not fit the size', () => {
    expect(() => encodePng({ ...PICTURE, height: 3 })).toThrow(
      'PNG: expected 3 x 3 x 3 = 27 bytes of pixels, got 18',
    );
  });

  it('an empty picture', () => {
    const empty: Picture = { width: 0, height: 2, channels: 1, data: new Uint8Array(0) };
    expect(() => encodePng(empty)).toThrow('PNG: expected a whole width and height of at least 1, got 0 x 2');
  });
});

describe('decodePng of other colour types', () => {
  it('scales 16-bit samples to 8', () => {
    const data = Uint16Array.of(0, 257, 32768, 65535);
    const decoded = decodePng(encode({ width: 4, height: 1, channels: 1, depth: 16, data }));
    expect(decoded).toEqual({ width: 4, height: 1, channels: 1, data: Uint8Array.of(0, 1, 128, 255) });
  });

  it('makes grey with alpha RGBA', () => {
    const decoded = decodePng(
      encode({ width: 2, height: 1, channels: 2, data: Uint8Array.of(10, 20, 30, 40) }),
    );
    expect(decoded).toEqual({
      width: 2,
      height: 1,
      channels: 4,
      data: Uint8Array.of(10, 10, 10, 20, 30, 30, 30, 40),
    });
  });

  it.each([
    [1, [0b10110000, 0b01000000], [255, 0, 255, 0, 255, 0]],
    [2, [0b00011000, 0b11100100], [0, 85, 170, 255, 170, 85]],
    [4, [0x0f, 0x80, 0x1e, 0x70], [0, 255, 136, 17, 238, 119]],
  ] as const)('unpacks grey of %s bits, whose rows start at a byte', (depth, packed, expected) => {
    const data = Uint8Array.from(packed);
    const decoded = decodePng(encode({ width: 3, height: 2, channels: 1, depth, data }));
    expect(Array.from(decoded.data)).toEqual(expected);
  });

  it('makes a palette RGB, or RGBA where it has transparent colours', () => {
    const indexed = { width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1, 0) } as const;
    const opaque = decodePng(
      encode({
        ...indexed,
        palette: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
    );
    expect(opaque).toMatchObject({ channels: 3, data: Uint8Array.of(4, 5, 6, 1, 2, 3) });
    const clear = decodePng(
      encode({
        ...indexed,
        palette: [
          [1, 2, 3, 9],
          [4, 5, 6, 255],
        ],
      }),
    );
    expect(clear).toMatchObject({ channels: 4, data: Uint8Array.of(4, 5, 6, 255, 1, 2, 3, 9) });
  });

  it('makes a transparent colour RGBA', () => {
    const clear = withChunk(BYTES, 'tRNS', [0, 42, 0, 56, 0, 70]); // the second pixel: 42, 56, 70
    const { channels, data } = decodePng(clear);
    expect(channels).toBe(4);
    expect(Array.from(data.subarray(0, 12))).toEqual([0, 14, 28, 255, 42, 56, 70, 0, 84, 98, 112, 255]);
  });

  it('reads interlaced pictures', () => {
    const { width, height, channels, data } = PICTURE;
    expect(decodePng(encode({ width, height, channels, data }, { interlace: 'Adam7' }))).toEqual(PICTURE);
  });
});

describe('decodePng refuses', () => {
  const header = (changes: Record<number, number>) => withHeader(BYTES, changes);
  const cases: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(0), 'is not a PNG'],
    ['a JPEG', Uint8Array.of(255, 216, 255, 224, 0, 16, 74, 70, 73, 70), 'is not a PNG'],
    ['a signature alone', BYTES.subarray(0, 8), 'is truncated: it ends before its last chunk'],
    ['a file without its last byte', BYTES.subarray(0, BYTES.length - 1), 'is truncated'],
    ['a changed pixel', changed(BYTES, BYTES.length - 50), 'is damaged'],
    ['a width of 0', header({ 19: 0 }), 'is damaged: its header claims 0 x 2 pixels'],
    ['a size no such file can hold', header({ 16: 127, 20: 127 }), 'pixels, too many for'],
    ['an unknown colour type', header({ 25: 7 }), 'is damaged: Unknown color type: 7'],
    [
      'a second header',
      withChunk(BYTES, 'IHDR', Array.from(BYTES.subarray(16, 29))),
      'it must start with its one header',
    ],
    [
      '1-bit interlaced samples',
      header({ 24: 1, 25: 0, 28: 1 }),
      'an interlaced PNG with 1 bits a sample is not supported',
    ],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    const read = () => decodePng(bytes, 'photos/cat.png');
    expect(read).toThrow(GansmithError);
    expect(read).toThrow(/^photos\/cat\.png/);
    expect(read).toThrow(message);
  });

  it('any truncation', () => {
    for (let length = 0; length < BYTES.length; length++) {
      expect(() => decodePng(BYTES.subarray(0, length))).toThrow(GansmithError);
    }
  });

  it('any changed bit', () => {
    for (let place = 0; place < BYTES.length; place++) {
      for (let bit = 0; bit < 8; bit++) {
        expect(() => decodePng(changed(BYTES, place, 1 << bit)), `byte ${place}`).toThrow(GansmithError);
      }
    }
  });
});

function changed(bytes: Uint8Array, place: number, flip = 1): Uint8Array {
  return bytes.map((byte, i) => (i === place ? byte ^ flip : byte));
}

/** The file with other bytes in its header and a checksum that fits them. */
function withHeader(bytes: Uint8Array, changes: Record<number, number>): Uint8Array {
  const copy = bytes.map((byte, i) => changes[i] ?? byte);
  new DataView(copy.buffer).setUint32(29, crc32(copy.subarray(12, 29)));
  return copy;
}

/** The file with a further chunk after its header. */
function withChunk(bytes: Uint8Array, type: string, data: readonly number[]): Uint8Array {
  const content = Uint8Array.of(...new TextEncoder().encode(type), ...data);
  const chunk = new Uint8Array(content.length + 8);
  new DataView(chunk.buffer).setUint32(0, data.length);
  chunk.set(content, 4);
  new DataView(chunk.buffer).setUint32(content.length + 4, crc32(content));
  return Uint8Array.of(...bytes.subarray(0, 33), ...chunk, ...bytes.subarray(33));
}
