import { describe, expect, it } from 'vitest';
import { evaluate, grad, input, logsumexp, max, mean, sum, tensor } from '../index.ts';

const x = input('x', [2, 3]);
const leaves = { x: [1, 5, 3, -4, 0, 2] };

describe('sum and mean', () => {
  it('reduce the named axes', () => {
    expect([...evaluate(sum(x), leaves)]).toEqual([7]);
    expect([...evaluate(sum(x, { axes: 0 }), leaves)]).toEqual([-3, 5, 5]);
    expect([...evaluate(sum(x, { axes: [-1] }), leaves)]).toEqual([9, -2]);
    expect([...evaluate(mean(x, { axes: 1 }), leaves)]).toEqual([3, -2 / 3]);
  });

  it('reduce two axes with another between them', () => {
    const cube = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
    expect([...evaluate(sum(cube, { axes: [0, 2] }))]).toEqual([18, 26, 34]);
    expect([...evaluate(mean(cube, { axes: [0, 2] }))]).toEqual([4.5, 6.5, 8.5]);
  });

  it('leave everything in place for no axes', () => {
    expect([...evaluate(sum(x, { axes: [] }), leaves)]).toEqual(leaves.x);
    expect([...evaluate(mean(x, { axes: [] }), leaves)]).toEqual(leaves.x);
  });
});

describe('max', () => {
  it('finds the largest, among negative ones too', () => {
    expect([...evaluate(max(x, { axes: 1 }), leaves)]).toEqual([5, 2]);
    expect([...evaluate(max(tensor([-3, -1, -2])))]).toEqual([-1]);
  });

  it('shares the gradient among ties', () => {
    const [dx] = grad(sum(max(x, { axes: 1 })), [x]);
    expect([...evaluate(dx!, { x: [2, 2, 1, 7, 7, 7] })]).toEqual([1 / 2, 1 / 2, 0, 1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('logsumexp', () => {
  it('does not overflow', () => {
    expect(evaluate(logsumexp(tensor([1e4, 1e4])))[0]).toBeCloseTo(1e4 + Math.log(2), 10);
    expect(evaluate(logsumexp(tensor([-1e4, -1e4 - 1])))[0]).toBeCloseTo(-1e4 + Math.log1p(Math.exp(-1)), 10);
    expect([...evaluate(logsumexp(x, { axes: 0, keep: true }), { x: [1e4, 0, 1, -1e4, 0, 1] })]).toEqual([
      1e4,
      Math.log(2),
      1 + Math.log(2),
    ]);
  });

  it('has softmax as its gradient, ties included', () => {
    const [dx] = grad(sum(logsumexp(x, { axes: 1 })), [x]);
    const actual = [...evaluate(dx!, { x: [0, 0, Math.log(2), 1e4, 0, -1e4] })];
    [0.25, 0.25, 0.5, 1, 0, 0].forEach((expected, i) => {
      expect(actual[i]).toBeCloseTo(expected, 15);
    });
  });

  it('has the Hessian diag(p) - p p of softmax', () => {
    const row = input('row', [3]);
    const values = [0.3, -1, 0.8];
    const exponentials = values.map(Math.exp);
    const total = exponentials.reduce((a, b) => a + b);
    const p = exponentials.map((e) => e / total);
    const [first] = grad(logsumexp(row), [row]);
    for (const i of [0, 1, 2]) {
      const [line] = grad(first!.slice(0, i, i + 1), [row]);
      const actual = evaluate(line!, { row: values });
      p.forEach((q, j) => {
        expect(actual[j]).toBeCloseTo((i === j ? q : 0) - p[i]! * q, 14);
      });
    }
  });
});
