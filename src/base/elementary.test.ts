import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exp, log, power, tanh } from './elementary.ts';

const view = new DataView(new ArrayBuffer(8));

/** Place of a positive number among all of float64: neighbours differ by 1. */
function place(x: number): bigint {
  view.setFloat64(0, x);
  return view.getBigInt64(0);
}
const apart = (a: number, b: number): number => Math.abs(Number(place(Math.abs(a)) - place(Math.abs(b))));

/** Numbers that spread over sizes, not only over values. */
const finite = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

// `Math` itself is within a unit of the true value, so two units apart allow for one of our own.
it('exp is that of Math to a unit', () => {
  fc.assert(
    fc.property(finite(708), (x) => {
      expect(apart(exp(x), Math.exp(x))).toBeLessThanOrEqual(2);
    }),
    { numRuns: 5000 },
  );
  expect([exp(0), exp(-0)]).toEqual([1, 1]);
  expect(apart(exp(1), Math.E)).toBeLessThanOrEqual(1);
  expect([exp(710), exp(-746), exp(Number.NEGATIVE_INFINITY), exp(Number.NaN)]).toEqual([
    Number.POSITIVE_INFINITY,
    0,
    0,
    Number.NaN,
  ]);
  expect(exp(-740) / Math.exp(-740)).toBeCloseTo(1, 1);
  expect(exp(709.7) / Math.exp(709.7)).toBeCloseTo(1, 14);
});

it('log is that of Math to a unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-320, max: 1e308, noNaN: true }), (x) => {
      if (Math.log(x) !== 0) expect(apart(log(x), Math.log(x))).toBeLessThanOrEqual(2);
    }),
    { numRuns: 5000 },
  );
  for (const x of [0.5, 0.99999, 1.00001, 1.41, 1.42, Math.SQRT2, 2, 10, 1e-5]) {
    expect(apart(log(x), Math.log(x))).toBeLessThanOrEqual(1);
  }
  expect([log(1), log(0), log(-1), log(Number.POSITIVE_INFINITY)]).toEqual([
    0,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});

it('tanh is that of Math to four units', () => {
  fc.assert(
    fc.property(finite(25), (x) => {
      expect(apart(tanh(x), Math.tanh(x))).toBeLessThanOrEqual(5);
      expect(Math.sign(tanh(x))).toBe(Math.sign(x));
    }),
    { numRuns: 5000 },
  );
  expect([tanh(40), tanh(-40), tanh(0), tanh(Number.NaN)]).toEqual([1, -1, 0, Number.NaN]);
});

it('power is that of the operator', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      fc.double({ min: -20, max: 20, noNaN: true }),
      (a, b) => {
        expect(apart(power(a, b), a ** b)).toBeLessThanOrEqual(4 + 2 * Math.abs(b * Math.log(a)));
      },
    ),
    { numRuns: 5000 },
  );
  for (const b of [-9, -8, -3, 0, 1, 2, 3, 8, 9, 10]) {
    expect(power(-1.25, b) / (-1.25) ** b).toBeCloseTo(1, 13);
  }
  for (const [a, b] of [
    [0, 0],
    [0, 2],
    [0, 1.5],
    [0, -1],
    [0, 20],
    [-2, 0.3],
    [Number.POSITIVE_INFINITY, -1.5],
    [4, 0.5],
    [Number.NaN, 0],
  ] as const) {
    expect({ a, b, power: power(a, b) }).toEqual({ a, b, power: a ** b });
  }
});

// Bits that every engine must arrive at: computed once, by IEEE 754 arithmetic alone.
it('has these bits everywhere', () => {
  let sum = 0n;
  for (let i = 1; i <= 2000; i++) {
    const x = (i * 0.618033988749895) % 8;
    for (const y of [exp(x - 4), log(x), tanh(x - 4), power(x, 1.7)]) {
      view.setFloat64(0, y);
      sum = (sum * 31n + view.getBigUint64(0)) % (1n << 64n);
    }
  }
  expect(sum).toBe(1393970863103874858n);
});
