import { expect, it } from 'vitest';
import { evaluate, tensor } from '../index.ts';
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

it('refuses places of another batch, and more pixels than float32 can count', () => {
  expect(() => sampleBilinear(image, tensor([0]), tensor([0]))).toThrow('places [B, h, w]');
  const many = tensor([0]).reshape([1, 1, 1, 1]).broadcast([16, 1, 1024, 1024]);
  const places = tensor([0]).reshape([1, 1, 1]).broadcast([16, 2, 2]);
  expect(() => sampleBilinear(many, places, places)).toThrow('choose a smaller batch or size');
});
