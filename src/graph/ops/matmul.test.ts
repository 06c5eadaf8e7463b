import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, input, matmul, type Tensor, tensor, transpose } from '../index.ts';
import { rand } from './sample.ts';

const numbers = (x: Tensor) => [...evaluate(x)];

it('multiplies rows by columns', () => {
  const a = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const b = tensor([
    [1, 0],
    [2, 1],
    [0, 3],
  ]);
  expect(numbers(matmul(a, b))).toEqual([5, 11, 14, 23]);
});

it('multiplies each matrix of a stack, repeating the shorter one', () => {
  const stack = tensor([1, 0, 0, 1, 0, 1, 1, 0], [2, 2, 2]);
  const b = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(numbers(matmul(stack, b))).toEqual([1, 2, 3, 4, 3, 4, 1, 2]);
  expect(numbers(matmul(b, stack))).toEqual([1, 2, 3, 4, 2, 1, 4, 3]);
});

describe('all sizes and flags', () => {
  const size = fc.integer({ min: 1, max: 9 });
  /** The sum over the inner index, written out. */
  function expected(
    a: readonly number[],
    b: readonly number[],
    rows: number,
    inner: number,
    columns: number,
  ) {
    return Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[k * columns + j]!;
      return sum;
    });
  }

  it('agree with the definition', () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        (rows, inner, columns, transposeA, transposeB) => {
          const [a, b] = [rand([rows, inner]), rand([inner, columns])];
          const left = input('a', a.shape);
          const right = input('b', b.shape);
          const product = matmul(transposeA ? transpose(left) : left, transposeB ? transpose(right) : right, {
            transposeA,
            transposeB,
          });
          const actual = evaluate(product, { a: a.data, b: b.data });
          expected([...a.data], [...b.data], rows, inner, columns).forEach((value, i) => {
            expect(actual[i]).toBeCloseTo(value, 13);
          });
        },
      ),
    );
  });
});
