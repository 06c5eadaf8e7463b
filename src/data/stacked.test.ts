import { expect, it } from 'vitest';
import { imageDataset } from './dataset.ts';
import { stackedDigits, stackedLabels } from './stacked.ts';

/** Twenty images of one grey each, two of every class. */
const digits = imageDataset({
  name: 'digits',
  shape: [1, 2, 3],
  classes: Array.from({ length: 10 }, (_, k) => String(k)),
  pixels: Uint8Array.from({ length: 20 * 6 }, (_, i) => 5 * Math.floor(i / 6)),
  labels: Int32Array.from({ length: 20 }, (_, i) => i % 10),
  settings: 'made',
});
const stack = (seed?: number, count = 500) =>
  stackedDigits(digits, { name: 'stacked', count, ...(seed === undefined ? {} : { seed }) });

it('shows in each channel a digit of the class its place names', () => {
  const data = stack();
  expect(data).toMatchObject({ kind: 'images', shape: [3, 2, 3], count: 500 });
  expect(data.classes).toHaveLength(1000);
  expect(data.classes[407]).toBe('407');
  const indices = [0, 7, 499];
  const { real, labels } = data.read(indices);
  indices.forEach((_, i) => {
    const shown = [0, 1, 2].map((k) => {
      const plane = real.subarray((3 * i + k) * 6, (3 * i + k + 1) * 6);
      expect(new Set(plane).size).toBe(1);
      // Grey 5 n is image n, whose class is its last digit.
      return Math.round(((plane[0]! + 1) * 127.5) / 5) % 10;
    });
    expect(labels[i]).toBe(100 * shown[0]! + 10 * shown[1]! + shown[2]!);
  });
});

it('is drawn with replacement, alike for all digits', () => {
  const { labels } = stack(0, 20_000).read(Array.from({ length: 20_000 }, (_, i) => i));
  const first = new Float64Array(10);
  for (const label of labels) first[Math.floor(label / 100)]!++;
  for (const count of first) expect(Math.abs(count - 2000)).toBeLessThan(200);
  expect(new Set(labels).size).toBe(1000);
});

it('depends on its seed and on the digits, and says so in its fingerprint', () => {
  expect(stack(1).fingerprint).toBe(stack(1).fingerprint);
  expect(stack(1).fingerprint).not.toBe(stack(2).fingerprint);
  expect(stack(1).fingerprint).toHaveLength(16);
  expect([...stack(1).read([0, 1, 2]).labels]).not.toEqual([...stack(2).read([0, 1, 2]).labels]);
});

it('is without padding what it is of digits that were never padded', () => {
  expect(stack().unpadded).toBeUndefined();
  const padded = { ...digits, shape: [1, 4, 5], fingerprint: 'padded', unpadded: () => digits };
  const back = stackedDigits(padded, { name: 'stacked', count: 500 }).unpadded!();
  expect({ ...back, read: 0 }).toEqual({ ...stack(), read: 0 });
  expect(back.read([3, 4])).toEqual(stack().read([3, 4]));
});

it('reads into memory that is handed over', () => {
  const into = new Float32Array(2 * 18);
  const { real } = stack().read([3, 4], into);
  expect(real).toBe(into);
  expect(real).toEqual(stack().read([3, 4]).real);
});

it('refuses an example that is not there', () => {
  expect(() => stack().read([500])).toThrow('stacked: example 500 was asked for');
});

it('puts three digits together', () => {
  expect([...stackedLabels([0, 0, 7, 9, 8, 7], 10)]).toEqual([7, 987]);
});
