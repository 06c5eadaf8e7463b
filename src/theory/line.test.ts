import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discretize } from './distribution.ts';
import { distributions, linePoints, stored, storedNumber } from './fixture.testing.ts';
import { kantorovichOnLine, wasserstein1OnGrid, wassersteinOnLine } from './line.ts';
import { transport } from './transport.ts';

describe('Wasserstein distances on the line', () => {
  it('equal SciPy, with and without weights, and a linear program for order 2', () => {
    const [x, y, a, b] = ['x', 'y', 'a', 'b'].map((name) => stored(`line/${name}`)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    expect(wassersteinOnLine({ points: x }, { points: y })).toBeCloseTo(storedNumber('line/uniform'), 12);
    const [p, q] = [
      { points: x, weights: a },
      { points: y, weights: b },
    ];
    expect(wassersteinOnLine(p, q)).toBeCloseTo(storedNumber('line/weighted'), 12);
    expect(wassersteinOnLine(p, q, 2) ** 2).toBeCloseTo(storedNumber('line/weightedSquared'), 10);
    expect(kantorovichOnLine(p, q).value).toBeCloseTo(storedNumber('line/weighted'), 12);
  });

  it('are a metric: symmetric, zero for the same, with the triangle inequality', () => {
    fc.assert(
      fc.property(linePoints, linePoints, linePoints, (p, q, r) => {
        expect(wassersteinOnLine(p, p)).toBe(0);
        expect(wassersteinOnLine(p, q)).toBeCloseTo(wassersteinOnLine(q, p), 12);
        const detour = wassersteinOnLine(p, r) + wassersteinOnLine(r, q);
        expect(wassersteinOnLine(p, q)).toBeLessThanOrEqual(detour + 1e-12);
      }),
    );
  });

  it('of a translation are its length, for every order; and never fall as the order rises', () => {
    fc.assert(
      fc.property(linePoints, linePoints, fc.integer({ min: -9, max: 9 }), (p, q, t) => {
        const moved = { ...p, points: p.points.map((x) => x + t) };
        for (const order of [1, 2, 3.5]) {
          expect(wassersteinOnLine(p, moved, order)).toBeCloseTo(Math.abs(t), 12);
        }
        expect(wassersteinOnLine(p, q, 1)).toBeLessThanOrEqual(wassersteinOnLine(p, q, 2) + 1e-12);
      }),
    );
  });

  it('equal the dual value, on a potential that is 1-Lipschitz', () => {
    fc.assert(
      fc.property(linePoints, linePoints, (p, q) => {
        const { value, points, potential, at } = kantorovichOnLine(p, q);
        expect(value).toBeCloseTo(wassersteinOnLine(p, q), 12);
        for (let i = 1; i < points.length; i++) {
          const rise = Math.abs(potential[i]! - potential[i - 1]!);
          expect(rise).toBeLessThanOrEqual(points[i]! - points[i - 1]! + 1e-12);
        }
        const mean = ({ points: x, weights }: typeof p) =>
          x.reduce((sum, point, i) => sum + weights[i]! * at(point), 0);
        expect(mean(p) - mean(q)).toBeCloseTo(value, 12);
      }),
    );
  });

  it('equal exact transport with the cost |x - y|', () => {
    fc.assert(
      fc.property(linePoints, linePoints, (p, q) => {
        const cost = p.points.map((x) => q.points.map((y) => Math.abs(x - y)));
        expect(transport(cost, p.weights, q.weights).cost).toBeCloseTo(wassersteinOnLine(p, q), 12);
      }),
    );
  });

  it('have a potential that can be evaluated anywhere', () => {
    const { points, potential, at } = kantorovichOnLine({ points: [0] }, { points: [2] });
    expect([points, potential]).toEqual([
      [0, 2],
      [0, -2],
    ]);
    expect([-1, 0, 0.5, 2, 7].map(at)).toEqual([0, 0, -0.5, -2, -2]);
  });

  it('of normal densities on a grid are |m1 - m2| (order 1) and (m1 - m2)^2 + (s1 - s2)^2 (order 2, squared)', () => {
    const normal = (mean: number, deviation: number) =>
      discretize((x) => Math.exp(-(((x - mean) / deviation) ** 2) / 2), { from: -15, to: 15, cells: 3000 });
    const [p, q] = [normal(-1, 1), normal(0.5, 1)];
    expect(wassersteinOnLine(p, q)).toBeCloseTo(1.5, 10);
    expect(wasserstein1OnGrid(p.weights, q.weights, 0.01)).toBeCloseTo(1.5, 10);
    expect(wassersteinOnLine(normal(-1, 1), normal(0.5, 2), 2) ** 2).toBeCloseTo(1.5 ** 2 + 1, 3);
  });

  it('of densities constant on cells are exact, also where they cross within one', () => {
    // On [0, 3]: p uniform on the outer cells, q on the inner one. F - G is 1/2, crosses to -1/2, ends at 0.
    expect(wasserstein1OnGrid([0.5, 0, 0.5], [0, 1, 0], 1)).toBeCloseTo(0.25 + 0.25 + 0.25, 15);
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        // Two hundred points a cell stand for the constant density.
        const spread = (weights: number[]) => ({
          points: weights.flatMap((_, cell) => Array.from({ length: 200 }, (_, k) => cell + (k + 0.5) / 200)),
          weights: weights.flatMap((weight) => Array.from({ length: 200 }, () => weight / 200)),
        });
        const exact = wasserstein1OnGrid(p!, q!, 1);
        expect(Math.abs(wassersteinOnLine(spread(p!), spread(q!)) - exact)).toBeLessThan(1e-4 + 1 / 200 ** 2);
      }),
      { numRuns: 20 },
    );
  });

  it('of a high order neither overflow nor vanish', () => {
    for (const t of [1e200, 10, 0.1]) {
      expect(wassersteinOnLine({ points: [0] }, { points: [t] }, 1000)).toBeCloseTo(t, 12);
    }
    // Half of the mass moves by 3.
    const half = { points: [0, 3], weights: [0.5, 0.5] };
    expect(wassersteinOnLine(half, { points: [0] }, 400)).toBeCloseTo(3 / 2 ** (1 / 400), 12);
  });

  it('refuse what they cannot measure', () => {
    const bare = [1, 2] as unknown as { points: number[] };
    expect(() => wassersteinOnLine(bare, bare)).toThrow('p has no points; write { points: [0, 1, 3] }');
    expect(() => wassersteinOnLine({ points: [] }, { points: [1] })).toThrow('p has no points');
    expect(() => wassersteinOnLine({ points: [1] }, { points: [1, NaN] })).toThrow('q.points[1] is NaN');
    expect(() => wassersteinOnLine({ points: [1] }, { points: [1] }, 0.5)).toThrow('at least 1, got 0.5');
    expect(() => kantorovichOnLine({ points: [1], weights: [0.5, 0.5] }, { points: [1] })).toThrow(
      'p has 1 points but 2 weights',
    );
    expect(() => wasserstein1OnGrid([1], [1], 0)).toThrow('positive width of a cell, got 0');
  });
});
