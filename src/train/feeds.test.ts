import { describe, expect, it } from 'vitest';
import type { RandomSpec } from '../gan/trace.ts';
import { drawLatents, prepareRandoms } from './feeds.ts';

const randoms = new Map<string, RandomSpec>([
  ['z', { shape: [2, 3], distribution: { kind: 'normal', mean: 0, std: 1 } }],
  ['mask', { shape: [40], distribution: { kind: 'bernoulli', probability: 0.5 } }],
]);
const numbers = (drawn: Record<string, Float32Array>) =>
  Object.fromEntries(Object.entries(drawn).map(([name, array]) => [name, [...array]]));

describe('prepareRandoms', () => {
  it('draws the same numbers at the same place, whatever was drawn between', () => {
    const draw = prepareRandoms(randoms, 1);
    const first = numbers(draw('critic', 5, 0, 0));
    const second = numbers(draw('critic', 6, 0, 0));
    expect(second.z).not.toEqual(first.z);
    expect(second.mask).not.toEqual(first.mask);
    expect(numbers(draw('critic', 5, 0, 0))).toEqual(first);
    expect(numbers(prepareRandoms(randoms, 1)('critic', 5, 0, 0))).toEqual(first);
  });

  it('names the stream of each input by the seed and by the input', () => {
    const alone = new Map([...randoms].filter(([name]) => name === 'mask'));
    const drawn = numbers(prepareRandoms(randoms, 1)('critic', 0, 0, 0));
    expect(numbers(prepareRandoms(alone, 1)('critic', 0, 0, 0)).mask).toEqual(drawn.mask);
    expect(numbers(prepareRandoms(alone, 2)('critic', 0, 0, 0)).mask).not.toEqual(drawn.mask);
  });
});

describe('drawLatents with a truncation', () => {
  const latents = new Map<string, RandomSpec>([
    ['z', { shape: [1, 400], distribution: { kind: 'normal', mean: 1, std: 2 } }],
    ['noise', { shape: [1, 400], distribution: { kind: 'normal', mean: 0, std: 1 } }],
  ]);
  const full = numbers(drawLatents(latents, [5]));
  const cut = numbers(drawLatents(latents, [5], { names: ['z'], threshold: 0.5 }));

  it('draws again what lies beyond, and only that', () => {
    const beyond = full.z!.map((x) => Math.abs(x - 1) > 1);
    expect(beyond.filter(Boolean).length).toBeGreaterThan(200);
    cut.z!.forEach((x, i) => {
      expect(Math.abs(x - 1)).toBeLessThanOrEqual(1);
      if (!beyond[i]) expect(x).toBe(full.z![i]);
    });
    // Redrawn, not cut off: no number lies at the threshold.
    expect(new Set(cut.z).size).toBe(400);
  });

  it('leaves other noise as it is', () => {
    expect(cut.noise).toEqual(full.noise);
  });
});
