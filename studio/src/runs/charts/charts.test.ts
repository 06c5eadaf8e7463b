import { describe, expect, it } from 'vitest';
import { chartGroups, describeLine } from './chartGroups.ts';
import { smooth } from './smooth.ts';
import { moved, zoomed } from './zoom.ts';

describe('smoothing', () => {
  it('leaves a constant alone from the first value on, and gaps as they are', () => {
    expect(smooth([3, 3, null, 3], 0.9).map((value) => value && Number(value.toFixed(12)))).toEqual([
      3,
      3,
      null,
      3,
    ]);
  });

  it('weighs the past by the share asked for', () => {
    // (0.5 * 0.5 * 0 + 0.5 * 1) / (1 - 0.25)
    expect(smooth([0, 1], 0.5)).toEqual([0, 0.5 / 0.75]);
    expect(smooth([0, 1], 0)).toEqual([0, 1]);
  });
});

describe('charts', () => {
  it('put all losses on one, and the rest by phase', () => {
    expect(
      chartGroups(['critic/loss', 'critic/penalty', 'generator/loss', 'generator/norm/G', 'odd']),
    ).toEqual([
      { title: 'Losses', charts: [{ title: 'loss', keys: ['critic/loss', 'generator/loss'] }] },
      { title: 'Critic phase', charts: [{ title: 'penalty', keys: ['critic/penalty'] }] },
      { title: 'Generator phase', charts: [{ title: 'norm/G', keys: ['generator/norm/G'] }] },
      { title: 'Other', charts: [{ title: 'odd', keys: ['odd'] }] },
    ]);
  });

  it('are told in words', () => {
    expect(describeLine('loss', [1, 2, 3, 4], [0.5, null, 2, 1], String)).toBe(
      'loss: 0.5 at step 1, 1 at step 4, lowest 0.5 at step 1, highest 2 at step 3',
    );
    expect(describeLine('loss', [1], [null], String)).toBe('loss: nothing yet');
  });
});

describe('zooming', () => {
  it('keeps to the steps there are', () => {
    expect(zoomed([0, 100], [0, 100], 0.5)).toEqual([25, 75]);
    expect(zoomed([80, 100], [0, 100], 2)).toEqual([60, 100]);
    expect(zoomed([25, 75], [0, 100], 2)).toBeUndefined();
    expect(moved([20, 40], [0, 100], -0.25)).toEqual([15, 35]);
    expect(moved([90, 100], [0, 100], 0.25)).toEqual([90, 100]);
    expect(moved([0, 100], [0, 100], 0.25)).toBeUndefined();
  });
});
