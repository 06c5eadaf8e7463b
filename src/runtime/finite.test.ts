import { expect, it } from 'vitest';
import { firstNonFinite } from './finite.ts';

const good = { description: 'mul_0', data: Float32Array.of(1, 2) };
const mask = { description: 'greater_1', data: Uint8Array.of(0, 1) };
const infinite = { description: 'exp_2', data: Float32Array.of(3, 1e39) };
const bad = { description: 'sub_3', data: Float64Array.of(Number.NaN, 1) };

it('finds the first infinity or NaN', () => {
  expect(firstNonFinite([good, mask, infinite, bad])).toBe('exp_2 holds Infinity at element 1 of 2');
  expect(firstNonFinite([bad, infinite])).toBe('sub_3 holds NaN at element 0 of 2');
});

it('finds nothing among finite numbers', () => {
  expect(firstNonFinite([good, mask])).toBeUndefined();
  expect(firstNonFinite([])).toBeUndefined();
});
