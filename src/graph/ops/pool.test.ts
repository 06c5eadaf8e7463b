import { describe, expect, it } from 'vitest';
import { evaluate, grad, input, maxPool, sum, tensor } from '../index.ts';
import { OPEN } from '../shape.ts';

describe('maxPool', () => {
  const x = tensor([
    [
      [
        [1, 5, 2, 0, 9],
        [4, 3, 8, 7, 6],
        [-1, -2, -3, -4, -5],
      ],
    ],
  ]);

  it('takes the largest of touching windows and drops what does not fill one', () => {
    const y = maxPool(x, 2);
    expect(y.shape).toEqual([1, 1, 1, 2]);
    expect([...evaluate(y)]).toEqual([5, 8]);
  });

  it('takes windows of their own height, width and step', () => {
    const y = maxPool(x, [1, 3], { stride: [2, 1] });
    expect(y.shape).toEqual([1, 1, 2, 3]);
    expect([...evaluate(y)]).toEqual([5, 5, 9, -1, -2, -3]);
  });

  it('does not let padding win over negative numbers', () => {
    expect([...evaluate(maxPool(tensor([[[[-3, -7]]]]), 3, { stride: 1, padding: 1 }))]).toEqual([-3, -3]);
  });

  it('keeps channels and images apart', () => {
    const planes = tensor([1, 2, 30, 40, 500, 600, 7000, 8000], [2, 2, 1, 2]);
    expect([...evaluate(maxPool(planes, [1, 2]))]).toEqual([2, 40, 600, 8000]);
  });

  it('leaves an open batch open', () => {
    expect(maxPool(input('x', [OPEN, 3, 7, 7]), 3, { stride: 2 }).shape).toEqual([OPEN, 3, 3, 3]);
  });

  it('shares the cotangent of tied maxima, a zero next to padding among them', () => {
    const row = input('x', [1, 1, 1, 4]);
    const gradient = grad(sum(maxPool(row, 3, { stride: 1, padding: 1 })), [row])[0]!;
    // Windows: {0, 0}, {0, 0, -1}, {0, -1, -2}, {-1, -2}.
    expect([...evaluate(gradient, { x: [0, 0, -1, -2] })]).toEqual([1, 2, 1, 0]);
  });
});
