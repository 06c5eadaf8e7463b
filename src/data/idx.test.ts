import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { parseIdxImages, parseIdxLabels } from './idx.ts';

/** An IDX file: magic (type and rank), sizes, content. */
function idx(type: number, sizes: readonly number[], content: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + content.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type, sizes.length]);
  sizes.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  bytes.set(content, 4 + 4 * sizes.length);
  return bytes;
}

const images = idx(8, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
const labels = idx(8, [4], [9, 0, 255, 3]);

test('images and labels are parsed, plain or compressed', () => {
  const expected = { count: 2, rows: 1, columns: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(parseIdxImages(images)).toEqual(expected);
  expect(parseIdxImages(gzipSync(images))).toEqual(expected);
  expect([...parseIdxLabels(labels)]).toEqual([9, 0, 255, 3]);
  expect([...parseIdxLabels(gzipSync(labels))]).toEqual([9, 0, 255, 3]);
});

test('a file inside a larger buffer is parsed from where it starts', () => {
  const larger = new Uint8Array(40);
  larger.set(images, 5);
  expect(parseIdxImages(larger.subarray(5, 5 + images.length)).count).toBe(2);
});

const compressed = gzipSync(images);
const wrongChecksum = compressed.slice();
wrongChecksum[compressed.length - 8]! ^= 1;
const absurdLength = compressed.slice();
absurdLength[compressed.length - 1] = 0xff;

test.each<[string, Uint8Array, string]>([
  [
    'text',
    new TextEncoder().encode('<html>'),
    'f: not an IDX file: expected IDX images (magic 0x00000803), the file starts with 0x3c68746d',
  ],
  ['three bytes', Uint8Array.of(0, 0, 8), 'f: not an IDX file: only 3 bytes long'],
  ['labels', labels, 'f: expected IDX images (magic 0x00000803), got a 1-dimensional array (labels)'],
  ['colour images', idx(8, [1, 1, 1, 3], [1, 2, 3]), 'got a 4-dimensional array'],
  ['floats', idx(13, [1, 1, 1], [0, 0, 0, 0]), 'of unsigned bytes, got 32-bit floats'],
  ['a cut header', images.subarray(0, 11), 'f: truncated: the IDX header takes 16 bytes, the file has 11'],
  [
    'cut content',
    images.subarray(0, 20),
    'f: truncated: 2x1x3 values need 6 bytes after the header, the file has 4',
  ],
  [
    'too much content',
    idx(8, [1, 1, 1], [1, 2]),
    'f: too long: 1x1x1 values need 1 bytes after the header, the file has 2',
  ],
  ['no images', idx(8, [0, 28, 28], []), 'f: holds no images (0 images of 28x28 pixels)'],
  ['absurd sizes', idx(8, [0xffffffff, 0xffffffff, 0xffffffff], [1]), 'f: truncated'],
  ['cut gzip', compressed.subarray(0, 25), 'f: the gzip data are damaged or truncated'],
  ['very short gzip', compressed.subarray(0, 4), 'f: the gzip data are damaged or truncated'],
  ['a wrong gzip checksum', wrongChecksum, 'f: the gzip data are damaged or truncated'],
  ['an absurd gzip length', absurdLength, 'f: the gzip data are damaged or truncated'],
])('%s is refused', (_, bytes, message) => {
  expect(() => parseIdxImages(bytes, 'f')).toThrow(UsageError);
  expect(() => parseIdxImages(bytes, 'f')).toThrow(message);
});

test('images are refused as labels', () => {
  expect(() => parseIdxLabels(images, 'f')).toThrow(
    'f: expected IDX labels (magic 0x00000801), got a 3-dimensional array (images)',
  );
});

test('damage anywhere is parsed or refused in words, never otherwise', () => {
  for (const whole of [images, compressed]) {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const bytes = whole.slice(0, length);
        if (at < length) bytes[at] = value;
        try {
          expect(parseIdxImages(bytes).pixels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 500 },
    );
  }
});
