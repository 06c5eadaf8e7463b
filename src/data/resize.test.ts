import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resample } from './resize.ts';

const line = (...values: number[]) => Uint8Array.from(values);
const resampleLine = (values: Uint8Array, length: number) => [
  ...resample(values, [1, values.length, 1], length),
];

test('halving weighs four samples 1, 3, 3, 1, fewer at the ends', () => {
  // First of 2: centre 1, samples at 0.5, 1.5, 2.5 of weights 3, 3, 1: (3*10 + 3*20 + 1*40) / 7 = 18.57
  // Second: centre 3, samples at 1.5, 2.5, 3.5 of weights 1, 3, 3: (20 + 3*40 + 3*80) / 7 = 54.29
  expect(resampleLine(line(10, 20, 40, 80), 2)).toEqual([19, 54]);
});

test('doubling interpolates at quarters and repeats the ends', () => {
  expect(resampleLine(line(0, 100), 4)).toEqual([0, 25, 75, 100]);
});

test('lines and channels do not mix', () => {
  const pixels = line(0, 200, 100, 200, 50, 0, 150, 0);
  // Two lines of two pixels of two channels, shrunk to one pixel each.
  expect([...resample(pixels, [2, 2, 2], 1)]).toEqual([50, 200, 100, 0]);
});

test('the same length gives the same bytes', () => {
  const values = line(3, 1, 4, 1, 5);
  expect(resampleLine(values, 5)).toEqual([...values]);
});

const lengths = fc.integer({ min: 1, max: 60 });

test('a constant stays constant at any scale', () => {
  fc.assert(
    fc.property(lengths, lengths, fc.integer({ min: 0, max: 255 }), (from, to, value) => {
      const result = resampleLine(new Uint8Array(from).fill(value), to);
      expect(result).toEqual(new Array(to).fill(value));
    }),
  );
});

test('results lie between the smallest and the largest sample, and mirroring commutes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), lengths, (values, to) => {
      const result = resampleLine(values, to);
      expect(Math.min(...result)).toBeGreaterThanOrEqual(Math.min(...values));
      expect(Math.max(...result)).toBeLessThanOrEqual(Math.max(...values));
      const mirrored = resampleLine(values.slice().reverse(), to).reverse();
      // Half-way values may round to either side.
      mirrored.forEach((value, i) => {
        expect(Math.abs(value - result[i]!)).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('whole factors keep the mean of what lies away from the ends', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.integer({ min: 2, max: 4 }),
      (values, factor) => {
        // Constant ends as wide as the filter: there the renormalised weights change nothing.
        const margin = 4 * factor;
        const inner = [...values].flatMap((value) => new Array<number>(factor).fill(value));
        const padded = [
          ...new Array<number>(margin).fill(99),
          ...inner,
          ...new Array<number>(margin).fill(99),
        ];
        const result = resampleLine(Uint8Array.from(padded), padded.length / factor);
        const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
        expect(Math.abs(mean(result) - mean(padded))).toBeLessThan(0.5);
      },
    ),
  );
});
