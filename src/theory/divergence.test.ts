import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, UsageError } from '../base/errors.ts';
import { discretize, normalize } from './distribution.ts';
import {
  jensenShannonDivergence,
  klDivergence,
  pearsonDivergence,
  reverseKlDivergence,
  squaredHellinger,
  totalVariation,
} from './divergence.ts';
import { fDivergence, generators, variationalBound } from './fDivergence.ts';
import { distributions, stored, storedNumber } from './fixture.testing.ts';

const all = {
  kl: klDivergence,
  reverseKl: reverseKlDivergence,
  jensenShannon: jensenShannonDivergence,
  totalVariation,
  pearson: pearsonDivergence,
  squaredHellinger,
};
type Name = keyof typeof all;
const names = Object.keys(all) as Name[];

describe('divergences', () => {
  it.each(['kl', 'jensenShannon', 'totalVariation', 'pearson'] as const)('%s equals SciPy', (name) => {
    const value = all[name](stored('divergence/p'), stored('divergence/q'));
    expect(value).toBeCloseTo(storedNumber(`divergence/${name}`), 12);
  });

  it('are worked by hand', () => {
    const [p, q] = [
      [0.5, 0.5],
      [0.25, 0.75],
    ] as const;
    expect(klDivergence(p, q)).toBeCloseTo(0.5 * Math.log(4 / 3), 15);
    expect(reverseKlDivergence(p, q)).toBeCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 15);
    expect(totalVariation(p, q)).toBe(0.25);
    expect(pearsonDivergence(p, q)).toBeCloseTo(1 / 4 + 1 / 12, 15);
    expect(squaredHellinger([1, 0], [0, 1])).toBe(2);
  });

  it('are infinite where they must be, and only there', () => {
    const [wide, narrow] = [
      [0.5, 0.5, 0],
      [1, 0, 0],
    ];
    expect(klDivergence(wide, narrow)).toBe(Infinity);
    expect(klDivergence(narrow, wide)).toBeCloseTo(Math.log(2), 15);
    expect(reverseKlDivergence(wide, narrow)).toBeCloseTo(Math.log(2), 15);
    expect(reverseKlDivergence(narrow, wide)).toBe(Infinity);
    expect(pearsonDivergence(wide, narrow)).toBe(Infinity);
    expect(pearsonDivergence(narrow, wide)).toBe(1);
    expect(jensenShannonDivergence([1, 0], [0, 1])).toBeCloseTo(Math.log(2), 15);
  });

  it('keep to their formulas where probabilities are next to nothing', () => {
    const [tiny, least] = [1e-310, 5e-324];
    expect(klDivergence([1, 0], [tiny, 1])).toBeCloseTo(310 * Math.log(10), 9);
    expect(jensenShannonDivergence([1, least], [1, 0])).toBe(0);
    expect(jensenShannonDivergence([least, 1], [0, 1])).toBe(0);
    expect(pearsonDivergence([1, least], [1, 0])).toBe(Infinity);
    for (const generator of [generators.totalVariation, generators.jensenShannon]) {
      expect(fDivergence([1, 0], [tiny, 1], generator)).toBeCloseTo(
        generator.slopeAtInfinity + generator.atZero,
        12,
      );
    }
  });

  it.each(names)('%s is never negative, and zero just for equal distributions', (name) => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        const value = all[name](p!, q!);
        expect(all[name](p!, p!)).toBe(0);
        if (totalVariation(p!, q!) > 0) expect(value).toBeGreaterThan(0);
      }),
    );
  });

  it.each(['jensenShannon', 'totalVariation', 'squaredHellinger'] as const)('%s is symmetric', (name) => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        expect(all[name](p!, q!)).toBeCloseTo(all[name](q!, p!), 14);
      }),
    );
  });

  it('keep their bounds and order: JSD in [0, log 2], TV in [0, 1], Pinsker, H^2 / 2 <= TV <= H', () => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        const tv = totalVariation(p!, q!);
        const hellinger = squaredHellinger(p!, q!);
        expect(jensenShannonDivergence(p!, q!)).toBeLessThanOrEqual(Math.log(2) + 1e-15);
        expect(tv).toBeLessThanOrEqual(1 + 1e-15);
        expect(2 * tv ** 2).toBeLessThanOrEqual(klDivergence(p!, q!) + 1e-14);
        expect(hellinger / 2).toBeLessThanOrEqual(tv + 1e-14);
        expect(tv).toBeLessThanOrEqual(Math.sqrt(hellinger) + 1e-14);
      }),
    );
  });

  it('of densities on a grid approach the integrals', () => {
    const grid = { from: -12, to: 12, cells: 2000 };
    const normal = (mean: number, deviation: number) =>
      discretize((x) => Math.exp(-(((x - mean) / deviation) ** 2) / 2), grid).weights;
    // KL of N(m, s^2) against N(0, 1) is (s^2 + m^2 - 1) / 2 - log s.
    expect(klDivergence(normal(0.5, 0.8), normal(0, 1))).toBeCloseTo(
      (0.64 + 0.25 - 1) / 2 - Math.log(0.8),
      9,
    );
    // Two unit normals d apart: TV = 2 Phi(d / 2) - 1, which is 0.6827 for d = 2; H^2 = 2 - 2 exp(-d^2 / 8).
    expect(totalVariation(normal(-1, 1), normal(1, 1))).toBeCloseTo(0.6826894921, 5);
    expect(squaredHellinger(normal(-1, 1), normal(1, 1))).toBeCloseTo(2 - 2 * Math.exp(-0.5), 9);
  });

  it('refuse what is no pair of distributions, and say what to do', () => {
    const message = (call: () => unknown) => {
      try {
        call();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(message(() => klDivergence([1], [0.5, 0.5]))).toEqual(
      new ShapeError(
        'klDivergence: p has 1 outcomes and q has 2; give both over the same outcomes, with zeros where one has none',
      ),
    );
    expect(message(() => totalVariation([0.5, 0.5], [1, 2]))).toEqual(
      new UsageError(
        'totalVariation: the probabilities of q sum to 3, expected 1; pass them through normalize() first',
      ),
    );
    expect(() => klDivergence([1.5, -0.5], [0.5, 0.5])).toThrow('p[1] is -0.5; expected a finite number');
    expect(() => normalize([0, 0])).toThrow('all weights are zero');
    expect(() => normalize([])).toThrow('normalize: weights is empty; give at least one number');
    expect(() => klDivergence([], [])).toThrow('klDivergence: p is empty');
    expect(normalize([1e308, 1e308, 1e308])).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(() => discretize(() => 1, { from: -Infinity, to: 0, cells: 3 })).toThrow('finite from < to');
    expect(() => discretize(() => 1, { from: 1, to: 0, cells: 3 })).toThrow('got from 1, to 0, cells 3');
  });
});

describe('f-divergences', () => {
  it.each(names)('%s comes out of its generator', (name) => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        const [direct, general] = [all[name](p!, q!), fDivergence(p!, q!, generators[name])];
        if (direct === Infinity) expect(general).toBe(Infinity);
        else expect(general).toBeCloseTo(direct, 12);
      }),
    );
  });

  it('of the original game is 2 JSD - log 4', () => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        const expected = 2 * jensenShannonDivergence(p!, q!) - Math.log(4);
        expect(fDivergence(p!, q!, generators.gan)).toBeCloseTo(expected, 12);
      }),
    );
  });

  const generatorNames = Object.keys(generators) as (keyof typeof generators)[];

  it.each(generatorNames)('%s: f, its limits, its slope and its conjugate belong together', (name) => {
    const { f, atZero, slopeAtInfinity, derivative, conjugate } = generators[name];
    expect(f(1)).toBeCloseTo(name === 'gan' ? -Math.log(4) : 0, 15);
    if (Number.isFinite(atZero)) expect(f(1e-14)).toBeCloseTo(atZero, 6);
    else expect(f(1e-300)).toBeGreaterThan(600);
    if (Number.isFinite(slopeAtInfinity)) expect(f(1e14) / 1e14).toBeCloseTo(slopeAtInfinity, 6);
    else expect(f(1e300) / 1e300).toBeGreaterThan(600);
    for (const u of [0.1, 0.7, 1.9, 30]) {
      const step = 1e-6 * u;
      expect(derivative(u)).toBeCloseTo((f(u + step) - f(u - step)) / (2 * step), 6);
      // The conjugate touches at t = f'(u), and lies above u t - f(u) everywhere (Fenchel and Young).
      expect(conjugate(derivative(u))).toBeCloseTo(u * derivative(u) - f(u), 12);
      for (const t of [-3, -0.4, -0.1, 0.2, 0.49, 2]) {
        expect(conjugate(t)).toBeGreaterThanOrEqual(u * t - f(u) - 1e-12);
      }
    }
  });

  it.each(generatorNames)(
    '%s: no critic proves more than the divergence, the optimal one just it',
    (name) => {
      const generator = generators[name];
      const positive = distributions(2).filter((pair) => pair.every((p) => p.every((value) => value > 0)));
      fc.assert(
        fc.property(
          positive,
          fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 8 }),
          ([p, q], any) => {
            const divergence = fDivergence(p!, q!, generator);
            const optimal = p!.map((value, i) => generator.derivative(value / q![i]!));
            expect(variationalBound(p!, q!, optimal, generator)).toBeCloseTo(divergence, 10);
            const outputs = any.slice(0, p!.length);
            expect(variationalBound(p!, q!, outputs, generator)).toBeLessThanOrEqual(divergence + 1e-10);
          },
        ),
      );
    },
  );
});
