import { describe, expect, it } from 'vitest';
import {
  cast,
  elu,
  erf,
  evaluate,
  grad,
  input,
  leakyRelu,
  maximum,
  minimum,
  mul,
  pow,
  relu,
  sigmoid,
  sign,
  softplus,
  square,
  sum,
  type Tensor,
  tensor,
  where,
} from '../index.ts';

const valuesOf = (f: (x: Tensor) => Tensor, ...at: number[]) => [
  ...evaluate(f(input('x', [at.length])), { x: at }),
];

/** The derivative of the given order of a function of one number, at several points. */
function derivativesOf(f: (x: Tensor) => Tensor, at: number[], order = 1): number[] {
  const x = input('x', [at.length]);
  let y = f(x);
  for (let i = 0; i < order; i++) y = grad(sum(y), [x])[0]!;
  return [...evaluate(y, { x: at })];
}

describe('erf', () => {
  // From tables to 16 digits (Abramowitz and Stegun, table 7.1, and its continuation).
  it.each([
    [0, 0],
    [1e-8, 1.1283791670955126e-8],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [40, 1],
  ])('of %d', (x, expected) => {
    expect(Math.abs(valuesOf(erf, x)[0]! - expected)).toBeLessThan(1e-15);
    expect(valuesOf(erf, -x)[0]).toBe(-valuesOf(erf, x)[0]!);
  });

  it('has no seam where the series hands over to the continued fraction', () => {
    const [below, above] = valuesOf(erf, 2.5 - 1e-12, 2.5) as [number, number];
    expect(above - below).toBeGreaterThan(0);
    expect(above - below).toBeLessThan(1e-14);
  });

  it('is NaN for NaN and ±1 for ±Infinity', () => {
    expect(valuesOf(erf, Number.NaN, Infinity, -Infinity)).toEqual([Number.NaN, 1, -1]);
  });
});

describe('far from zero', () => {
  it('sigmoid neither overflows nor leaves [0, 1]', () => {
    expect(valuesOf(sigmoid, -1000, -40, 0, 40, 1000)).toEqual([0, Math.exp(-40), 0.5, 1, 1]);
    expect(derivativesOf(sigmoid, [-1000, 1000])).toEqual([0, 0]);
  });

  it('softplus is 0 on the left, x on the right, and so are its derivatives', () => {
    expect(valuesOf(softplus, -1000, 1000)).toEqual([0, 1000]);
    expect(derivativesOf(softplus, [-1000, 1000])).toEqual([0, 1]);
    expect(derivativesOf(softplus, [-1000, 1000], 2)).toEqual([0, 0]);
    // The gradient keeps its relative precision where the value has lost it.
    expect(derivativesOf(softplus, [-40])[0]! / Math.exp(-40)).toBeCloseTo(1, 12);
  });
});

describe('at zero', () => {
  it('softplus has the derivatives of a smooth function', () => {
    expect(valuesOf(softplus, 0)[0]).toBeCloseTo(Math.log(2), 15);
    expect(derivativesOf(softplus, [0])[0]).toBeCloseTo(1 / 2, 15);
    expect(derivativesOf(softplus, [0], 2)[0]).toBeCloseTo(1 / 4, 15);
    expect(derivativesOf(softplus, [0], 3)[0]).toBeCloseTo(0, 15);
    expect(derivativesOf(softplus, [0], 4)[0]).toBeCloseTo(-1 / 8, 15);
  });

  it('leakyRelu has its slope as derivative, and relu 0', () => {
    expect(valuesOf((x) => leakyRelu(x, 0.1), -2, 0, 3)).toEqual([-0.2, 0, 3]);
    expect(derivativesOf((x) => leakyRelu(x, 0.1), [-2, 0, 3])).toEqual([0.1, 0.1, 1]);
    expect(valuesOf(relu, -2, 0, 3)).toEqual([0, 0, 3]);
    expect(derivativesOf(relu, [-2, 0, 3])).toEqual([0, 0, 1]);
  });

  it('elu has derivative 1 from both sides', () => {
    expect(valuesOf(elu, -1, 0, 2)).toEqual([Math.exp(-1) - 1, 0, 2]);
    expect(derivativesOf(elu, [-1, 0, 2])).toEqual([Math.exp(-1), 1, 1]);
  });

  it('abs and sign have derivative 0', () => {
    expect(valuesOf(sign, -3, 0, 0.1)).toEqual([-1, 0, 1]);
    expect(derivativesOf((x) => x.abs(), [-3, 0, 0.1])).toEqual([-1, 0, 1]);
    expect(derivativesOf((x) => mul(sign(x), x), [-3, 0, 2])).toEqual([-1, 0, 1]);
  });
});

it('relu maps minus infinity to 0 and keeps NaN', () => {
  expect(valuesOf(relu, -Infinity, Number.NaN, Infinity)).toEqual([0, Number.NaN, Infinity]);
});

describe('maximum and minimum', () => {
  const a = input('a', [3]);
  const b = input('b', [3]);
  const leaves = { a: [1, 2, 5], b: [3, 2, 4] };

  it('choose element by element', () => {
    expect([...evaluate(maximum(a, b), leaves)]).toEqual([3, 2, 5]);
    expect([...evaluate(minimum(a, b), leaves)]).toEqual([1, 2, 4]);
  });

  it('share the gradient of a tie equally', () => {
    const [da, db] = grad(sum(maximum(a, b)), [a, b]);
    expect([...evaluate(da!, leaves)]).toEqual([0, 0.5, 1]);
    expect([...evaluate(db!, leaves)]).toEqual([1, 0.5, 0]);
    const [ea, eb] = grad(sum(minimum(a, b)), [a, b]);
    expect([...evaluate(ea!, leaves)]).toEqual([1, 0.5, 0]);
    expect([...evaluate(eb!, leaves)]).toEqual([0, 0.5, 1]);
  });
});

describe('pow', () => {
  it('takes whole powers of negative numbers', () => {
    expect(valuesOf((x) => pow(x, 3), -2, 0, 2)).toEqual([-8, 0, 8]);
    expect(derivativesOf((x) => pow(x, 3), [-2, 0, 2])).toEqual([12, 0, 12]);
  });

  it('has every derivative of a polynomial at zero, down to zero', () => {
    const at = [-1, 0, 2];
    const power = (x: Tensor) => pow(x, 4);
    expect(derivativesOf(power, at, 2)).toEqual([12, 0, 48]);
    expect(derivativesOf(power, at, 3)).toEqual([-24, 0, 48]);
    expect(derivativesOf(power, at, 4)).toEqual([24, 24, 24]);
    expect(derivativesOf(power, at, 5)).toEqual([0, 0, 0]);
  });

  it('has no gradient in a constant exponent that could go wrong', () => {
    expect(derivativesOf((x) => pow(x, 0), [-1, 0])).toEqual([0, 0]);
    expect(derivativesOf(square, [-3, 0])).toEqual([-6, 0]);
  });
});

describe('where', () => {
  it('broadcasts all three', () => {
    const condition = tensor([[1], [0]], undefined, 'bool');
    expect([...evaluate(where(condition, tensor([1, 2, 3]), 9))]).toEqual([1, 2, 3, 9, 9, 9]);
  });

  it('keeps what is not chosen out of value and gradient, even NaN', () => {
    const f = (x: Tensor) => where(x.greater(0), x.log(), 0);
    expect(valuesOf(f, -1, 1)).toEqual([0, 0]);
    expect(valuesOf((x) => where(x.greater(0), x, x.sqrt()), 4, 9)).toEqual([4, 9]);
  });

  it('sends the cotangent to the chosen side', () => {
    expect(derivativesOf((x) => where(x.less(1), mul(x, 2), mul(x, 3)), [0, 1, 2])).toEqual([2, 3, 3]);
  });
});

describe('comparisons', () => {
  it.each([
    ['greater', [0, 0, 1]],
    ['greaterEqual', [0, 1, 1]],
    ['less', [1, 0, 0]],
    ['lessEqual', [1, 1, 0]],
    ['equal', [0, 1, 0]],
  ] as const)('%s', (name, expected) => {
    const result = input('x', [3])[name](2);
    expect(result.dtype).toBe('bool');
    expect([...evaluate(result, { x: [1, 2, 3] })]).toEqual(expected);
  });
});

describe('cast', () => {
  it('cuts towards zero, and counts anything but zero as true', () => {
    expect(valuesOf((x) => cast(x, 'int32'), -1.7, 0.9, 2)).toEqual([-1, 0, 2]);
    expect(valuesOf((x) => cast(x, 'bool'), -1.7, 0, 2)).toEqual([1, 0, 1]);
  });

  it('passes gradients between floats only', () => {
    expect(derivativesOf((x) => mul(cast(x, 'float32'), x), [3])).toEqual([6]);
    expect(derivativesOf((x) => cast(cast(x, 'int32'), 'float32'), [3])).toEqual([0]);
  });
});
