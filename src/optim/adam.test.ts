import { describe, expect, it } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { print, simplify } from '../graph/index.ts';
import { adam, adamW, lazy } from './adam.ts';
import { applied, descend } from './optimizer.testing.ts';
import type { Optimizer } from './optimizer.ts';

const shapes = new Map([['w', { shape: [2, 3] }]]);

/** The graph of one update of `w` and of the slots it moves. */
function graphOf({ transform }: Optimizer): string {
  const { slots, updates } = applied(transform, shapes);
  return print(simplify([updates.get('w')!, ...slots.next.values()]));
}

describe('adam', () => {
  it('keeps sums of gradients, of their squares, and of the weights', () => {
    const { slots } = applied(adam().transform, new Map([...shapes, ['b', { shape: [3] }]]));
    expect(Object.fromEntries(slots.initial)).toEqual({
      weights1: { shape: [], value: 0 },
      weights2: { shape: [], value: 0 },
      'w/m': { shape: [2, 3], value: 0 },
      'w/v': { shape: [2, 3], value: 0 },
      'b/m': { shape: [3], value: 0 },
      'b/v': { shape: [3], value: 0 },
    });
    expect([...slots.next.keys()].sort()).toEqual([...slots.initial.keys()].sort());
  });

  it('keeps no sum of gradients for b1 = 0', () => {
    const { slots } = applied(adam({ b1: 0 }).transform, shapes);
    expect([...slots.initial.keys()].sort()).toEqual(['w/v', 'weights2']);
  });

  it('reads as printed', () => {
    expect(graphOf(adam({ b1: 0.5, b2: 0.9 }))).toMatchInlineSnapshot(`
      "slot/w/m: state float32[2, 3]
      %1 = mul(slot/w/m, 0.5) float32[2, 3]
      gradient/w: state float32[2, 3]
      %3 = add(%1, gradient/w) float32[2, 3]
      slot/w/v: state float32[2, 3]
      %5 = mul(slot/w/v, 0.9) float32[2, 3]
      %6 = mul(gradient/w, gradient/w) float32[2, 3]
      %7 = add(%5, %6) float32[2, 3]
      %8 = sqrt(%7) float32[2, 3]
      slot/weights1: state float32[]
      %10 = mul(slot/weights1, 0.5) float32[]
      %11 = add(%10, 1) float32[]
      slot/weights2: state float32[]
      %13 = mul(slot/weights2, 0.9) float32[]
      %14 = add(%13, 1) float32[]
      %15 = sqrt(%14) float32[]
      %16 = div(%11, %15) float32[]
      %17 = mul(%8, %16) float32[2, 3]
      %18 = mul(%11, 1e-8) float32[]
      %19 = add(%17, %18) float32[2, 3]
      %20 = div(%3, %19) float32[2, 3]
      return %20, %11, %14, %3, %7"
    `);
  });

  it('reads as printed for b1 = 0', () => {
    expect(graphOf(adam({ b1: 0, b2: 0.9 }))).toMatchInlineSnapshot(`
      "gradient/w: state float32[2, 3]
      slot/w/v: state float32[2, 3]
      %2 = mul(slot/w/v, 0.9) float32[2, 3]
      %3 = mul(gradient/w, gradient/w) float32[2, 3]
      %4 = add(%2, %3) float32[2, 3]
      %5 = sqrt(%4) float32[2, 3]
      slot/weights2: state float32[]
      %7 = mul(slot/weights2, 0.9) float32[]
      %8 = add(%7, 1) float32[]
      %9 = sqrt(%8) float32[]
      %10 = div(1, %9) float32[]
      %11 = mul(%5, %10) float32[2, 3]
      %12 = add(%11, 1e-8) float32[2, 3]
      %13 = div(gradient/w, %12) float32[2, 3]
      return %13, %8, %4"
    `);
  });

  it('moves by the learning rate at first, whatever the size of the gradient', () => {
    for (const size of [1e-4, 1, 1e6]) {
      const [after] = descend(adam({ lr: 0.1 }), {
        initial: new Map([['w', { shape: [2], data: Float64Array.of(5, 5) }]]),
        steps: 1,
        gradient: () => new Map([['w', Float64Array.of(size, -size)]]),
      });
      expect(after!.get('w')![0]).toBeCloseTo(4.9, 4);
      expect(after!.get('w')![1]).toBeCloseTo(5.1, 4);
    }
  });

  it('divides by the sums of the weights', () => {
    // A gradient of one keeps m and v at the sums of their weights, so each step is exactly the learning rate, far along too.
    const path = descend(adam({ lr: 1, eps: 0 }), {
      initial: new Map([['w', { shape: [1], data: Float64Array.of(0) }]]),
      steps: 3000,
      gradient: () => new Map([['w', Float64Array.of(1)]]),
    });
    expect(path.at(-1)!.get('w')![0]).toBeCloseTo(-3000, 8);
  });

  it('has sums of weights that float32 does not spoil', () => {
    const decay = 0.9999;
    let weights = 0;
    for (let step = 0; step < 5; step++) weights = Math.fround(Math.fround(weights * Math.fround(decay)) + 1);
    const exact = -Math.expm1(5 * Math.log(decay)) / (1 - decay);
    const byPower = Math.fround(1 - Math.fround(Math.fround(decay) ** 5)) / (1 - decay);
    expect(Math.abs(weights / exact - 1)).toBeLessThan(1e-6);
    expect(Math.abs(byPower / exact - 1)).toBeGreaterThan(1e-5);
  });

  it('finds the bottom of a bowl', () => {
    const path = descend(adam({ lr: ({ step }) => 0.1 * 0.99 ** step }), {
      initial: new Map([['w', { shape: [2], data: Float64Array.of(1, -2) }]]),
      steps: 600,
      gradient: (_, params) => new Map([['w', params.get('w')!.map((x, i) => (i + 1) * x)]]),
    });
    expect(Math.hypot(...path.at(-1)!.get('w')!)).toBeLessThan(1e-4);
  });

  it('refuses decays that never forget, and negative numbers', () => {
    expect(() => adam({ b1: 1 })).toThrow(UsageError);
    expect(() => adam({ b1: 1 })).toThrow('adam: b1 must be at least 0 and below 1, not 1');
    expect(() => adamW({ b2: Number.NaN })).toThrow('adamW: b2 must be at least 0 and below 1, not NaN');
    expect(() => adam({ eps: -1 })).toThrow('adam: eps must be at least 0, not -1');
    expect(() => adam({ weightDecay: -1 })).toThrow('weightDecay: rate must be at least 0, not -1');
  });
});

describe('weight decay', () => {
  const still = {
    initial: new Map([['w', { shape: [1], data: Float64Array.of(2) }]]),
    steps: 1,
    gradient: () => new Map([['w', Float64Array.of(0)]]),
  };

  it('of adamW shrinks parameters by lr * weightDecay without a gradient', () => {
    expect(descend(adamW({ lr: 0.1, weightDecay: 0.5 }), still)[0]!.get('w')![0]).toBeCloseTo(1.9, 12);
  });

  it('of adam is a gradient like any other', () => {
    // The penalty's gradient is all there is, and Adam's first step is lr times its sign.
    expect(descend(adam({ lr: 0.1, weightDecay: 0.5 }), still)[0]!.get('w')![0]).toBeCloseTo(1.9, 7);
    expect(descend(adam({ lr: 0.1, weightDecay: 5 }), still)[0]!.get('w')![0]).toBeCloseTo(1.9, 7);
  });

  it('is 0.01 for adamW and none for adam by default', () => {
    expect(descend(adamW({ lr: 1 }), still)[0]!.get('w')![0]).toBeCloseTo(1.98, 12);
    expect(descend(adam({ lr: 1 }), still)[0]!.get('w')![0]).toBe(2);
  });
});

it('lazy keeps the pace of k + 1 moves that stand for k', () => {
  expect(lazy(16, { lr: 0.002, b1: 0, b2: 0.99 })).toEqual({
    lr: 0.002 * (16 / 17),
    b1: 0,
    b2: 0.99 ** (16 / 17),
  });
  const { lr } = lazy(4, { lr: ({ step }) => step });
  expect((lr as (progress: { step: number; images: number }) => number)({ step: 10, images: 0 })).toBe(8);
});
