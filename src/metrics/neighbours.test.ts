import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { densityCoverage } from './densityCoverage.ts';
import { compareBins, differentBins } from './differentBins.ts';
import { takeRows } from './features.ts';
import {
  anyFeatures,
  featurePair,
  largestDifference,
  mapped,
  normalFeatures,
  relativeError,
  setNames,
  stored,
  storedNumber,
} from './fixture.testing.ts';
import { kMeans, lloyd } from './kMeans.ts';
import { memorisation } from './memorisation.ts';
import { nearestNeighbours } from './nearest.ts';
import { precisionRecall } from './precisionRecall.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe.each(setNames)('neighbours in %s', (name) => {
  const { real, generated } = featurePair(name);

  it('give the precision, recall, density and coverage of scikit-learn exactly', () => {
    const { precision, recall } = precisionRecall(real, generated);
    expect([precision, recall]).toEqual([storedNumber(`${name}/precision`), storedNumber(`${name}/recall`)]);
    const { density, coverage } = densityCoverage(real, generated);
    expect(density).toBeCloseTo(storedNumber(`${name}/density`), 13);
    expect(coverage).toBe(storedNumber(`${name}/coverage`));
  });

  it("give SciPy's rank test of memorisation", () => {
    const half = Math.floor(real.count / 2);
    const [training, heldOut] = [takeRows(real, range(0, half)), takeRows(real, range(half, real.count))];
    const { value, z } = memorisation(training, heldOut, generated);
    expect(value).toBeCloseTo(storedNumber(`${name}/memorisation`), 13);
    expect(relativeError(z, storedNumber(`${name}/memorisationZ`))).toBeLessThan(1e-8);
  });

  it("give scikit-learn's clusters, and SciPy's test of each bin", () => {
    const { centres, clusters } = lloyd(real, takeRows(real, range(0, 8)), 100);
    const expected = stored(`${name}/centres`);
    expect(largestDifference(centres.data, expected)).toBeLessThan(
      1e-12 * Math.max(...expected.map(Math.abs)),
    );
    const counts = (assigned: Uint32Array) =>
      range(0, 8).map((bin) => assigned.filter((x) => x === bin).length);
    const assigned = nearestNeighbours(generated, centres).indices;
    const [a, b] = [counts(clusters), counts(assigned)];
    expect([a, b]).toEqual([stored(`${name}/binsReal`), stored(`${name}/binsGenerated`)]);
    const { value, jensenShannon, scores } = compareBins(a, b);
    expect(value).toBe(storedNumber(`${name}/binsDifferent`));
    expect(jensenShannon).toBeCloseTo(storedNumber(`${name}/binsJensenShannon`), 12);
    expect(
      largestDifference(
        scores.map((z) => z * z),
        stored(`${name}/binsSquaredZ`),
      ),
    ).toBeLessThan(1e-9);
  });
});

describe('precision and recall', () => {
  it('are 1 for equal sets, and exchanged with the sets', () => {
    fc.assert(
      fc.property(anyFeatures(2, 5), anyFeatures(2, 5), (a, b) => {
        expect(precisionRecall(a, a)).toMatchObject({ precision: 1, recall: 1 });
        const [forth, back] = [precisionRecall(a, b), precisionRecall(b, a)];
        expect([forth.precision, forth.recall]).toEqual([back.recall, back.precision]);
      }),
      { numRuns: 40 },
    );
  });

  it('fall with noise, and recall alone falls with lost modes', () => {
    const real = normalFeatures('real', 300, 6);
    const other = normalFeatures('other', 300, 6);
    const noise = normalFeatures('noise', 300, 6);
    const precisions = [0, 1, 2, 4].map((sigma) => {
      const noisy = mapped(other, (x, i) => x + sigma * noise.data[i]!);
      return precisionRecall(real, noisy).precision;
    });
    expect(precisions).toEqual([...precisions].sort((a, b) => b - a));
    expect(precisions[0]! - precisions[3]!).toBeGreaterThan(0.5);
    const modes = (features: typeof real, kept: number) =>
      mapped(features, (x, i) => x + (i % 6 === 0 ? 40 * (Math.floor(i / 6) % kept) : 0));
    const whole = modes(real, 4);
    const kept = [4, 3, 2, 1].map((count) => precisionRecall(whole, modes(other, count)));
    const recalls = kept.map(({ recall }) => recall);
    expect(recalls).toEqual([...recalls].sort((a, b) => b - a));
    expect(recalls[0]! - recalls[3]!).toBeGreaterThan(0.5);
    expect(Math.min(...kept.map(({ precision }) => precision))).toBeGreaterThan(0.7);
  });

  it('count a copied sample in, even where its ball has no volume', () => {
    const same = { data: new Float64Array(20).fill(3), count: 10, width: 2 };
    expect(precisionRecall(same, same)).toMatchObject({ precision: 1, recall: 1 });
    expect(densityCoverage(same, same)).toMatchObject({ density: 0, coverage: 0 });
  });

  it('refuse too few samples', () => {
    const features = normalFeatures('few', 4, 2);
    expect(() => precisionRecall(features, takeRows(features, [0, 1, 2]))).toThrow(
      'precisionRecall: k is 3; expected a whole number from 1 to 2',
    );
    expect(() => densityCoverage(features, features)).toThrow('k is 5; expected a whole number from 1 to 3');
  });
});

describe('density and coverage', () => {
  it('are about 1 and 1 - 2^-k for equal distributions', () => {
    const { density, coverage } = densityCoverage(normalFeatures('a', 1500, 4), normalFeatures('b', 1500, 4));
    expect(Math.abs(density - 1)).toBeLessThan(0.08);
    expect(Math.abs(coverage - (1 - 2 ** -5))).toBeLessThan(0.02);
  });

  it('lose coverage, not density, when samples repeat', () => {
    const [real, generated] = [normalFeatures('a', 400, 4), normalFeatures('b', 400, 4)];
    const coverages = [400, 100, 25, 5].map((different) => {
      const repeated = takeRows(
        generated,
        range(0, 400).map((i) => i % different),
      );
      return densityCoverage(real, repeated).coverage;
    });
    expect(coverages).toEqual([...coverages].sort((a, b) => b - a));
    expect(coverages[3]).toBeLessThan(0.3);
  });
});

describe('the memorisation test', () => {
  const [training, heldOut] = [normalFeatures('training', 500, 4), normalFeatures('heldOut', 300, 4)];
  const fresh = normalFeatures('fresh', 300, 4);

  it('finds nothing in new samples, and more the more are copies', () => {
    expect(Math.abs(memorisation(training, heldOut, fresh).z)).toBeLessThan(3);
    const found = [0, 0.25, 0.5, 1].map((share) => {
      const copies = takeRows(training, range(0, 300));
      const mixed = mapped(fresh, (x, i) => (Math.floor(i / 4) < share * 300 ? copies.data[i]! : x));
      return memorisation(training, heldOut, mixed);
    });
    expect(found.map(({ duplicates }) => duplicates)).toEqual([0, 0.25, 0.5, 1]);
    const values = found.map(({ value }) => value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(found[3]).toMatchObject({ value: 1 });
    expect(Array.from(found[3]!.nearest)).toEqual(range(0, 300));
  });

  it('is below a half when samples are far from the data', () => {
    expect(
      memorisation(
        training,
        heldOut,
        mapped(fresh, (x) => x + 9),
      ).value,
    ).toBe(0);
  });
});

describe('statistically different bins', () => {
  const real = normalFeatures('real', 3000, 3);

  it('are few for equal distributions and more the more modes are lost', () => {
    const other = normalFeatures('other', 3000, 3);
    expect(differentBins(real, other, { bins: 40 }).share).toBeLessThan(0.2);
    const shares = [3, 1.5, 0.5, -0.5].map((limit) => {
      const kept = range(0, 3000).filter((i) => other.data[3 * i]! < limit);
      return differentBins(real, takeRows(other, kept), { bins: 40 }).share;
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[3]).toBeGreaterThan(0.5);
  });

  it('are none for the very same samples', () => {
    expect(differentBins(real, real, { bins: 20 })).toMatchObject({ value: 0, jensenShannon: 0 });
  });

  it('need no more bins than samples', () => {
    const few = normalFeatures('few', 9, 2);
    expect(() => differentBins(few, few)).toThrow(
      'kMeans: clusters is 100; expected a whole number from 1 to 9',
    );
  });
});

describe('k-means', () => {
  it('finds separate groups, and takes duplicates', () => {
    const groups = mapped(normalFeatures('groups', 200, 2), (x, i) => x + 50 * (Math.floor(i / 2) % 4));
    const { clusters } = kMeans(groups, { clusters: 4 });
    for (let i = 4; i < 200; i++) expect(clusters[i]).toBe(clusters[i % 4]);
    const same = { data: new Float64Array(12).fill(2), count: 6, width: 2 };
    expect(Array.from(kMeans(same, { clusters: 3 }).centres.data)).toEqual(Array(6).fill(2));
  });
});
