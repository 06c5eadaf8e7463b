import { expect, test } from 'vitest';
import {
  centreCrop,
  isGrey,
  type OpaquePicture,
  overColour,
  resizePicture,
  toGrey,
  toRgb,
  toSquare,
  writePlanes,
} from './images.ts';

function picture(width: number, height: number, channels: 1 | 3, data: readonly number[]): OpaquePicture {
  return { width, height, channels, data: Uint8Array.from(data) };
}

test('alpha is painted over white', () => {
  const data = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 128);
  const opaque = overColour({ width: 3, height: 1, channels: 4, data });
  // (0 * 128 + 255 * 127) / 255 = 127, (100 * 128 + 255 * 127) / 255 = 177.2
  expect(opaque).toEqual(picture(3, 1, 3, [10, 20, 30, 255, 255, 255, 127, 177, 255]));
});

test('grey is BT.601 luma and leaves grey values alone', () => {
  // 0.299 * 255 = 76.2, 0.587 * 255 = 149.7, 0.114 * 255 = 29.1
  expect([...toGrey(picture(3, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255])).data]).toEqual([76, 150, 29]);
  const all = picture(256, 1, 1, [...Array(256).keys()]);
  expect(toGrey(toRgb(all))).toEqual(all);
  expect(toGrey(all)).toBe(all);
});

test('a picture is grey when its three channels agree everywhere', () => {
  expect(isGrey(picture(2, 1, 3, [5, 5, 5, 9, 9, 9]))).toBe(true);
  expect(isGrey(picture(2, 1, 3, [5, 5, 5, 9, 9, 8]))).toBe(false);
  expect(isGrey(picture(2, 1, 3, [5, 4, 5, 9, 9, 9]))).toBe(false);
  expect(isGrey(picture(2, 1, 1, [5, 9]))).toBe(true);
});

test('the crop is the middle square, the odd pixel cut from the right or bottom', () => {
  expect(centreCrop(picture(4, 1, 1, [1, 2, 3, 4]))).toEqual(picture(1, 1, 1, [2]));
  expect(centreCrop(picture(2, 4, 1, [1, 2, 3, 4, 5, 6, 7, 8]))).toEqual(picture(2, 2, 1, [3, 4, 5, 6]));
  expect(centreCrop(picture(3, 1, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]))).toEqual(picture(1, 1, 3, [4, 5, 6]));
});

// What PIL 12.3 gives for Image.resize(size, Image.BILINEAR) of these bytes.
test.each([
  { from: [7, 5, 1], to: [3, 2], expected: [40, 119, 198, 56, 135, 186] },
  {
    from: [3, 2, 1],
    to: [5, 4],
    expected: [0, 15, 37, 59, 74, 28, 43, 65, 87, 102, 83, 98, 120, 142, 157, 111, 126, 148, 170, 185],
  },
  {
    from: [6, 9, 3],
    to: [4, 4],
    expected: [
      87, 124, 143, 131, 105, 125, 150, 117, 123, 132, 102, 104, 144, 115, 125, 127, 156, 111, 133, 130, 120,
      114, 140, 103, 127, 118, 116, 113, 141, 103, 122, 119, 145, 105, 142, 131, 112, 118, 155, 101, 126, 135,
      155, 102, 133, 144, 146, 116,
    ],
  },
] as const)('resizing $from to $to equals PIL bit for bit', ({ from, to, expected }) => {
  const [width, height, channels] = from;
  const bytes = Array.from({ length: width * height * channels }, (_, i) => (37 * i) % 251);
  expect([...resizePicture(picture(width, height, channels, bytes), to[0], to[1]).data]).toEqual(expected);
});

test('toSquare keeps grey grey, unless told otherwise', () => {
  const grey = picture(4, 2, 3, Array(24).fill(80));
  const red = picture(
    4,
    2,
    3,
    Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 200 : 0)),
  );
  expect(toSquare(grey, 8)).toEqual(picture(8, 8, 1, Array(64).fill(80)));
  expect(toSquare(grey, 8, 3)).toEqual(picture(8, 8, 3, Array(192).fill(80)));
  expect(toSquare(red, 8).channels).toBe(3);
  expect(toSquare(red, 8, 1)).toEqual(picture(8, 8, 1, Array(64).fill(60)));
});

test('toSquare sees only the middle of a wide picture, and white through alpha', () => {
  const sides = Array.from({ length: 6 }, (_, x) => (x < 2 || x > 3 ? [255, 0, 0, 255] : [0, 0, 0, 0]));
  const wide = {
    width: 6,
    height: 2,
    channels: 4 as const,
    data: Uint8Array.from([...sides, ...sides].flat()),
  };
  expect(toSquare(wide, 8)).toEqual(picture(8, 8, 1, Array(64).fill(255)));
});

test('planes hold one channel after the other', () => {
  const out = new Uint8Array(8);
  writePlanes(picture(2, 1, 3, [1, 2, 3, 4, 5, 6]), 3, out, 1);
  expect([...out]).toEqual([0, 1, 4, 2, 5, 3, 6, 0]);
  writePlanes(picture(2, 1, 1, [7, 8]), 3, out, 2);
  expect([...out]).toEqual([0, 1, 7, 8, 7, 8, 7, 8]);
  writePlanes(picture(2, 1, 1, [9, 9]), 1, out, 0);
  expect([...out]).toEqual([9, 9, 7, 8, 7, 8, 7, 8]);
});
