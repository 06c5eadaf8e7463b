import { describe, expect, it } from 'vitest';
import { input } from '../graph/index.ts';
import { batchNorm } from './batchNorm.ts';
import { type TestScope, testScope } from './scope.testing.ts';

describe('running statistics of batchNorm', () => {
  const running = (scope: TestScope, given: Record<string, ArrayLike<number>>) =>
    scope
      .evaluate([scope.states.get('N/n/mean')!, scope.states.get('N/n/variance')!], given)
      .map((x) => x[0]!);

  it('advance once a call, in call order', () => {
    const scope = testScope();
    batchNorm(scope, 'n', input('x', [4, 1]), { momentum: 0.5 });
    batchNorm(scope, 'n', input('y', [4, 1]), { momentum: 0.5 });
    // Means 1 and 5; variances of n - 1: 4 / 3 and 16 / 3.
    const [mean, variance] = running(scope, { x: [0, 0, 2, 2], y: [3, 3, 7, 7] });
    expect(mean).toBeCloseTo(0.5 * (0.5 * 0 + 0.5 * 1) + 0.5 * 5, 12);
    expect(variance).toBeCloseTo(0.5 * (0.5 * 1 + (0.5 * 4) / 3) + (0.5 * 16) / 3, 12);
  });

  it('stay in calls for a penalty', () => {
    const scope = testScope();
    batchNorm(scope.still, 'n', input('x', [4, 1]));
    expect(running(scope, {})).toEqual([0, 1]);
  });

  it('are what sample mode normalises by, for any batch', () => {
    const scope = testScope('sample');
    const y = batchNorm(scope, 'n', input('x', [1, 2]), { eps: 0 });
    const [value] = scope.evaluate([y], { x: [5, 9], 'N/n/mean': [1, 3], 'N/n/variance': [4, 9] });
    expect([...value!]).toEqual([2, 2]);
    expect([...scope.states.values()].every(({ op }) => op.name === 'leaf')).toBe(true);
  });
});
