import { describe, expect, it } from 'vitest';
import { evaluate, tensor } from '../index.ts';
import { constantValue, isConstantOf } from './leaf.ts';

describe('tensor', () => {
  it('takes numbers, nested arrays and typed arrays', () => {
    expect(tensor(3).shape).toEqual([]);
    expect(tensor([[1, 2, 3]]).shape).toEqual([1, 3]);
    expect(tensor(Float32Array.of(1, 2)).shape).toEqual([2]);
    expect(tensor([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect([...evaluate(tensor([[1], [2]], undefined, 'int32'))]).toEqual([1, 2]);
  });

  it('keeps its numbers when the source changes', () => {
    const source = Float64Array.of(1, 2);
    const constant = tensor(source);
    source.fill(9);
    expect([...evaluate(constant)]).toEqual([1, 2]);
  });
});

it('constantValue is the one number of a constant', () => {
  expect(constantValue(tensor([2, 2]))).toBe(2);
  expect(constantValue(tensor([2, 3]))).toBeUndefined();
  expect(constantValue(tensor([]))).toBeUndefined();
  expect(constantValue(tensor(Number.NaN))).toBeUndefined();
  expect(constantValue(tensor(2).add(0))).toBeUndefined();
  expect(isConstantOf(tensor([0, -0]), 0)).toBe(true);
});
