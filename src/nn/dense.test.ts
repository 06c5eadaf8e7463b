import { describe, expect, it } from 'vitest';
import { grad, input, OPEN, print, simplify } from '../graph/index.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';
import { constant } from './initializers.ts';
import { testScope } from './scope.testing.ts';

describe('dense', () => {
  it('is one product and one sum', () => {
    const y = dense(testScope(), 'fc', input('x', [3, 7]), { units: 5 });
    expect(print([y])).toMatchInlineSnapshot(`
      "x: input float32[3, 7]
      N/fc/weight: state float32[5, 7]
      %2 = matmul(x, N/fc/weight, transposeB) float32[3, 5]
      N/fc/bias: state float32[5]
      %4 = add(%2, N/fc/bias) float32[3, 5]
      return %4"
    `);
  });

  it('has a gradient of two products and one sum', () => {
    const scope = testScope();
    const x = input('x', [3, 7]);
    const y = dense(scope, 'fc', x, { units: 5 });
    const gradients = grad(y, [x, ...scope.params.values()], input('gy', [3, 5]));
    expect(print(simplify(gradients))).toMatchInlineSnapshot(`
      "gy: input float32[3, 5]
      N/fc/weight: state float32[5, 7]
      %2 = matmul(gy, N/fc/weight) float32[3, 7]
      x: input float32[3, 7]
      %4 = matmul(gy, x, transposeA) float32[5, 7]
      %5 = sum(gy, axes=[0]) float32[1, 5]
      %6 = reshape(%5, shape=[5]) float32[5]
      return %2, %4, %6"
    `);
  });

  it('begins as PyTorch: bounds 1 / sqrt(fan in) for weight and bias', () => {
    const scope = testScope();
    dense(scope, 'fc', input('x', [1, 64]), { units: 500 });
    for (const values of scope.evaluate([...scope.params.values()])) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(1 / 8);
      expect(largest).toBeGreaterThan(0.98 / 8);
    }
  });

  it('begins as told, without a bias if told', () => {
    const scope = testScope();
    const x = input('x', [1, 2]);
    const biased = dense(scope, 'a', x, { units: 1, init: constant(2), biasInit: constant(0.5) });
    const plain = dense(scope, 'b', x, { units: 1, init: constant(2), bias: false });
    const values = scope.evaluate([biased, plain], { x: [1, 3] });
    expect(values.map((value) => value[0])).toEqual([8.5, 8]);
    expect([...scope.params.keys()]).toEqual(['N/a/weight', 'N/a/bias', 'N/b/weight']);
  });

  it('takes an open batch', () => {
    expect(dense(testScope('sample'), 'fc', input('x', [OPEN, 7]), { units: 5 }).shape).toEqual([OPEN, 5]);
  });

  it('refuses what is not [B, F], and no units', () => {
    expect(() => dense(testScope(), 'fc', input('x', [2, 3, 4, 4]), { units: 5 })).toThrow(
      'dense: expects [B, F], not [2, 3, 4, 4]; flatten it first (in N/fc)',
    );
    expect(() => dense(testScope(), 'fc', input('x', [2, 3]), { units: 0 })).toThrow(
      'dense: units must be a whole number of at least 1, not 0 (in N/fc)',
    );
  });
});

describe('embedding', () => {
  it('looks rows up for indices of any shape', () => {
    const scope = testScope();
    const y = embedding(scope, 'e', input('i', [2, 2], 'int32'), { count: 3, features: 2 });
    expect(y.shape).toEqual([2, 2, 2]);
    const [value] = scope.evaluate([y], { i: [2, 0, 0, 1], 'N/e/weight': [1, 2, 3, 4, 5, 6] });
    expect([...value!]).toEqual([5, 6, 1, 2, 1, 2, 3, 4]);
  });

  it('begins N(0, 1)', () => {
    const scope = testScope();
    embedding(scope, 'e', input('i', [1], 'int32'), { count: 400, features: 50 });
    const [table] = scope.evaluate([scope.params.get('N/e/weight')!]);
    const variance = table!.reduce((sum, x) => sum + x * x, 0) / table!.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });

  it('refuses floats as indices', () => {
    expect(() => embedding(testScope(), 'e', input('i', [2]), { count: 3, features: 2 })).toThrow(
      /indices must be int32 or int64, not float32.* \(in N\/e\)$/,
    );
  });
});
