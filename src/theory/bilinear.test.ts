import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BilinearMethod, bilinearGame, bilinearSpectralRadius, bilinearTrajectory } from './bilinear.ts';
import { settings, stored } from './fixture.testing.ts';
import { eigenvalues, spectralRadius } from './spectrum.ts';

const length = ([x, y]: readonly [number, number]) => Math.hypot(x, y);

describe('eigenvalues', () => {
  it('are those that were built in', () => {
    // A companion matrix of (x - 1)(x + 2)(x^2 + 1) = x^4 + x^3 - x^2 + x - 2.
    const matrix = [
      [-1, 1, -1, 2],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ];
    const found = eigenvalues(matrix).toSorted((a, b) => a.re - b.re || a.im - b.im);
    const expected = [
      [-2, 0],
      [0, -1],
      [0, 1],
      [1, 0],
    ];
    for (const { re, im } of found) {
      expect(expected.some(([x, y]) => Math.hypot(re - x!, im - y!) < 1e-12)).toBe(true);
    }
    expect(spectralRadius(found)).toBeCloseTo(2, 12);
    expect(eigenvalues([[3]])).toEqual([{ re: 3, im: 0 }]);
    expect(
      eigenvalues([
        [1, 2],
        [3, 4],
      ]).map(({ re }) => re),
    ).toEqual([(5 + Math.sqrt(33)) / 2, (5 - Math.sqrt(33)) / 2]);
    expect(() => eigenvalues([[1, 2], [3]])).toThrow('expected a square matrix, got 2 rows of 2, 1 numbers');
    expect(() => eigenvalues([])).toThrow('0 rows of no numbers');
  });
});

describe('the bilinear game', () => {
  it.each(settings.bilinear.map((setting, i) => [...setting, stored('bilinear/radius')[i]!] as const))(
    '%s, rate %d, momentum %d has the spectral radius of NumPy',
    (method, rate, momentum, expected) => {
      const found = bilinearGame(method as BilinearMethod, { rate, momentum });
      expect(found.spectralRadius).toBeCloseTo(expected, 10);
    },
  );

  it('has the computed spectral radius in closed form', () => {
    const methods = fc.constantFrom<BilinearMethod>(
      'simultaneous',
      'alternating',
      'extragradient',
      'optimistic',
    );
    fc.assert(
      fc.property(methods, fc.double({ min: 1e-3, max: 3, noNaN: true }), (method, rate) => {
        const closed = bilinearSpectralRadius(method, { rate })!;
        // Where two eigenvalues meet, the roots of the polynomial are good to half the digits only.
        const digits = method === 'optimistic' && Math.abs(rate - 0.5) < 0.01 ? 5 : 8;
        expect(bilinearGame(method, { rate }).spectralRadius).toBeCloseTo(closed, digits);
      }),
    );
  });

  it.each([
    ['simultaneous', 0.001, 'diverges'],
    ['simultaneous', 1, 'diverges'],
    ['alternating', 0.1, 'cycles'],
    ['alternating', 1.99, 'cycles'],
    ['alternating', 2, 'diverges'],
    ['alternating', 2.01, 'diverges'],
    ['extragradient', 0.001, 'converges'],
    ['extragradient', 0.99, 'converges'],
    ['extragradient', 1, 'cycles'],
    ['extragradient', 1.01, 'diverges'],
    ['optimistic', 0.001, 'converges'],
    ['optimistic', 0.57, 'converges'],
    ['optimistic', 1 / Math.sqrt(3), 'cycles'],
    ['optimistic', 0.58, 'diverges'],
  ] as const)('%s with rate %d %s', (method, rate, verdict) => {
    expect(bilinearGame(method, { rate }).verdict).toBe(verdict);
  });

  it('converges with negative momentum when alternating, never when simultaneous (Gidel et al. 2019)', () => {
    for (const rate of [0.05, 0.3, 0.7, 0.99]) {
      expect(bilinearGame('alternating', { rate, momentum: -0.5 }).verdict).toBe('converges');
      expect(bilinearGame('alternating', { rate, momentum: 0.3 }).verdict).toBe('diverges');
      for (const momentum of [-0.9, -0.5, -0.1, 0.1, 0.5]) {
        expect(bilinearGame('simultaneous', { rate, momentum }).verdict).toBe('diverges');
      }
    }
  });

  it('converges with momentum -1/2 up to rate 1, where an eigenvalue reaches -1', () => {
    expect(bilinearGame('alternating', { rate: 1, momentum: -0.5 }).verdict).toBe('cycles');
    expect(bilinearGame('alternating', { rate: 1.01, momentum: -0.5 }).verdict).toBe('diverges');
  });

  it.each(['simultaneous', 'extragradient', 'optimistic'] as const)(
    '%s paths change by the spectral radius each step',
    (method) => {
      const rate = 0.3;
      const path = bilinearTrajectory(method, { rate, steps: 400, start: [1, 0] });
      expect(path).toHaveLength(401);
      const factor = (length(path[400]!) / length(path[200]!)) ** (1 / 200);
      expect(factor).toBeCloseTo(bilinearSpectralRadius(method, { rate })!, 6);
    },
  );

  it('keeps x^2 - h x y + y^2 when alternating: the orbit is closed', () => {
    const rate = 0.4;
    const kept = bilinearTrajectory('alternating', { rate, steps: 5000 }).map(
      ([x, y]) => x * x - rate * x * y + y * y,
    );
    for (const value of kept) expect(value).toBeCloseTo(kept[0]!, 9);
  });

  it('moves one player alone, the other staying where it is', () => {
    const turns = ['second', 'first'] as const;
    const options = { rate: 0.4, start: [0.3, -0.8] as const };
    // y after x, or x after y: taking turns is each alone, x first.
    expect(bilinearTrajectory('simultaneous', { ...options, turns: ['first', 'second'] }).at(-1)).toEqual(
      bilinearTrajectory('alternating', { ...options, steps: 1 }).at(-1),
    );
    for (const method of ['simultaneous', 'alternating', 'extragradient', 'optimistic'] as const) {
      const [start, second, first] = bilinearTrajectory(method, { ...options, turns });
      expect([second![0], first![1]]).toEqual([start![0], second![1]]);
      expect(second![1]).not.toBe(start![1]);
      expect(first![0]).not.toBe(second![0]);
    }
  });

  it('refuses rates and momenta that mean nothing', () => {
    expect(() => bilinearGame('optimist' as BilinearMethod, { rate: 0.1 })).toThrow(
      "no method 'optimist'; did you mean 'optimistic'?",
    );
    expect(() => bilinearGame('simultaneous', { rate: 0.1, momentum: Number.NaN })).toThrow('got NaN');
    const path = (options: object) => () => bilinearTrajectory('simultaneous', { rate: 0.1, ...options });
    expect(path({ steps: -1 })).toThrow('steps is -1; expected a whole number of at least 0');
    expect(path({ start: [Infinity, 0] })).toThrow('start is [Infinity, 0]; expected two finite numbers');
    expect(() => bilinearGame('simultaneous', { rate: 0 })).toThrow('positive learning rate, got 0');
    expect(() => bilinearTrajectory('optimistic', { rate: 0.1, momentum: 0.5 })).toThrow(
      "optimistic updates have no momentum here; leave it out, or use 'simultaneous' or 'alternating'",
    );
  });
});
