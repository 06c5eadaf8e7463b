import { expect, it } from 'vitest';
import { annealedLangevin, score } from './langevin.ts';

const centres = [1, 0, -1, 0];

it('points where the density of the mixture grows fastest', () => {
  const variance = 0.3;
  const logDensity = (x: number, y: number) =>
    Math.log(
      Math.exp(-((x - 1) ** 2 + y * y) / (2 * variance)) + Math.exp(-((x + 1) ** 2 + y * y) / (2 * variance)),
    );
  const h = 1e-5;
  for (const [x, y] of [
    [0.3, 0.2],
    [-1.2, 0.7],
  ] as const) {
    const [sx, sy] = score(x, y, centres, variance);
    expect(sx).toBeCloseTo((logDensity(x + h, y) - logDensity(x - h, y)) / (2 * h), 6);
    expect(sy).toBeCloseTo((logDensity(x, y + h) - logDensity(x, y - h)) / (2 * h), 6);
  }
});

it('is finite far from all centres', () => {
  expect(score(1e3, 0, centres, 1e-4).every(Number.isFinite)).toBe(true);
});

it('brings noise to the modes, about as many to each', () => {
  const walk = { levels: 10, steps: 10, widest: 2, narrowest: 0.02, seed: 1 };
  const path = annealedLangevin(centres, 0.01, 400, walk);
  const end = path.at(-1)!;
  expect(path).toHaveLength(101);
  let [near, right] = [0, 0];
  for (let i = 0; i < end.length; i += 2) {
    if (Math.hypot(Math.abs(end[i]!) - 1, end[i + 1]!) < 0.15) near++;
    if (end[i]! > 0) right++;
  }
  expect(near / 400).toBeGreaterThan(0.95);
  expect(Math.abs(right / 400 - 0.5)).toBeLessThan(0.1);
  expect(annealedLangevin(centres, 0.01, 400, walk).at(-1)).toEqual(end);
  expect(annealedLangevin(centres, 0.01, 400, { ...walk, seed: 2 })[0]).not.toEqual(path[0]);
});
