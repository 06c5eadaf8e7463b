import { expect, test } from 'vitest';
import { ShapeError } from '../base/errors.ts';
import { evaluate } from './interpreter.ts';
import { add, mul } from './ops/elementwise.ts';
import { input, isLeaf, leafName, state, tensor } from './ops/leaf.ts';
import { substitute } from './substitute.ts';
import { topologicalOrder } from './walk.ts';

const weight = state('weight', [2]);
const x = input('x', [3, 2]);
const y = add(mul(x, weight), weight);

test('replaced leaves give the value they stand for, and the others stay', () => {
  const [fixed] = substitute([y], (leaf) => (leafName(leaf) === 'weight' ? tensor([2, -3]) : undefined));
  const leaves = topologicalOrder([fixed!]).filter(isLeaf).map(leafName);
  expect(leaves).toEqual(['x']);
  expect([...evaluate(fixed!, { x: [1, 2, 3, 4, 5, 6] })]).toEqual([4, -9, 8, -15, 12, -21]);
});

test('a graph without replaced leaves is the same graph', () => {
  expect(substitute([y], () => undefined)).toEqual([y]);
  expect(substitute([y], () => undefined)[0]).toBe(y);
});

test('a replacement of another shape or type is refused by name', () => {
  expect(() => substitute([y], () => tensor([1, 2, 3]))).toThrow(ShapeError);
  expect(() =>
    substitute([y], (leaf) => (leafName(leaf) === 'weight' ? tensor([1, 2, 3]) : undefined)),
  ).toThrow("'weight' is float32[2] and cannot be replaced by float32[3]");
  expect(() =>
    substitute([y], (leaf) => (leafName(leaf) === 'weight' ? tensor([1, 2], [2], 'int32') : undefined)),
  ).toThrow("'weight' is float32[2] and cannot be replaced by int32[2]");
});
