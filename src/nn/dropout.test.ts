import { describe, expect, it } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { grad, input } from '../graph/index.ts';
import { dropout } from './dropout.ts';
import { testScope } from './scope.testing.ts';

describe('dropout', () => {
  const x = input('x', [100, 200]);
  const ones = new Float64Array(20_000).fill(1);

  it('sets the share to zero, scales the rest, and keeps the mean', () => {
    const scope = testScope();
    const [y] = scope.evaluate([dropout(scope, 'd', x, { probability: 0.3 })], { x: ones });
    expect(new Set(y)).toEqual(new Set([0, 1 / 0.7]));
    const dropped = y!.filter((value) => value === 0).length / y!.length;
    // Four standard deviations of a share of 20,000.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 20_000));
    const mean = y!.reduce((a, b) => a + b) / y!.length;
    expect(Math.abs(mean - 1)).toBeLessThan((4 * Math.sqrt((0.3 * 0.7) / 20_000)) / 0.7);
  });

  it('drops neighbours independently', () => {
    const scope = testScope();
    const [y] = scope.evaluate([dropout(scope, 'd', x, { probability: 0.5 })], { x: ones });
    const both = y!.filter((value, i) => i > 0 && value === 0 && y![i - 1] === 0).length / (y!.length - 1);
    expect(Math.abs(both - 0.25)).toBeLessThan(0.02);
  });

  it('draws anew for every call', () => {
    const scope = testScope();
    const first = dropout(scope, 'd', x, { probability: 0.5 });
    const second = dropout(scope, 'd', x, { probability: 0.5 });
    expect([...scope.randoms.keys()]).toEqual(['N/d/mask#0', 'N/d/mask#1']);
    const [a, b] = scope.evaluate([first, second], { x: ones });
    expect(a).not.toEqual(b);
  });

  it('lets gradients through where it lets numbers through', () => {
    const scope = testScope();
    const y = dropout(scope, 'd', x, { probability: 0.25 });
    const [value, gradient] = scope.evaluate([y, grad(y.sum(), [x])[0]!], { x: ones });
    expect(gradient).toEqual(value);
  });

  it('is the identity for probability 0, and in sample mode', () => {
    expect(dropout(testScope(), 'd', x, { probability: 0 })).toBe(x);
    const scope = testScope('sample');
    expect(dropout(scope, 'd', x, { probability: 0.9 })).toBe(x);
    expect(scope.randoms.size).toBe(0);
  });

  it('refuses to drop everything, or less than nothing', () => {
    for (const probability of [1, -0.1, Number.NaN]) {
      expect(() => dropout(testScope(), 'd', x, { probability })).toThrow(UsageError);
      expect(() => dropout(testScope(), 'd', x, { probability })).toThrow(
        `dropout: expects a probability of at least 0 and below 1, not ${probability} (in N/d)`,
      );
    }
  });
});
