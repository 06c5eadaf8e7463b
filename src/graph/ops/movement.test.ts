import { describe, expect, it } from 'vitest';
import {
  broadcast,
  concat,
  evaluate,
  flip,
  gather,
  grad,
  input,
  pad,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '../index.ts';

const table = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const cube = tensor(
  Float64Array.from({ length: 24 }, (_, i) => i),
  [2, 3, 4],
);
const numbers = (x: Tensor) => [...evaluate(x)];

it('reshape keeps row-major order', () => {
  expect(numbers(reshape(table, [3, 2]))).toEqual([1, 2, 3, 4, 5, 6]);
});

describe('transpose', () => {
  it('swaps rows and columns', () => {
    expect(numbers(transpose(table))).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('puts axis order[i] at place i', () => {
    const turned = transpose(cube, [2, 0, 1]);
    expect(turned.shape).toEqual([4, 2, 3]);
    // Element [3, 1, 2] of the result is element [1, 2, 3] of the cube.
    expect(numbers(turned)[3 * 6 + 1 * 3 + 2]).toBe(23);
    expect(numbers(turned).slice(0, 6)).toEqual([0, 4, 8, 12, 16, 20]);
  });
});

it('broadcast repeats rows, columns and leading axes', () => {
  expect(numbers(broadcast(tensor([1, 2]), [2, 2]))).toEqual([1, 2, 1, 2]);
  expect(numbers(broadcast(tensor([[1], [2]]), [2, 2]))).toEqual([1, 1, 2, 2]);
  expect(numbers(broadcast(tensor([[1], [2]]), [2, 2, 2]))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
});

it('slice takes [start, end) of any axis', () => {
  expect(numbers(slice(table, 1, 1, 3))).toEqual([2, 3, 5, 6]);
  expect(numbers(slice(table, -2, 1, 2))).toEqual([4, 5, 6]);
  expect(numbers(slice(cube, 1, 1, 2))).toEqual([4, 5, 6, 7, 16, 17, 18, 19]);
});

it('pad puts zeros before and after', () => {
  expect(numbers(pad(table, 0, 1, 0))).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6]);
  expect(numbers(pad(table, -1, 1, 2))).toEqual([0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0]);
});

it('concat joins in order', () => {
  expect(numbers(concat([table, tensor([[7, 8, 9]])], 0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(numbers(concat([table, tensor([[7], [8]]), table], -1))).toEqual([
    1, 2, 3, 7, 1, 2, 3, 4, 5, 6, 8, 4, 5, 6,
  ]);
});

it('flip reverses one axis', () => {
  expect(numbers(flip(table, 1))).toEqual([3, 2, 1, 6, 5, 4]);
  expect(numbers(flip(table, 0))).toEqual([4, 5, 6, 1, 2, 3]);
  expect(numbers(flip(cube, 1)).slice(0, 12)).toEqual([8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]);
});

describe('gather', () => {
  const rows = input('rows', [3, 2]);
  const indices = input('indices', [2, 2], 'int64');
  const leaves = { rows: [1, 2, 3, 4, 5, 6], indices: [2, 0, 2, 2] };

  it('looks rows up', () => {
    expect(gather(rows, indices).shape).toEqual([2, 2, 2]);
    expect([...evaluate(gather(rows, indices), leaves)]).toEqual([5, 6, 1, 2, 5, 6, 5, 6]);
  });

  it('adds up the gradients of a row used several times', () => {
    const weights = tensor([1, 10, 100, 1000, 2, 20, 3, 30], [2, 2, 2]);
    const [drows] = grad(sum(gather(rows, indices).mul(weights)), [rows]);
    expect([...evaluate(drows!, leaves)]).toEqual([100, 1000, 0, 0, 6, 60]);
  });

  it.each([3, -1])('refuses index %d of three rows', (index) => {
    expect(() => evaluate(gather(rows, indices), { ...leaves, indices: [0, 1, index, 0] })).toThrow(
      `gather: index ${index} lies outside a table of 3 rows`,
    );
  });
});
