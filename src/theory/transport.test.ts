import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { distribution, planePoints, settings, stored, storedNumber, storedRows } from './fixture.testing.ts';
import { sinkhorn, sinkhornDivergence } from './sinkhorn.ts';
import { assignment, type CostMatrix, distances, transport } from './transport.ts';

const x = storedRows('plane/x');
const y = storedRows('plane/y');
const squared = distances(x.slice(0, 6), y.slice(0, 9), 2);
const [a, b] = [stored('plane/a'), stored('plane/b')];

/** Costs that are small whole numbers, for ties, between two weighted sides; as large as 6 x 5. */
const problems = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 })).chain(([n, m]) => {
  const row = fc.array(fc.integer({ min: -4, max: 9 }), { minLength: m, maxLength: m });
  return fc.record({
    cost: fc.array(row, { minLength: n, maxLength: n }),
    p: distribution(n),
    q: distribution(m),
  });
});

function expectMarginals(plan: number[][], p: number[], q: number[], digits = 12) {
  plan.forEach((row, i) => {
    expect(row.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(p[i]!, digits);
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
  });
  q.forEach((mass, j) => {
    expect(plan.reduce((sum, row) => sum + row[j]!, 0)).toBeCloseTo(mass, digits);
  });
}

/** Prices that nobody can undercut and that add up to the cost prove a plan optimal. */
function expectProof(cost: CostMatrix, f: number[], g: number[]) {
  cost.forEach((row, i) => {
    row.forEach((c, j) => {
      expect(f[i]! + g[j]!).toBeLessThanOrEqual(c + 1e-12);
    });
  });
}

const weighted = (weights: number[], values: number[]) =>
  weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0);

const permutations = (n: number): number[][] =>
  n === 0
    ? [[]]
    : permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, k) => rest.toSpliced(k, 0, n - 1)));

describe('exact transport', () => {
  it('equals the linear program of SciPy', () => {
    expect(transport(squared, a, b).cost).toBeCloseTo(storedNumber('plane/transport'), 10);
  });

  it('moves p to q, and proves that nothing is cheaper', () => {
    fc.assert(
      fc.property(problems, ({ cost, p, q }) => {
        const { plan, sourcePrices, targetPrices, ...result } = transport(cost, p, q);
        expectMarginals(plan, p, q);
        expectProof(cost, sourcePrices, targetPrices);
        expect(weighted(p, sourcePrices) + weighted(q, targetPrices)).toBeCloseTo(result.cost, 10);
      }),
    );
  });

  it('is a metric with a distance as cost, and translates by the length', () => {
    fc.assert(
      fc.property(planePoints(5), planePoints(4), planePoints(6), (u, v, w) => {
        const uniform = (points: unknown[]) => points.map(() => 1 / points.length);
        const between = (s: number[][], t: number[][]) =>
          transport(distances(s, t), uniform(s), uniform(t)).cost;
        expect(between(u, v)).toBeCloseTo(between(v, u), 10);
        expect(between(u, v)).toBeLessThanOrEqual(between(u, w) + between(w, v) + 1e-10);
        const moved = u.map(([first, second]) => [first! + 3, second! - 4]);
        expect(between(u, moved)).toBeCloseTo(5, 10);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses costs and weights that do not fit', () => {
    expect(() => transport([[1, 2]], [1], [1])).toThrow('1 rows of 2 numbers; expected 1 rows of 1');
    expect(() => transport([[Infinity]], [1], [1])).toThrow('cost[0][0] is Infinity');
    expect(() => transport([[1]], [0.5], [1])).toThrow('the probabilities of p sum to 0.5');
    expect(() => transport([], [], [1])).toThrow('there are no points');
    expect(() => distances([[1, 2]], [[1, 2], [3]])).toThrow('y[1] has 1 coordinates, the first point has 2');
    expect(() => sinkhornDivergence([], [[1, 2]], { epsilon: 1 })).toThrow('there are no points');
    const bare = [1, 2] as unknown as number[][];
    expect(() => distances(bare, bare)).toThrow('write a point of the line as [1.5]');
  });
});

describe('assignment', () => {
  it('equals the assignment of SciPy', () => {
    const found = assignment(distances(x, y));
    expect(found.targets).toEqual(stored('plane/assignment'));
    expect(found.cost).toBeCloseTo(storedNumber('plane/assignmentCost'), 10);
  });

  it('is the cheapest of all permutations', () => {
    const square = fc.integer({ min: 1, max: 5 }).chain((n) => {
      const row = fc.array(fc.integer({ min: -4, max: 9 }), { minLength: n, maxLength: n });
      return fc.array(row, { minLength: n, maxLength: n });
    });
    fc.assert(
      fc.property(square, (cost) => {
        const priceOf = (targets: number[]) => targets.reduce((sum, j, i) => sum + cost[i]![j]!, 0);
        const { cost: found, targets } = assignment(cost);
        expect(found).toBe(Math.min(...permutations(cost.length).map(priceOf)));
        expect(priceOf(targets)).toBe(found);
        expect(targets.toSorted((i, j) => i - j)).toEqual(cost.map((_, i) => i));
      }),
    );
  });

  it('pairs 200 points, and its prices prove it', () => {
    const random = randomStream(3, 'assignment');
    const points = (offset: number) =>
      Array.from({ length: 200 }, () => [random.normal() + offset, random.normal()]);
    const cost = distances(points(0), points(1), 2);
    const { cost: found, targets, sourcePrices, targetPrices } = assignment(cost);
    expectProof(cost, sourcePrices, targetPrices);
    expect([...sourcePrices, ...targetPrices].reduce((sum, price) => sum + price)).toBeCloseTo(found, 8);
    expect(new Set(targets).size).toBe(200);
    // The same as transport between uniform weights.
    const uniform = targets.map(() => 1 / 200);
    expect(transport(cost, uniform, uniform).cost).toBeCloseTo(found / 200, 10);
  });

  it('refuses a table that is not square', () => {
    expect(() => assignment([[1, 2]])).toThrow(
      'assignment: the cost has 1 rows of 2 numbers; expected 1 rows of 1',
    );
  });
});

describe('entropic transport', () => {
  it('equals the semi-dual maximised by SciPy', () => {
    const found = sinkhorn(squared, a, b, { epsilon: settings.epsilon, tolerance: 1e-12 });
    expect(found.converged).toBe(true);
    expect(found.value).toBeCloseTo(storedNumber('plane/entropic'), 9);
  });

  it('lies between the exact cost and eps log n more, and keeps the marginals it reports', () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(0.5, 1, 5), ({ cost, p, q }, epsilon) => {
        const exact = transport(cost, p, q).cost;
        const found = sinkhorn(cost, p, q, { epsilon, maxIterations: 1_000_000 });
        expect(found.converged).toBe(true);
        expectMarginals(found.plan, p, q, 8);
        expect(found.cost).toBeGreaterThanOrEqual(exact - 1e-7);
        expect(found.value).toBeGreaterThanOrEqual(found.cost - 1e-7);
        const entropy = (weights: number[]) =>
          weights.reduce((sum, weight) => sum - (weight === 0 ? 0 : weight * Math.log(weight)), 0);
        const bound = exact + epsilon * Math.min(entropy(p), entropy(q));
        expect(found.value).toBeLessThanOrEqual(bound + 1e-7);
      }),
    );
  });

  it('comes as near to the exact plan as epsilon is small', () => {
    const exact = transport(squared, a, b);
    const gaps = [1, 0.3, 0.1].map((epsilon) => sinkhorn(squared, a, b, { epsilon }).cost - exact.cost);
    expect(gaps).toEqual(gaps.toSorted((first, second) => second - first));
    expect(gaps[2]).toBeLessThan(0.1);
    expect(gaps[2]).toBeGreaterThan(0);
  });

  it('does not underflow where exp(-cost / eps) does', () => {
    const found = sinkhorn(
      [
        [1000, 1001],
        [1001, 1000],
      ],
      [0.5, 0.5],
      [0.5, 0.5],
      { epsilon: 0.1 },
    );
    expect(found.cost).toBeCloseTo(1000, 3);
    expect(found.marginalError).toBeLessThan(1e-9);
  });

  it('refuses an epsilon that rounding drowns, and iterations that never end or begin', () => {
    const cost = [
      [1, 2],
      [2, 1.5],
    ];
    const half = [0.5, 0.5];
    expect(() => sinkhorn(cost, half, half, { epsilon: 1e-16 })).toThrow(
      'epsilon 1e-16 drowns in the rounding of costs of up to 2; expected at least 2e-12, or use transport()',
    );
    expect(() => sinkhorn(cost, half, half, { epsilon: 1, tolerance: Number.NaN })).toThrow('got NaN and');
    expect(() => sinkhorn(cost, half, half, { epsilon: 1, maxIterations: -1 })).toThrow('1e-9 and -1');
  });

  it('says when it was stopped early, and how far the rows are off', () => {
    const found = sinkhorn(squared, a, b, { epsilon: 0.01, maxIterations: 3 });
    expect(found).toMatchObject({ converged: false, iterations: 3 });
    const rows = found.plan.map((row) => row.reduce((sum, mass) => sum + mass, 0));
    const error = rows.reduce((sum, row, i) => sum + Math.abs(row - a[i]!), 0);
    expect(found.marginalError).toBeCloseTo(error, 10);
    expect(error).toBeGreaterThan(1e-6);
    expect(() => sinkhorn([[1]], [1], [1], { epsilon: 0 })).toThrow(
      'positive epsilon, got 0; without entropy',
    );
  });

  it('debiased is zero for equal samples, positive for others, and near W2^2 for small eps', () => {
    const cloud = x.slice(0, 8);
    expect(sinkhornDivergence(cloud, cloud.toReversed(), { epsilon: 0.5 }).value).toBeCloseTo(0, 8);
    // A translation by t costs |t|^2 exactly, whatever epsilon: the entropic bias cancels.
    const moved = cloud.map(([first, second]) => [first! + 0.6, second! - 0.8]);
    const found = sinkhornDivergence(cloud, moved, { epsilon: 0.5 });
    expect(found.value).toBeCloseTo(1, 7);
    expect(found).toMatchObject({ converged: true });
    fc.assert(
      fc.property(planePoints(4), planePoints(5), (u, v) => {
        const { value, converged } = sinkhornDivergence(u, v, { epsilon: 1 });
        if (converged) expect(value).toBeGreaterThan(-1e-7);
      }),
      { numRuns: 30 },
    );
    const exact = transport(squared, Array(6).fill(1 / 6), Array(9).fill(1 / 9)).cost;
    const sharp = sinkhornDivergence(x.slice(0, 6), y.slice(0, 9), { epsilon: 0.05, tolerance: 1e-7 });
    expect(Math.abs(sharp.value - exact)).toBeLessThan(0.1);
  });
});
