import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { batchIndices, batchOrder } from './batching.ts';

test('the batches of an epoch visit distinct examples and drop the last short batch', () => {
  const order = { seed: 3, count: 10, batch: 3 };
  const epoch = [0, 1, 2].flatMap((k) => [...batchIndices(order, k)]);
  expect(epoch).toHaveLength(9);
  expect(new Set(epoch).size).toBe(9);
  expect(Math.max(...epoch)).toBeLessThan(10);
});

test('every example comes up once an epoch when the batch divides the count', () => {
  const order = { seed: 1, count: 12, batch: 4 };
  for (const epoch of [0, 1, 5]) {
    const seen = [0, 1, 2].flatMap((k) => [...batchIndices(order, 3 * epoch + k)]);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  }
});

test('epochs and seeds differ', () => {
  const first = batchIndices({ seed: 1, count: 100, batch: 100 }, 0);
  expect(batchIndices({ seed: 1, count: 100, batch: 100 }, 1)).not.toEqual(first);
  expect(batchIndices({ seed: 2, count: 100, batch: 100 }, 0)).not.toEqual(first);
});

test('the kept permutation never changes an answer, whatever the order of questions', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      (ks, batch) => {
        const order = { seed: 9, count: 7, batch };
        const indices = batchOrder(order);
        for (const k of ks) expect(indices(k)).toEqual(batchIndices(order, k));
      },
    ),
  );
});

test('changing a batch leaves later answers alone', () => {
  const indices = batchOrder({ seed: 1, count: 6, batch: 3 });
  const before = [...indices(0)];
  indices(0).fill(0);
  expect([...indices(0)]).toEqual(before);
});

test('wrong numbers are refused in words', () => {
  expect(() => batchOrder({ seed: 1, count: 10, batch: 11 })).toThrow(UsageError);
  expect(() => batchOrder({ seed: 1, count: 10, batch: 11 })).toThrow(
    'batch 11 is larger than the data: there are only 10 examples; choose a batch of at most 10',
  );
  expect(() => batchOrder({ seed: 1, count: 10, batch: 0 })).toThrow(
    'batch: expected a whole number from 1, got 0',
  );
  expect(() => batchOrder({ seed: 1, count: 10, batch: 2.5 })).toThrow('got 2.5');
  expect(() => batchOrder({ seed: 1, count: 0, batch: 1 })).toThrow('expected at least one example, got 0');
  expect(() => batchOrder({ seed: 1, count: 10, batch: 2 })(-1)).toThrow(
    'batch number: expected a whole number from 0',
  );
});
