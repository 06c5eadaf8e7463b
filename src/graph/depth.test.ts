import { describe, expect, it } from 'vitest';
import { add, evaluate, grad, input, mul, print, simplify, sin, sum, type Tensor, tensor } from './index.ts';

const x = input('x', [3]);
const at = { x: [0.5, -1, 2] };
const numbers = (y: Tensor, leaves: Record<string, number[]> = at) => [...evaluate(y, leaves)];

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits = 12): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

describe('a chain 50,000 deep', () => {
  const depth = 50_000;

  it('has a gradient, prints, simplifies and evaluates', () => {
    let y: Tensor = x;
    for (let i = 0; i < depth; i++) y = sin(y);
    const roots = [y, ...grad(sum(y), [x])];
    expect(print(roots).split('\n').length).toBeGreaterThan(3 * depth);
    const slope = (value: number) => {
      let product = 1;
      for (let i = 0; i < depth; i++) {
        product *= Math.cos(value);
        value = Math.sin(value);
      }
      return product;
    };
    for (const root of [roots[1]!, simplify(roots)[1]!]) {
      const actual = evaluate(root, at);
      at.x.forEach((value, i) => {
        expect(actual[i]! / slope(value)).toBeCloseTo(1, 10);
      });
    }
  });

  it('collapses where identities apply all along', () => {
    let y: Tensor = x;
    const factor = tensor(0.9999);
    for (let i = 0; i < depth; i++) y = mul(y, factor);
    const simplified = simplify([y, ...grad(sum(y), [x])]);
    expect(print(simplified).split('\n').length).toBe(4);
    const power = 0.9999 ** depth;
    expectClose(
      numbers(simplified[0]!),
      at.x.map((v) => v * power),
      10,
    );
    expectClose(numbers(simplified[1]!), [power, power, power], 10);
  });
});

it('a long chain has a gradient of its gradient', () => {
  let y: Tensor = x;
  for (let i = 0; i < 3000; i++) y = add(y, mul(mul(y, y), 1e-5));
  const [first] = grad(sum(y), [x]);
  const [second] = grad(sum(first!), [x]);
  const step = 1e-4;
  const shifted = (by: number) => numbers(first!, { x: at.x.map((v) => v + by) });
  const [ahead, behind] = [shifted(step), shifted(-step)];
  expectClose(
    numbers(second!),
    ahead.map((v, i) => (v - behind[i]!) / (2 * step)),
    8,
  );
});
