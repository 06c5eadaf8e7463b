import { expect, test } from 'vitest';
import { crossedAt, crossoverOf, mixed, switchesOf, truncated } from './styles.ts';

/** Three layers of two numbers. */
const a = Float32Array.of(1, 2, 3, 4, 5, 6);
const b = Float32Array.of(10, 20, 30, 40, 50, 60);

test('each layer is of the seed that its switch says', () => {
  expect([...mixed(a, b, 'aba', 2)]).toEqual([1, 2, 30, 40, 5, 6]);
  expect([...mixed(a, b, 'aaa', 2)]).toEqual([...a]);
  expect([...mixed(a, b, 'bbb', 2)]).toEqual([...b]);
});

test('truncation draws the first layers alone towards the mean', () => {
  const layers = { layers: 3, width: 2, cutoff: 2, mean: [1, 0] };
  expect([...truncated(a, layers, 0.5)]).toEqual([1, 1, 2, 2, 5, 6]);
  expect([...truncated(a, layers, 0)]).toEqual([1, 0, 1, 0, 5, 6]);
  expect([...truncated(a, layers, 1)]).toEqual([...a]);
});

test('a crossover is told from switches, and made into them', () => {
  for (const at of [0, 1, 4]) expect(crossoverOf(crossedAt(at, 4))).toBe(at);
  expect(crossoverOf('abab')).toBeUndefined();
});

test('switches of another generator, or of nobody, are crossed in the middle', () => {
  expect(switchesOf('abba', 4)).toBe('abba');
  for (const other of ['', 'abb', 'abca', 'abbab']) expect(switchesOf(other, 4)).toBe('aabb');
});
