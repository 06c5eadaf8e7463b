import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { histogramModes, reverseKlFloor } from './labelModes.ts';
import { type GaussianMode, modeScore, nearestMode } from './modes.ts';

const histogramScore = (counts: readonly number[]) =>
  histogramModes(
    counts,
    counts.map(() => 1),
  );

const ring: GaussianMode[] = Array.from({ length: 8 }, (_, i) => ({
  centre: [Math.cos((Math.PI * i) / 4), Math.sin((Math.PI * i) / 4)],
  std: 0.01,
}));

/** True samples of the modes whose numbers are drawn from `among`. */
function sample(modes: readonly GaussianMode[], among: readonly number[], count: number, seed = 0): number[] {
  const random = randomStream(seed, 'test');
  return Array.from({ length: count }, () => {
    const { centre, std } = modes[among[random.integer(among.length)]!]!;
    return centre.map((mean) => mean + std * random.normal());
  }).flat();
}

const all = [0, 1, 2, 3, 4, 5, 6, 7];

describe('modeScore', () => {
  it('scores a case worked by hand', () => {
    const modes = [
      { centre: [0, 0], std: 1 },
      { centre: [10, 0], std: 1 },
      { centre: [0, 10], std: 1 },
      { centre: [10, 10], std: 1 },
    ];
    // Two of the first mode, at distance 2 of each other; one of the second; one just beyond three deviations; one lost.
    const score = modeScore([-1, 0, 1, 0, 10, 2.9, 10, 6.9, 5, 5], modes);
    expect(score.counts).toEqual([2, 1, 0, 0]);
    expect(score.modes).toBe(2);
    expect(score.highQuality).toBeCloseTo(3 / 5, 12);
    // Shares 2/3 and 1/3 of four modes: 2/3 log(8/3) + 1/3 log(4/3).
    expect(score.reverseKl).toBeCloseTo((2 / 3) * Math.log(8 / 3) + (1 / 3) * Math.log(4 / 3), 12);
    // Squared distances from the mean 1 + 1, over one degree of freedom and two coordinates.
    expect(score.spread).toEqual([1, NaN, NaN, NaN]);
  });

  it('gives a perfect sampler its known shares', () => {
    const samples = 20_000;
    const { modes, highQuality, reverseKl, spread } = modeScore(sample(ring, all, samples), ring);
    expect(modes).toBe(8);
    // 1 - exp(-9/2) in the plane, within four standard errors.
    expect(Math.abs(highQuality - 0.98889)).toBeLessThan(4 * Math.sqrt((0.98889 * 0.01111) / samples));
    expect(reverseKl).toBeLessThan(4 * reverseKlFloor(8, samples));
    // What cutting at three deviations leaves: sqrt(1 - 9/2 e^(-9/2) / (1 - e^(-9/2))) = 0.974.
    for (const value of spread) expect(Math.abs(value - 0.974)).toBeLessThan(0.04);
  });

  it('comes to the floor of the reverse KL on average', () => {
    const draws = Array.from({ length: 40 }, (_, seed) => sample(ring, all, 500, seed));
    const mean = draws.reduce((sum, points) => sum + modeScore(points, ring).reverseKl / 40, 0);
    // The average of 40 values with deviation floor * sqrt(2 / 7).
    expect(mean / reverseKlFloor(8, 500)).toBeGreaterThan(0.66);
    expect(mean / reverseKlFloor(8, 500)).toBeLessThan(1.34);
  });

  it('gives log K to samples of one mode, and a small spread to a dot', () => {
    const dot = { ...ring[3]!, std: 0.001 };
    const { modes, highQuality, reverseKl, spread } = modeScore(sample([dot], [0], 1000), ring);
    expect({ modes, highQuality }).toEqual({ modes: 1, highQuality: 1 });
    expect(reverseKl).toBeCloseTo(Math.log(8), 12);
    expect(spread[3]).toBeCloseTo(0.1, 2);
  });

  it('sees the spread of samples about their own mean, not about the mode', () => {
    const aside = { centre: [1.015, 0], std: 0.002 };
    expect(modeScore(sample([aside], [0], 1000), ring).spread[0]).toBeCloseTo(0.2, 2);
  });

  it('has no divergence where no sample is of high quality, and takes NaN for one that is not', () => {
    const score = modeScore([0, 0, NaN, 1], ring);
    expect(score).toMatchObject({ modes: 0, highQuality: 0, reverseKl: NaN });
  });

  it('refuses what is no set of points', () => {
    expect(() => modeScore([1, 2, 3], ring)).toThrow(/expected points of 2 numbers each, .* got 3 numbers/);
    expect(() => modeScore([], ring)).toThrow(/give at least one point and one mode/);
    expect(() => modeScore([1, 2], [ring[0]!, { centre: [1], std: 1 }])).toThrow(
      /modes\[1\] has 1 coordinates, modes\[0\] has 2/,
    );
  });
});

it('nearestMode measures in the deviations of each mode', () => {
  const modes = [
    { centre: [0], std: 1 },
    { centre: [10], std: 4 },
  ];
  expect(nearestMode([4], 0, modes)).toEqual({ mode: 1, deviations: 1.5 });
});

describe('a histogram against equal shares', () => {
  it('lies between 0 and log K, is 0 for equal counts alone, and forgets the order', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(
        counts.filter((values) => values.some((count) => count > 0)),
        (values) => {
          const { modes, reverseKl } = histogramScore(values);
          expect(reverseKl).toBeGreaterThanOrEqual(0);
          expect(reverseKl).toBeLessThanOrEqual(Math.log(values.length) + 1e-9);
          expect(histogramScore([...values].reverse()).reverseKl).toBeCloseTo(reverseKl, 9);
          if (reverseKl < 1e-12) expect(new Set(values).size).toBe(1);
          // Modes left out cost at least the log of the share that is left.
          expect(reverseKl).toBeGreaterThanOrEqual(Math.log(values.length / modes) - 1e-9);
        },
      ),
    );
  });

  it('has nothing to say of no samples', () => {
    expect(histogramScore([0, 0])).toEqual({ modes: 0, reverseKl: NaN });
  });
});
