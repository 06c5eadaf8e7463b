import { expect, it } from 'vitest';
import { cast, evaluate, greaterEqual, mul, sub, type Tensor, tensor } from '../index.ts';
import { sampleBilinear } from './sampling.ts';

const image = tensor([
  [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
]);
const at = (row: number, column: number) => sampleBilinear(image, tensor([[[row]]]), tensor([[[column]]]));

it.each([
  [0, 0, 1],
  [1, 2, 6],
  [0.5, 1, 3.5],
  [0.25, 1.5, 3.25],
  // Half a pixel outside, half of the pixel is left; further out, nothing.
  [-0.5, 0, 0.5],
  [1, 2.25, 4.5],
  [-1, 0, 0],
  [0, 900, 0],
])('finds at row %d, column %d the value %d', (row, column, value) => {
  expect(evaluate(at(row, column))[0]).toBeCloseTo(value, 12);
});

it('finds what an image has where not all of it is stored', () => {
  // The row 4 5 6 4 5 6.
  const columns = {
    size: 6,
    stored: (place: Tensor) => sub(place, mul(cast(greaterEqual(place, 3), 'float32'), 3)),
  };
  const found = [0.5, 2.5, 3, 4.25, 5.5].map((column) =>
    Number(evaluate(sampleBilinear(image, tensor([[[1]]]), tensor([[[column]]]), { columns }))[0]),
  );
  expect(found).toEqual([4.5, 5, 4, 5.25, 3]);
});

it('refuses places of another batch, and more pixels than can be counted', () => {
  expect(() => sampleBilinear(image, tensor([0]), tensor([0]))).toThrow('places [B, h, w]');
  const many = (batch: number) => {
    const images = tensor([0]).reshape([1, 1, 1, 1]).broadcast([batch, 1, 16384, 16384]);
    const places = tensor([0]).reshape([1, 1, 1]).broadcast([batch, 2, 2]);
    return () => sampleBilinear(images, places, places);
  };
  expect(many(7)().shape).toEqual([7, 1, 2, 2]);
  expect(many(8)).toThrow('choose a smaller batch or size');
});
