import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  concat,
  cos,
  evaluate,
  exp,
  grad,
  input,
  matmul,
  mean,
  mul,
  OPEN,
  pow,
  sin,
  sqrt,
  square,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  tensor,
} from './index.ts';

const x = input('x', [3]);
const at = { x: [0.5, -1, 2] };
const numbers = (y: Tensor, leaves: Record<string, number[]> = at) => [...evaluate(y, leaves)];

/** The derivative of the given order of sum(f(x)). */
function derivative(f: (x: Tensor) => Tensor, order: number): Tensor {
  let y = f(x);
  for (let i = 0; i < order; i++) [y] = grad(sum(y), [x]) as [Tensor];
  return y;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits = 12): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

describe('derivatives of higher order', () => {
  it('of a product', () => {
    const fourth = (y: Tensor) => mul(mul(y, y), mul(y, y));
    expectClose(
      numbers(derivative(fourth, 3)),
      at.x.map((v) => 24 * v),
    );
    expectClose(numbers(derivative(fourth, 4)), [24, 24, 24]);
    expectClose(numbers(derivative(fourth, 5)), [0, 0, 0]);
  });

  it('of a power', () => {
    expectClose(
      numbers(derivative((y) => pow(y, 4), 3)),
      at.x.map((v) => 24 * v),
    );
  });

  it('of sine, exponential and square root', () => {
    expectClose(numbers(derivative(sin, 4)), at.x.map(Math.sin));
    expectClose(numbers(derivative(cos, 3)), at.x.map(Math.sin));
    expectClose(
      numbers(derivative((y) => exp(mul(y, 2)), 3)),
      at.x.map((v) => 8 * Math.exp(2 * v)),
    );
    const positive = { x: [0.25, 1, 4] };
    expectClose(
      numbers(derivative(sqrt, 3), positive),
      positive.x.map((v) => (3 / 8) * v ** -2.5),
    );
  });
});

describe('Hessian-vector products', () => {
  it('of a quadratic form are the symmetrised matrix times the vector', () => {
    const a = [2, -1, 0.5, 3, 1, -2, 0, 4, 1.5];
    const matrix = tensor(Float64Array.from(a), [3, 3]);
    const column = x.reshape([3, 1]);
    const form = sum(mul(column, matmul(matrix, column)));
    const direction = [1, -2, 3];
    const [first] = grad(form, [x]);
    const [product] = grad(first!, [x], tensor(direction));
    const expected = [0, 1, 2].map((i) =>
      direction.reduce((total, v, j) => total + (a[i * 3 + j]! + a[j * 3 + i]!) * v, 0),
    );
    expectClose(numbers(product!), expected);
  });

  it('of a norm agree with (I - u u^T) / |x|', () => {
    const norm = sqrt(sum(square(x)));
    const direction = [0.3, 0.2, -1];
    const [product] = grad(grad(norm, [x])[0]!, [x], tensor(direction));
    const length = Math.hypot(...at.x);
    const along = at.x.reduce((total, v, i) => total + v * direction[i]!, 0) / length ** 2;
    expectClose(
      numbers(product!),
      direction.map((v, i) => (v - along * at.x[i]!) / length),
    );
  });

  it('of a dense tanh network equal differences of its gradient', () => {
    const weights = tensor([0.4, -0.7, 0.2, 1.1, 0.3, -0.5], [3, 2]);
    const loss = mean(tanh(matmul(x.reshape([1, 3]), weights)));
    const [first] = grad(loss, [x]);
    const direction = [1, 2, -1];
    const [product] = grad(first!, [x], tensor(direction));
    const step = 1e-5;
    const shifted = (sign: number) =>
      numbers(first!, { x: at.x.map((v, i) => v + sign * step * direction[i]!) });
    const [ahead, behind] = [shifted(1), shifted(-1)];
    expectClose(
      numbers(product!),
      ahead.map((v, i) => (v - behind[i]!) / (2 * step)),
      9,
    );
  });
});

describe('what can be differentiated', () => {
  it('gives zeros of the right shape for an x that y does not depend on', () => {
    const other = input('other', [2, 2]);
    const [dx, dother] = grad(sum(x), [x, other]);
    expect(numbers(dx!)).toEqual([1, 1, 1]);
    expect(dother!.shape).toEqual([2, 2]);
    expect(numbers(dother!)).toEqual([0, 0, 0, 0]);
  });

  it('gives zeros where the way leads through stopGradient or a comparison', () => {
    expect(numbers(grad(sum(stopGradient(x)), [x])[0]!)).toEqual([0, 0, 0]);
    expect(numbers(grad(sum(x.greater(0).cast('float32')), [x])[0]!)).toEqual([0, 0, 0]);
    expect(numbers(grad(sum(mul(stopGradient(x), x)), [x])[0]!)).toEqual(at.x);
  });

  it('takes an x in the middle of the graph, beside those before it', () => {
    const h = square(x);
    const [dh, dx] = grad(sum(mul(h, h)), [h, x]);
    expectClose(
      numbers(dh!),
      at.x.map((v) => 2 * v ** 2),
    );
    expectClose(
      numbers(dx!),
      at.x.map((v) => 4 * v ** 3),
    );
  });

  it('gives 1 for y itself', () => {
    const y = sum(x);
    expect(numbers(grad(y, [y])[0]!)).toEqual([1]);
    const z = input('z', [1, 1]);
    expect(grad(z, [z])[0]!.shape).toEqual([1, 1]);
  });

  it('adds up over all uses of a tensor, and takes the same x twice', () => {
    const y = sum(add(mul(x, x), concat([x, x, x], 0).slice(0, 2, 5)));
    const [first, second] = grad(y, [x, x]);
    expectClose(numbers(first!), [2, -1, 5]);
    expect(numbers(second!)).toEqual(numbers(first!));
    const seven = [1, 2, 3, 4, 5, 6, 7].reduce<Tensor>((total, k) => add(total, mul(x, k)), tensor(0));
    expectClose(numbers(grad(sum(seven), [x])[0]!), [28, 28, 28]);
  });

  it('is linear in the cotangent', () => {
    const y = sin(mul(x, 3));
    const v = input('v', [3]);
    const [pulled] = grad(y, [x], v);
    const direction = [1, -2, 0.5];
    expectClose(
      numbers(pulled!, { ...at, v: direction }),
      at.x.map((value, i) => 3 * Math.cos(3 * value) * direction[i]!),
    );
    // Differentiating the product in v gives back the derivative along a direction.
    const [pushed] = grad(pulled!, [v], tensor(direction));
    expectClose(numbers(pushed!, { ...at, v: [0, 0, 0] }), numbers(pulled!, { ...at, v: direction }));
  });

  it('undoes broadcasting over missing and over single axes', () => {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2]), fc.integer({ min: 0, max: 2 }), (single, missing) => {
        const full = [2, 3, 4];
        const shape = full.map((size, axis) => (single.includes(axis) ? 1 : size)).slice(missing);
        const b = input('b', shape);
        const [db] = grad(sum(mul(input('a', full), b)), [b]);
        expect(db!.shape).toEqual(shape);
        const a = Array.from({ length: 24 }, (_, i) => i);
        // Every element of a is counted once.
        const total = numbers(db!, { a, b: new Array(b.shape.reduce((p, q) => p * q, 1)).fill(1) });
        expect(total.reduce((p, q) => p + q, 0)).toBe(276);
      }),
    );
  });
});

describe('refusals', () => {
  it.each<[string, () => unknown, string]>([
    [
      'y that is no scalar',
      () => grad(square(x), [x]),
      'grad: y is [3], not a scalar; reduce it or give a cotangent',
    ],
    ['an open batch', () => grad(input('o', [OPEN, 1]), [x]), 'grad: y is [batch, 1], not a scalar'],
    [
      'a cotangent of another shape',
      () => grad(square(x), [x], tensor([1, 2])),
      'grad: the cotangent is [2] where y is [3]',
    ],
    [
      'y of integers',
      () => grad(input('n', [], 'int32'), [x]),
      'grad: works on float32, not int32; cast it first',
    ],
    ['x of booleans', () => grad(sum(x), [x.greater(0)]), 'grad: works on float32, not bool; cast it first'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
