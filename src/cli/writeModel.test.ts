import { expect, test } from 'vitest';
import { compareValues } from './writeModel.ts';

const fits = (expected: number[], found: number[]): boolean => {
  const { difference, allowed } = compareValues(Float32Array.from(expected), Float32Array.from(found));
  return difference <= allowed;
};

test('rounding is measured by the largest value, at least 1', () => {
  expect(fits([0.5, -0.25], [0.5, -0.250005])).toBe(true);
  expect(fits([0.5, -0.25], [0.5, -0.2501])).toBe(false);
  expect(fits([0.5, -1000], [0.505, -1000])).toBe(true);
  expect(fits([0.5, -1000], [0.5, -1000.1])).toBe(false);
});

test('what cannot be compared never fits', () => {
  expect(fits([1, 2], [1])).toBe(false);
  expect(fits([1], [1, 2])).toBe(false);
  expect(fits([Number.NaN, 1], [0, 1])).toBe(false);
  expect(fits([0, 1], [Number.NaN, 1])).toBe(false);
  expect(fits([Infinity], [Infinity])).toBe(false);
});
