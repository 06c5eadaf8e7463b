import { expect, it } from 'vitest';
import { damaged, halved, SIDE } from './damage.ts';
import { parseWeights, weightsText } from './weights.ts';

const SIZE = { pictures: 3, classes: 3 };

it('takes weights from an address, and nothing else', () => {
  expect(weightsText(parseWeights('90,5,5;abc,-3,101', SIZE))).toBe('90,5,5;0,0,0;0,0,0');
});

/** Pictures of 28 pixels a side, each of one value with a bright point. */
const pictures = (values: readonly number[]) =>
  Float32Array.from(
    values.flatMap((value) => Array.from({ length: 28 * 28 }, (_, i) => (i < 2 ? 1 : value))),
  );

it('halves pictures by means of four', () => {
  const { data, count, width } = halved(pictures([-1, 0]));
  expect([count, width]).toEqual([2, SIDE * SIDE]);
  expect([data[0], data[1], data[width], data[width + 1]]).toEqual([0, -1, 0.5, 0]);
});

it('leaves out whole kinds, and spoils what it is told to', () => {
  const set = halved(pictures([-1, -0.5, 0, 0.5]));
  const options = { count: 4, groups: 2, seed: 1 };
  const none = { blur: 0, noise: 0, missing: 0 };
  expect(damaged(set, [0, 1, 0, 1], none, options)).toEqual({ ...set, data: set.data });
  const half = damaged(set, [0, 1, 0, 1], { ...none, missing: 0.5 }, options);
  expect([half.count, half.data[5], half.data[set.width + 5]]).toEqual([2, -1, 0]);
  expect(damaged(set, [0, 1, 0, 1], { ...none, missing: 1 }, options).count).toBe(2);
  const blurred = damaged(set, [0, 1, 0, 1], { ...none, blur: 0.5 }, options).data;
  // What is the same all over stays so; the bright corner spreads.
  expect(blurred[set.width - 1]).toBeCloseTo(-1, 6);
  expect(blurred[0]).toBeLessThan(set.data[0]!);
  expect(blurred[1]).toBeGreaterThan(set.data[1]!);
  const noisy = Array.from(damaged(set, [0, 1, 0, 1], { ...none, noise: 1 }, options).data);
  const mean = noisy.reduce((sum, value, i) => sum + value - set.data[i]!, 0) / noisy.length;
  expect(Math.abs(mean)).toBeLessThan(0.1);
  const other = damaged(set, [0, 1, 0, 1], { ...none, noise: 1 }, { ...options, seed: 2 });
  expect(Array.from(other.data)).not.toEqual(noisy);
});
