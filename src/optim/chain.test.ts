import { describe, expect, it } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { input, interpret } from '../graph/index.ts';
import { chain, withTransforms } from './chain.ts';
import { clipByGlobalNorm, clipByValue, clipWeights } from './clip.ts';
import { applied } from './optimizer.testing.ts';
import { moved, type Transform } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';
import { weightDecay } from './weightDecay.ts';

/** Updates for gradients a [2] and b [1], with parameters 10, 20 and 30, and slots at their initial values. */
function updatesOf(
  transform: Transform,
  a: readonly number[],
  b: readonly number[],
): Record<string, number[]> {
  const { updates, slots } = applied(
    transform,
    new Map([
      ['a', { shape: [2] }],
      ['b', { shape: [1] }],
    ]),
  );
  const given: Record<string, ArrayLike<number>> = {
    'gradient/a': a,
    'gradient/b': b,
    'param/a': [10, 20],
    'param/b': [30],
  };
  for (const [name, { shape, value }] of slots.initial) {
    given[`slot/${name}`] = new Float64Array(shape.reduce((x, y) => x * y, 1)).fill(value);
  }
  const values = interpret([...updates.values()])((name) => given[name]);
  return Object.fromEntries([...updates.keys()].map((name, i) => [name, [...values[i]!]]));
}

describe('clipByGlobalNorm', () => {
  it('scales all tensors by one factor down to the limit', () => {
    const { a, b } = updatesOf(clipByGlobalNorm(6.5), [3, 4], [12]);
    expect(a![0]).toBeCloseTo(1.5, 6);
    expect(a![1]).toBeCloseTo(2, 6);
    expect(b![0]).toBeCloseTo(6, 6);
    expect(Math.hypot(...a!, ...b!)).toBeCloseTo((6.5 * 13) / (13 + 1e-6), 12);
  });

  it('leaves what is within the limit, zeros too', () => {
    expect(updatesOf(clipByGlobalNorm(14), [3, 4], [12])).toEqual({ a: [3, 4], b: [12] });
    expect(updatesOf(clipByGlobalNorm(1), [0, 0], [0])).toEqual({ a: [0, 0], b: [0] });
  });

  it('takes no gradients at all', () => {
    expect(applied(clipByGlobalNorm(1), new Map()).updates.size).toBe(0);
  });
});

it('clipWeights cuts what an optimizer has moved, and not the move', () => {
  const params = new Map([['a', input('a', [3])]]);
  const directions = new Map([['a', input('d', [3])]]);
  const after = moved(clipWeights(sgd({ lr: 1 }), 0.5), params, directions, 0.1);
  const [values] = interpret([...after.values()])((name) => (name === 'a' ? [0.4, -0.45, 9] : [2, 2, 0]));
  expect([...values!].map((value) => Number(value.toFixed(12)))).toEqual([0.2, -0.5, 0.5]);
  expect(() => clipWeights(sgd(), -1)).toThrow(/clipWeights: limit must be at least 0, not -1/);
});

it('clipByValue cuts each number to the limit', () => {
  expect(updatesOf(clipByValue(2), [3, -1], [-12])).toEqual({ a: [2, -1], b: [-2] });
});

it('limits below zero are refused', () => {
  expect(() => clipByValue(-1)).toThrow(UsageError);
  expect(() => clipByValue(-1)).toThrow('clipByValue: limit must be at least 0, not -1');
  expect(() => clipByGlobalNorm(Number.NaN)).toThrow('clipByGlobalNorm: limit must be at least 0, not NaN');
});

describe('chain', () => {
  it('applies its links in order', () => {
    // Decay adds 10, 20 and 30.
    const clippedFirst = chain(clipByValue(2), weightDecay(1));
    const decayedFirst = chain(weightDecay(1), clipByValue(2));
    expect(updatesOf(clippedFirst, [3, -1], [-12])).toEqual({ a: [12, 19], b: [28] });
    expect(updatesOf(decayedFirst, [3, -1], [-32])).toEqual({ a: [2, 2], b: [-2] });
  });

  it('of nothing hands gradients on', () => {
    expect(updatesOf(chain(), [3, -1], [-12])).toEqual({ a: [3, -1], b: [-12] });
    expect(updatesOf(sgd().transform, [3, -1], [-12])).toEqual({ a: [3, -1], b: [-12] });
  });

  it('before an optimizer changes gradients, not its learning rate', () => {
    const clipped = withTransforms(sgd({ lr: 0.25 }), clipByValue(2), weightDecay(1));
    expect(clipped.lr).toBe(0.25);
    expect(updatesOf(clipped.transform, [3, -1], [-12])).toEqual({ a: [12, 19], b: [28] });
  });
});

it('optimizers name their slots after the parameter', () => {
  const names = (transform: Transform) =>
    [...applied(transform, new Map([['D/fc1/weight', { shape: [2] }]])).slots.next.keys()].sort();
  expect(names(sgd({ momentum: 0.9 }).transform)).toEqual(['D/fc1/weight/momentum']);
  expect(names(sgd().transform)).toEqual([]);
  expect(names(rmsprop().transform)).toEqual(['D/fc1/weight/v']);
  expect(names(rmsprop({ momentum: 0.5 }).transform)).toEqual(['D/fc1/weight/momentum', 'D/fc1/weight/v']);
});

it('optimizers refuse a momentum of 1 or more, and a decay of squares that never forgets', () => {
  expect(() => sgd({ momentum: 1 })).toThrow('momentum: its factor must be at least 0 and below 1, not 1');
  expect(() => rmsprop({ alpha: 1.5 })).toThrow('rmsprop: alpha must be at least 0 and below 1, not 1.5');
});
