import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { type KeyPart, type RandomStream, randomStream } from './random.ts';

const MANY = 200_000;

describe('keys', () => {
  it('gives the same numbers for the same key, in any order of creation and use', () => {
    const first = randomStream(7, 'noise', 3);
    const expected = draw(first, 10);
    const others = [randomStream(7, 'mix', 3), randomStream(8, 'noise', 3), randomStream(7, 'noise', 4)];
    const again = randomStream(7, 'noise', 3);
    const interleaved = Array.from({ length: 10 }, () => {
      for (const other of others) other.uint32();
      return again.uint32();
    });
    expect(interleaved).toEqual(expected);
  });

  it('is pinned: checkpoints of earlier versions resume to the same bits', () => {
    expect(draw(randomStream(0), 2)).toEqual([1405233141, 1924484628]);
    expect(draw(randomStream(42, 'generator/block1/weight', 5), 5)).toEqual([
      1084706575, 1171240716, 3135470878, 772557720, 2150788177,
    ]);
    const mask = randomStream(42, 'critic/dropout1/mask', 5).fillBernoulli(new Float32Array(24), 0.7);
    expect(mask.join('')).toBe('010111101101111100101010');
  });

  it('tells apart types, boundaries, order and number of parts', () => {
    const keys: KeyPart[][] = [
      [],
      ['1'],
      [1],
      [''],
      ['', ''],
      ['a', 'b'],
      ['b', 'a'],
      ['ab'],
      ['a'],
      ['a\0'],
      [0],
      [0, 0],
      [-1],
      [1.5],
      ['abcdefgh', 'i'],
      ['abcdefg', 'hi'],
      ['\ud800'],
      ['\ufffd'],
    ];
    const firsts = new Set(keys.map((key) => draw(randomStream(1, ...key), 2).join()));
    expect(firsts.size).toBe(keys.length);
  });

  it('gives different streams for different keys', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.integer());
    const key = fc.tuple(fc.integer(), fc.array(part, { maxLength: 4 }));
    fc.assert(
      fc.property(key, key, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        const drawn = [a, b].map(([seed, parts]) => draw(randomStream(seed, ...parts), 4).join());
        expect(drawn[0] === drawn[1]).toBe(same);
      }),
    );
  });

  it('gives neighbouring keys uncorrelated numbers', () => {
    const a = randomStream(1, 'z', 0).fillNormal(new Float64Array(MANY));
    const b = randomStream(1, 'z', 1).fillNormal(new Float64Array(MANY));
    expect(Math.abs(mean(a.map((value, i) => value * b[i]!)))).toBeLessThan(4 / Math.sqrt(MANY));
  });

  it('treats -0 as 0 and refuses parts that are not finite', () => {
    expect(draw(randomStream(-0, -0), 3)).toEqual(draw(randomStream(0, 0), 3));
    expect(() => randomStream(Number.NaN)).toThrow(UsageError);
    expect(() => randomStream(1, Number.POSITIVE_INFINITY)).toThrow('must be finite, got Infinity');
  });
});

describe('uniform numbers', () => {
  it('are uniform on [0, 1) and exact in float32', () => {
    const stream = randomStream(3, 'uniform');
    const values = Float64Array.from({ length: MANY }, () => stream.uniform());
    expect(values.every((value) => value >= 0 && value < 1 && Math.fround(value) === value)).toBe(true);
    expect(largestGap(values, (x) => x)).toBeLessThan(KOLMOGOROV);
  });

  it('fill an interval', () => {
    const values = randomStream(4).fillUniform(new Float64Array(MANY), -1, 3);
    expect(values.every((value) => value >= -1 && value < 3)).toBe(true);
    expect(largestGap(values, (x) => (x + 1) / 4)).toBeLessThan(KOLMOGOROV);
  });

  it('have every bit of a word set half of the time', () => {
    const stream = randomStream(5);
    const counts = new Array<number>(32).fill(0);
    for (let i = 0; i < MANY; i++) {
      const word = stream.uint32();
      for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
    }
    for (const count of counts) expect(Math.abs(count / MANY - 0.5)).toBeLessThan(2.5 / Math.sqrt(MANY));
  });
});

describe('normal numbers', () => {
  it('have the moments and the distribution of N(0, 1)', () => {
    const values = randomStream(6).fillNormal(new Float64Array(MANY));
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(MANY));
    expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(4 * Math.sqrt(2 / MANY));
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / MANY));
    expect(largestGap(values, normalCdf)).toBeLessThan(KOLMOGOROV);
  });

  it('come one at a time with the same distribution', () => {
    const stream = randomStream(7);
    const values = Float64Array.from({ length: MANY }, () => stream.normal());
    expect(largestGap(values, normalCdf)).toBeLessThan(KOLMOGOROV);
  });

  it('take a mean and a standard deviation, and pairs are uncorrelated', () => {
    const values = randomStream(8).fillNormal(new Float64Array(MANY), 5, 0.25);
    const standard = values.map((x) => (x - 5) / 0.25);
    expect(largestGap(standard, normalCdf)).toBeLessThan(KOLMOGOROV);
    const products = standard.map((x, i) => (i % 2 === 0 ? x * standard[i + 1]! : 0));
    expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(MANY));
  });

  it('fill odd lengths completely and empty arrays not at all', () => {
    expect(
      randomStream(9)
        .fillNormal(new Float64Array(3))
        .every((x) => x !== 0),
    ).toBe(true);
    expect(randomStream(9).fillNormal(new Float64Array(0)).length).toBe(0);
  });

  it('truncated, stay inside and keep the shape of the density', () => {
    const values = randomStream(10).fillTruncatedNormal(new Float64Array(MANY), 1, 2, -1, 4);
    expect(values.every((x) => x >= -1 && x <= 4)).toBe(true);
    const [below, inside] = [normalCdf(-1), normalCdf(1.5) - normalCdf(-1)];
    expect(largestGap(values, (x) => (normalCdf((x - 1) / 2) - below) / inside)).toBeLessThan(KOLMOGOROV);
  });

  it('truncated to an impossible interval, say so', () => {
    const fill = () => randomStream(11).fillTruncatedNormal(new Float32Array(1), 0, 1, 20, 21);
    expect(fill).toThrow('no draw of N(0, 1^2) fell in [20, 21]');
  });
});

describe('fillBernoulli', () => {
  it.each([0, 0.1, 0.5, 0.75, 1])('is 1 with probability %s', (probability) => {
    const values = randomStream(12, probability).fillBernoulli(new Float32Array(MANY + 1), probability);
    expect(values.every((x) => x === 0 || x === 1)).toBe(true);
    const error = 4 * Math.sqrt((probability * (1 - probability)) / MANY);
    expect(Math.abs(mean(values) - probability)).toBeLessThanOrEqual(error);
  });

  it('draws neighbours independently, although two share a word', () => {
    const values = randomStream(17).fillBernoulli(new Float64Array(MANY), 0.5);
    const both = values.filter((value, i) => i % 2 === 0 && value === 1 && values[i + 1] === 1).length;
    expect(Math.abs(both / (MANY / 2) - 0.25)).toBeLessThan(2 / Math.sqrt(MANY / 2));
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses the probability %s', (probability) => {
    expect(() => randomStream(1).fillBernoulli(new Float32Array(1), probability)).toThrow(
      `fillBernoulli: expected a probability from 0 to 1, got ${probability}`,
    );
  });
});

describe('integer', () => {
  it('is uniform below a number that does not divide 2^32', () => {
    const stream = randomStream(13);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < MANY; i++) counts[stream.integer(7)]!++;
    const expected = MANY / 7;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(22.5); // 6 degrees of freedom, p = 0.001
  });

  it('has no bias where a plain remainder would favour small numbers twofold', () => {
    const stream = randomStream(14);
    const below = 3 * 2 ** 30;
    let small = 0;
    for (let i = 0; i < MANY; i++) if (stream.integer(below) < 2 ** 30) small++;
    expect(Math.abs(small / MANY - 1 / 3)).toBeLessThan(4 / Math.sqrt(MANY));
  });

  it('stays in range, up to 2^32', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
        const value = randomStream(seed).integer(below);
        expect(Number.isInteger(value) && value >= 0 && value < below).toBe(true);
      }),
    );
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses %s', (below) => {
    expect(() => randomStream(1).integer(below)).toThrow(
      `integer(below): expected a whole number from 1 to 2^32, got ${below}`,
    );
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 300 }), (seed, n) => {
        const order = randomStream(seed, 'order').permutation(n);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('takes all orders equally often', () => {
    const counts = new Map<string, number>();
    const stream = randomStream(15);
    for (let i = 0; i < 24_000; i++) {
      const order = stream.permutation(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquared = Array.from(counts.values()).reduce(
      (sum, count) => sum + (count - 1000) ** 2 / 1000,
      0,
    );
    expect(chiSquared).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
  });

  it('refuses a negative length', () => {
    expect(() => randomStream(1).permutation(-1)).toThrow('expected a whole number from 0 to 2^32, got -1');
  });
});

describe('precision', () => {
  const fills: Record<string, (stream: RandomStream, out: Float32Array | Float64Array) => void> = {
    uniform: (stream, out) => stream.fillUniform(out, -0.3, 0.7),
    normal: (stream, out) => stream.fillNormal(out, 0.1, 0.02),
    truncated: (stream, out) => stream.fillTruncatedNormal(out, 0.1, 1, -1.7, 2.3),
    bernoulli: (stream, out) => stream.fillBernoulli(out, 0.3),
  };
  it.each(Object.entries(fills))('%s: float32 and float64 hold the same numbers', (_, fill) => {
    const single = new Float32Array(1001);
    const double = new Float64Array(1001);
    fill(randomStream(16), single);
    fill(randomStream(16), double);
    expect(Array.from(double)).toEqual(Array.from(single));
    expect(new Set(single).size).toBeGreaterThan(1);
  });
});

/** The Kolmogorov-Smirnov statistic exceeds this with probability 0.001 for `MANY` independent draws. */
const KOLMOGOROV = 1.95 / Math.sqrt(MANY);

/** The Kolmogorov-Smirnov statistic: the largest distance of the empirical distribution from `cdf`. */
function largestGap(values: Float64Array, cdf: (x: number) => number): number {
  const n = values.length;
  return Float64Array.from(values)
    .sort()
    .reduce((gap, x, i) => Math.max(gap, Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n)), 0);
}

/** Abramowitz and Stegun 7.1.26 for the error function: absolute error below 1.5e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upperTail = (polynomial * Math.exp((-x * x) / 2)) / 2;
  return x >= 0 ? 1 - upperTail : upperTail;
}

function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function draw(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uint32());
}
