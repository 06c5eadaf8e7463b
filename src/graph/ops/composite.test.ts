import { describe, expect, it } from 'vitest';
import {
  averagePool,
  evaluate,
  filterResample,
  grad,
  input,
  padEdge,
  padReflect,
  pixelShuffle,
  resize,
  softmax,
  sum,
  type Tensor,
  tensor,
  upsampleNearest,
} from '../index.ts';

const numbers = (x: Tensor) => [...evaluate(x)];
const line = tensor([[1, 2, 3, 4]]);
/** Rows as one image of one channel. */
const image = (rows: number[][]) => tensor([[rows]]);

function expectRows(actual: Tensor, expected: number[][]): void {
  expect(actual.shape).toEqual([1, 1, expected.length, expected[0]!.length]);
  const found = numbers(actual);
  expected.flat().forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 12);
  });
}

it('softmax gives shares of the whole along an axis, also of large numbers', () => {
  const [a, b] = [1 / (1 + Math.E), Math.E / (1 + Math.E)];
  const shares = numbers(
    softmax(
      tensor([
        [1000, 1001],
        [-5, -5],
      ]),
      1,
    ),
  );
  [a, b, 0.5, 0.5].forEach((share, i) => {
    expect(shares[i]).toBeCloseTo(share, 12);
  });
  expect(
    numbers(
      softmax(
        tensor([
          [0, 9],
          [1, 9],
        ]),
        0,
      ),
    )[0],
  ).toBeCloseTo(a, 12);
});

it('padReflect mirrors without repeating the ends', () => {
  expect(numbers(padReflect(line, 1, 2, 3))).toEqual([3, 2, 1, 2, 3, 4, 3, 2, 1]);
  expect(numbers(padReflect(line, -1, 0, 1))).toEqual([1, 2, 3, 4, 3]);
  expect(numbers(padReflect(line, 1, 0, 0))).toEqual([1, 2, 3, 4]);
});

it('padEdge repeats the ends', () => {
  expect(numbers(padEdge(line, 1, 2, 1))).toEqual([1, 1, 1, 2, 3, 4, 4]);
  expect(
    numbers(
      padEdge(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        0,
        0,
        2,
      ),
    ),
  ).toEqual([1, 2, 3, 4, 3, 4, 3, 4]);
});

it('padding sends gradients back to where the copies came from', () => {
  const x = input('x', [1, 4]);
  const counted = (y: Tensor) => [...evaluate(grad(sum(y), [x])[0]!, { x: [1, 2, 3, 4] })];
  expect(counted(padReflect(x, 1, 2, 3))).toEqual([2, 3, 3, 1]);
  expect(counted(padEdge(x, 1, 2, 1))).toEqual([3, 1, 1, 2]);
});

describe('averagePool', () => {
  const x = image([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
    [13, 14, 15, 16],
  ]);

  it('takes the mean of tiles', () => {
    expectRows(averagePool(x, 2), [
      [3.5, 5.5],
      [11.5, 13.5],
    ]);
  });

  it('takes the mean of overlapping windows, each channel by itself', () => {
    expectRows(averagePool(x, 3, { stride: 1 }), [
      [6, 7],
      [10, 11],
    ]);
    const two = tensor([1, 2, 3, 10, 20, 30], [1, 2, 1, 3]);
    expect(numbers(averagePool(padEdge(two, 2, 0, 1), 2, { stride: 1 }))).toEqual([1.5, 2.5, 15, 25]);
  });

  it('drops what does not fill a window', () => {
    expectRows(averagePool(x, 3), [[6]]);
  });

  it('counts zero padding', () => {
    expectRows(averagePool(x, 2, { padding: 1 }), [
      [1 / 4, 5 / 4, 4 / 4],
      [14 / 4, 34 / 4, 20 / 4],
      [13 / 4, 29 / 4, 16 / 4],
    ]);
  });

  it('leaves padding out of the mean on request', () => {
    expectRows(averagePool(x, 2, { padding: 1, countPadding: false }), [
      [1, 5 / 2, 4],
      [14 / 2, 34 / 4, 20 / 2],
      [13, 29 / 2, 16],
    ]);
    const still = averagePool(image([[3, 3, 3]]), 3, { stride: 1, padding: 1, countPadding: false });
    expectRows(still, [[3, 3, 3]]);
  });
});

it('upsampleNearest repeats pixels both ways', () => {
  expectRows(
    upsampleNearest(
      image([
        [1, 2],
        [3, 4],
      ]),
      2,
    ),
    [
      [1, 1, 2, 2],
      [1, 1, 2, 2],
      [3, 3, 4, 4],
      [3, 3, 4, 4],
    ],
  );
});

describe('resize', () => {
  const row = image([[0, 10, 20, 30]]);

  it('nearest takes the pixel to the left of the place', () => {
    expectRows(resize(row, [1, 8], 'nearest'), [[0, 0, 10, 10, 20, 20, 30, 30]]);
    expectRows(resize(row, [1, 3], 'nearest'), [[0, 10, 20]]);
    expectRows(resize(row, [2, 2], 'nearest'), [
      [0, 20],
      [0, 20],
    ]);
  });

  it('bilinear puts pixel centres at halves', () => {
    expectRows(resize(row, [1, 8]), [[0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]]);
    expectRows(resize(row, [1, 2]), [[5, 25]]);
    expectRows(
      resize(
        image([
          [0, 4],
          [8, 12],
        ]),
        [4, 2],
      ),
      [
        [0, 4],
        [2, 6],
        [6, 10],
        [8, 12],
      ],
    );
  });

  it('bilinear with aligned corners puts the ends on the ends', () => {
    expectRows(resize(row, [1, 7], 'bilinear', { alignCorners: true }), [[0, 5, 10, 15, 20, 25, 30]]);
    expectRows(resize(row, [1, 2], 'bilinear', { alignCorners: true }), [[0, 30]]);
    expectRows(resize(row, [1, 1], 'bilinear', { alignCorners: true }), [[0]]);
  });
});

it('pixelShuffle lays the channels of a group out as a square', () => {
  const x = tensor([1, 5, 2, 6, 3, 7, 4, 8], [1, 4, 1, 2]);
  expectRows(pixelShuffle(x, 2), [
    [1, 2, 5, 6],
    [3, 4, 7, 8],
  ]);
  // The first square belongs to the first channel.
  const two = tensor([1, 2, 3, 4, 10, 20, 30, 40], [1, 8, 1, 1]);
  expect(pixelShuffle(two, 2).shape).toEqual([1, 2, 2, 2]);
  expect(numbers(pixelShuffle(two, 2))).toEqual([1, 2, 3, 4, 10, 20, 30, 40]);
});

describe('filterResample', () => {
  it.each([
    { up: 2, size: 130 },
    { down: 2, size: 66 },
  ])('is the same for large images: %o', ({ size, ...factors }) => {
    const rows = Array.from({ length: size }, (_, i) => [Math.sin(i), Math.cos(i * i)]);
    const filtered = (count: number) =>
      filterResample(image(rows.slice(0, count)), [1, 2, 4, 3], { ...factors, padding: [2, 1], gain: 2 });
    const [large, small] = [numbers(filtered(size)), numbers(filtered(20))];
    // The last rows of the small one see its end.
    for (let i = 0; i < small.length - 16; i++) expect(large[i]).toBeCloseTo(small[i]!, 12);
  });

  it('flips its kernel, as convolution does', () => {
    const x = image([
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expectRows(filterResample(x, [1, 2, 4], { padding: [1, 1] }), [
      [1, 2, 4],
      [2, 4, 8],
      [4, 8, 16],
    ]);
  });

  it('inserts zeros after each pixel, and makes up for them with its gain', () => {
    expectRows(filterResample(image([[1, 2]]), [1], { up: 2, gain: 3 }), [
      [3, 0, 6, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('keeps every `down`-th sample', () => {
    const x = image([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
    ]);
    expectRows(filterResample(x, [1], { down: 2 }), [
      [1, 3],
      [9, 11],
    ]);
  });

  it('keeps channels apart', () => {
    const two = tensor([1, 10], [1, 2, 1, 1]);
    expect(numbers(filterResample(two, [1, 1], { padding: [1, 0] }))).toEqual([1, 10]);
  });
});
