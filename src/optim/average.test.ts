import { describe, expect, it } from 'vitest';
import { GansmithError, UsageError } from '../base/errors.ts';
import { evaluate, input } from '../graph/index.ts';
import { averageRate, decayRate, halfLifeOf, movingAverage } from './average.ts';

describe('movingAverage', () => {
  const average = new Map([['w', input('average', [2])]]);
  const current = new Map([
    ['w', input('current', [2])],
    ['other', input('other', [3])],
  ]);
  const rate = input('rate', []);

  it('moves the share of the rate towards the current weights', () => {
    const next = movingAverage(average, current, rate);
    expect([...next.keys()]).toEqual(['w']);
    const at = (value: number) =>
      evaluate(next.get('w')!, { average: [0, 8], current: [4, 4], rate: [value] });
    expect([...at(0.25)]).toEqual([1, 7]);
    expect([...at(0)]).toEqual([0, 8]);
    expect([...at(1)]).toEqual([4, 4]);
  });

  it('refuses a name without a current value', () => {
    expect(() => movingAverage(current, average, rate)).toThrow(GansmithError);
    expect(() => movingAverage(current, average, rate)).toThrow(
      "moving average: 'other' is averaged but has no current value; give one",
    );
  });
});

describe('averageRate', () => {
  it('forgets half of an old weight in the half-life', () => {
    for (const [halfLife, batch] of [
      [10_000, 64],
      [500_000, 32],
      [100, 7],
    ] as const) {
      const rate = averageRate({ halfLife, batch, images: 0 });
      expect((1 - rate) ** (halfLife / batch)).toBeCloseTo(0.5, 9);
    }
  });

  it('equals the formula of StyleGAN2', () => {
    const formula = (batch: number, horizon: number) => 1 - 0.5 ** (batch / Math.max(horizon, 1e-8));
    const rate = (images: number) => averageRate({ halfLife: 20_000, rampUp: 0.05, batch: 64, images });
    for (const images of [64, 6400, 300_000])
      expect(rate(images)).toBeCloseTo(formula(64, images * 0.05), 12);
    for (const images of [400_000, 1e7]) expect(rate(images)).toBeCloseTo(formula(64, 20_000), 12);
  });

  it('is 1 at the first step of a ramp, so the average starts from the trained weights', () => {
    expect(averageRate({ halfLife: 20_000, rampUp: 0.05, batch: 64, images: 0 })).toBe(1);
    expect(averageRate({ halfLife: 0, batch: 64, images: 5000 })).toBe(1);
  });

  it('is 1 until the average starts', () => {
    const rate = (images: number) => averageRate({ halfLife: 1000, start: 640, batch: 64, images });
    expect([rate(0), rate(576)]).toEqual([1, 1]);
    expect(rate(640)).toBeCloseTo(1 - 0.5 ** 0.064, 12);
  });

  it('keeps its digits for very long half-lives', () => {
    const rate = averageRate({ halfLife: 1e15, batch: 1, images: 0 });
    expect(rate / (Math.LN2 / 1e15)).toBeCloseTo(1, 12);
  });

  it('refuses a negative half-life', () => {
    expect(() => averageRate({ halfLife: -1, batch: 64, images: 0 })).toThrow(
      'averageRate: halfLife must be at least 0, not -1',
    );
  });
});

it('halfLifeOf is the half-life of a decay a step', () => {
  const halfLife = halfLifeOf(0.9999, 2048);
  expect(averageRate({ halfLife, batch: 2048, images: 1e9 })).toBeCloseTo(1e-4, 12);
  expect(() => halfLifeOf(1, 64)).toThrow('halfLifeOf: decay must be at least 0 and below 1, not 1');
});

it('decayRate is what a decay leaves for the newest weights', () => {
  expect(decayRate(0.999)).toBeCloseTo(0.001, 15);
  expect(() => decayRate(1)).toThrow(UsageError);
  expect(() => decayRate(1)).toThrow('decayRate: decay must be at least 0 and below 1, not 1');
});
