import { describe, expect, it } from 'vitest';
import { conv, grad, input, matmul, mean, relu, state, type Tensor } from './index.ts';
import type { Origin } from './origin.ts';
import { within } from './origin.ts';
import { simplify } from './simplify.ts';
import { substitute } from './substitute.ts';
import { topologicalOrder } from './walk.ts';

const layer = (name: string): Origin => ({ layer: name, pass: 'forward' });

/** Two layers, and what differentiates their outcome in the weights. */
function network() {
  const x = input('x', [2, 3]);
  const [first, second] = [state('first', [3, 4]), state('second', [4, 1])];
  const hidden = within(layer('first'), () => relu(matmul(x, first)));
  const y = within(layer('second'), () => matmul(hidden, second).mul(2).mul(3));
  return { x, first, second, hidden, y };
}

const origins = (roots: readonly Tensor[], op: string): string[] =>
  topologicalOrder(roots)
    .filter((tensor) => tensor.op.name === op)
    .map(({ origin }) => (origin ? `${origin.layer} ${origin.pass}` : 'none'));

describe('the origin of a tensor', () => {
  it('is that of the innermost place it was made in, and none elsewhere', () => {
    const [outer, inner, after, elsewhere] = (() => {
      const x = input('x', [2]);
      const [a, b, c] = within(layer('D'), () => {
        const before = x.add(1);
        const nested = within(layer('D/conv'), () => before.mul(x));
        return [before, nested, nested.add(x)];
      });
      return [a!, b!, c!, x.add(2)];
    })();
    expect([outer, inner, after, elsewhere].map(({ origin }) => origin?.layer)).toEqual([
      'D',
      'D/conv',
      'D',
      undefined,
    ]);
  });

  it('is left behind when an error is thrown', () => {
    expect(() =>
      within(layer('D'), () => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(input('x', [2]).origin).toBeUndefined();
  });

  it('is handed on to derivatives, one pass on, and once more', () => {
    const { x, first, second, y } = network();
    const slopes = grad(mean(y), [first, second, x]);
    expect(origins(slopes, 'matmul').sort()).toEqual([
      'first backward', // to the weight
      'first backward', // to x
      'first forward',
      'second backward',
      'second backward',
    ]);
    const again = grad(mean(slopes[2]!.mul(slopes[2]!)), [first]);
    expect(origins(again, 'matmul')).toContain('first double backward');
  });

  it('survives simplification and substitution, whose own tensors are of the place they stand in for', () => {
    const { second, y } = network();
    const [simple] = simplify([y]);
    expect(origins([simple!], 'matmul')).toEqual(['first forward', 'second forward']);
    expect(origins([simple!], 'mul')).toEqual(['second forward']);
    const [fixed] = substitute([y], (leaf) => (leaf === second ? state('other', [4, 1]) : undefined));
    expect(origins([fixed!], 'matmul')).toEqual(['first forward', 'second forward']);
  });

  it('does not keep equal tensors apart', () => {
    const x = input('x', [2]);
    const [one, other] = [within(layer('a'), () => x.exp()), within(layer('b'), () => x.exp())];
    const [sum] = simplify([one.add(other)]);
    expect(topologicalOrder([sum!]).filter(({ op }) => op.name === 'exp')).toHaveLength(1);
  });
});

describe('declared arithmetic', () => {
  const flops = (tensor: Tensor) => tensor.op.flops?.(tensor, tensor.attributes);

  it('counts a multiplication and an addition for each term of a matrix product', () => {
    const [a, b] = [input('a', [2, 3]), input('b', [3, 5])];
    expect(flops(matmul(a, b))).toBe(2 * 2 * 3 * 5);
    expect(flops(matmul(input('a', [3, 2]), b, { transposeA: true }))).toBe(2 * 2 * 3 * 5);
    expect(flops(matmul(input('a', [7, 2, 3]), b))).toBe(7 * 2 * 2 * 3 * 5);
  });

  it('is the same for a convolution and its two adjoints', () => {
    const x = input('x', [3, 4, 9, 7]);
    const weight = input('w', [6, 2, 3, 2]);
    const y = conv(x, weight, { stride: [2, 1], groups: 2 });
    const [dx, dw] = grad(mean(y.mul(y)), [x, weight]);
    const expected = 2 * y.shape.reduce((a, b) => a * b) * (2 * 3 * 2);
    expect([y, dx!, dw!].map(flops)).toEqual([expected, expected, expected]);
  });

  it('is none where nothing is declared', () => {
    expect(flops(input('x', [2]).add(1))).toBeUndefined();
  });
});
