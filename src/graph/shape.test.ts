import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conv, convTranspose, input, matmul, OPEN, reshape, type Shape, sum, transpose } from './index.ts';
import { broadcastShapes, formatShape, normalizeAxis, sizeOf, stridesOf } from './shape.ts';

const of = (...shape: number[]) => input('x', shape);

describe('broadcastShapes', () => {
  it.each<[Shape, Shape, Shape]>([
    [[], [], []],
    [[3], [], [3]],
    [[2, 1], [3], [2, 3]],
    [
      [2, 3, 1],
      [3, 4],
      [2, 3, 4],
    ],
    [
      [5, 1, 1],
      [1, 1, 4],
      [5, 1, 4],
    ],
    [[OPEN, 3], [3], [OPEN, 3]],
    [
      [OPEN, 1],
      [1, 3],
      [OPEN, 3],
    ],
    [
      [0, 2],
      [1, 2],
      [0, 2],
    ],
  ])('%j and %j give %j', (a, b, expected) => {
    expect(broadcastShapes(a, b, 'test')).toEqual(expected);
    expect(broadcastShapes(b, a, 'test')).toEqual(expected);
  });

  it('aligns at the last axis only', () => {
    expect(() => broadcastShapes([2, 3], [2], 'add')).toThrow(
      'add: [2, 3] and [2] do not broadcast together',
    );
    expect(() => broadcastShapes([OPEN, 3], [4, 3], 'add')).toThrow('[batch, 3] and [4, 3]');
  });
});

it('formats the open batch by its name', () => {
  expect(formatShape([OPEN, 2])).toBe('[batch, 2]');
  expect(formatShape([])).toBe('[]');
});

it('counts elements and strides in row-major order', () => {
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(sizeOf([])).toBe(1);
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
});

it('counts negative axes from the end', () => {
  expect(normalizeAxis(-1, [2, 3, 4], 'test')).toBe(2);
  expect(normalizeAxis(-3, [2, 3, 4], 'test')).toBe(0);
  expect(() => normalizeAxis(-4, [2, 3, 4], 'test')).toThrow('test: axis -4 does not exist in [2, 3, 4]');
});

describe('shape rules', () => {
  it("reshape works out one 'rest'", () => {
    expect(reshape(of(2, 3, 4), [4, 'rest']).shape).toEqual([4, 6]);
    expect(reshape(of(2, 3, 4), ['rest']).shape).toEqual([24]);
    expect(reshape(of(1, 1), []).shape).toEqual([]);
  });

  it('flatten keeps the first axis', () => {
    expect(of(2, 3, 4).flatten().shape).toEqual([2, 12]);
    expect(of(5).flatten().shape).toEqual([5, 1]);
    expect(of().flatten().shape).toEqual([1, 1]);
  });

  it('transpose takes negative axes and swaps the last two by default', () => {
    expect(transpose(of(2, 3, 4)).shape).toEqual([2, 4, 3]);
    expect(transpose(of(2, 3, 4), [-1, 0, -2]).shape).toEqual([4, 2, 3]);
  });

  it('reductions drop axes or keep them with size 1', () => {
    expect(sum(of(2, 3, 4)).shape).toEqual([]);
    expect(sum(of(2, 3, 4), { axes: -1 }).shape).toEqual([2, 3]);
    expect(sum(of(2, 3, 4), { axes: [0, -1], keep: true }).shape).toEqual([1, 3, 1]);
    expect(sum(of(2, 3), { axes: [] }).shape).toEqual([2, 3]);
  });

  it('matmul stacks over broadcast leading axes and reads flagged operands transposed', () => {
    expect(matmul(of(2, 3), of(3, 4)).shape).toEqual([2, 4]);
    expect(matmul(of(3, 2), of(4, 3), { transposeA: true, transposeB: true }).shape).toEqual([2, 4]);
    expect(matmul(of(5, 1, 2, 3), of(6, 3, 4)).shape).toEqual([5, 6, 2, 4]);
    expect(matmul(of(2, 3), of(7, 3, 4)).shape).toEqual([7, 2, 4]);
  });

  it('conv gives the sizes worked out by hand', () => {
    // (8 + 1 + 1 - 4) / 2 + 1 = 4 and (7 + 1 + 1 - 4) / 2 + 1 = 3.5, rounded down
    expect(conv(of(2, 3, 8, 7), of(5, 3, 4, 4), { stride: 2, padding: 1 }).shape).toEqual([2, 5, 4, 3]);
    // reach (3 - 1) * 2 + 1 = 5: 9 - 5 + 1 = 5; (6 + 1 + 2 - 2) / 3 + 1 = 3.33
    expect(
      conv(of(1, 4, 9, 6), of(6, 2, 3, 2), {
        stride: [1, 3],
        padding: [0, 1, 0, 2],
        dilation: [2, 1],
        groups: 2,
      }).shape,
    ).toEqual([1, 6, 5, 3]);
  });

  it('convTranspose gives the sizes worked out by hand', () => {
    // (4 - 1) * 2 + 4 - 2 = 8
    expect(convTranspose(of(2, 3, 4, 4), of(3, 5, 4, 4), { stride: 2, padding: 1 }).shape).toEqual([
      2, 5, 8, 8,
    ]);
    expect(convTranspose(of(2, 3, 1, 1), of(3, 5, 4, 4)).shape).toEqual([2, 5, 4, 4]);
    // height (3 - 1) * 3 + (2 - 1) * 2 + 1 - 1 + 2 = 10; width (4 - 1) * 2 + 3 - 0 + 1 = 10
    expect(
      convTranspose(of(1, 4, 3, 4), of(4, 1, 2, 3), {
        stride: [3, 2],
        padding: [1, 0, 0, 0],
        dilation: [2, 1],
        groups: 2,
        outputPadding: [2, 1],
      }).shape,
    ).toEqual([1, 2, 10, 10]);
  });

  it('convTranspose with outputPadding undoes the rounding of conv', () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 5, max: 12 }),
        (k, s, p, size) => {
          const small = conv(of(1, 2, size, size), of(3, 2, k, k), { stride: s, padding: p });
          const outputPadding = (size + 2 * p - k) % s;
          const back = convTranspose(small, of(3, 2, k, k), { stride: s, padding: p, outputPadding });
          expect(back.shape).toEqual([1, 2, size, size]);
        },
      ),
    );
  });
});
