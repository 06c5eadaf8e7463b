import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { grad, input, type Tensor } from '../graph/index.ts';
import { conv2d, convTranspose2d } from './conv.ts';
import { dense } from './dense.ts';
import { normal, orthogonal } from './initializers.ts';
import { testScope } from './scope.testing.ts';
import { spectralNorm } from './spectralNorm.ts';

/** A [6, 8] matrix with known singular values: U diag(values) V'. */
function matrixWith(values: readonly number[]): Float64Array {
  const u = orthogonal()(randomStream(1, 'u'), [6, 6]);
  const v = orthogonal()(randomStream(1, 'v'), [6, 8]);
  return Float64Array.from({ length: 48 }, (_, at) => {
    const [i, j] = [Math.floor(at / 8), at % 8];
    return values.reduce((sum, s, k) => sum + u[i * 6 + k]! * s * v[k * 8 + j]!, 0);
  });
}

const largest = (numbers: Iterable<number>) => Math.max(...[...numbers].map(Math.abs));
const ratio = (a: Float64Array, b: Float64Array): number => {
  const at = a.findIndex((x) => Math.abs(x) === largest(a));
  return a[at]! / b[at]!;
};

describe('spectralNorm', () => {
  const weight = matrixWith([3, 1.5, 1, 0.5, 0.2, 0]);

  it('divides by the largest singular value after enough iterations', () => {
    const scope = testScope();
    const w = scope.param('weight', [6, 8], normal(1));
    const normalised = spectralNorm(scope, w, { iterations: 40 });
    const [value] = scope.evaluate([normalised], { 'N/weight': weight });
    expect(ratio(weight, value!)).toBeCloseTo(3, 6);
  });

  it('comes nearer every step, since u is kept', () => {
    const scope = testScope();
    const normalised = spectralNorm(scope, scope.param('weight', [6, 8], normal(1)));
    const given: Record<string, Float64Array> = { 'N/weight': weight };
    const estimates: number[] = [];
    for (let step = 0; step < 30; step++) {
      const [value, u] = scope.evaluate([normalised, scope.states.get('N/u')!], given);
      estimates.push(ratio(weight, value!));
      given['N/u'] = u!;
      expect(Math.hypot(...u!)).toBeCloseTo(1, 12);
    }
    estimates.slice(1).forEach((estimate, i) => {
      expect(estimate).toBeGreaterThan(estimates[i]! - 1e-12);
    });
    expect(estimates[0]).toBeLessThan(2.9);
    expect(estimates.at(-1)).toBeCloseTo(3, 6);
  });

  it('in sample mode takes the estimate from the stored u and leaves it', () => {
    const scope = testScope('sample');
    const normalised = spectralNorm(scope, scope.param('weight', [6, 8], normal(1)));
    const vectors = orthogonal()(randomStream(1, 'u'), [6, 6]);
    const u = Float64Array.from(
      { length: 6 },
      (_, i) => (vectors[i * 6]! + vectors[i * 6 + 1]!) / Math.SQRT2,
    );
    const [value, after] = scope.evaluate([normalised, scope.states.get('N/u')!], {
      'N/weight': weight,
      'N/u': u,
    });
    // |W'u| for u halfway between the first two left singular vectors; an iteration would move it towards the first.
    expect(ratio(weight, value!)).toBeCloseTo(Math.sqrt((3 ** 2 + 1.5 ** 2) / 2), 5);
    expect(after).toEqual(u);
    // An average of directions is shorter than each, and divides by no less.
    const [averaged] = scope.evaluate([normalised], { 'N/weight': weight, 'N/u': u.map((x) => x / 2) });
    expect(ratio(averaged!, value!)).toBeCloseTo(1, 12);
  });

  it("treats u and v as constants: the gradient is (G - (G.W/s) u v') / s", () => {
    const scope = testScope();
    const w = scope.param('weight', [6, 8], normal(1));
    const cotangent = input('cotangent', [6, 8]);
    const normalised = spectralNorm(scope, w, { iterations: 60 });
    const [gradient] = grad(normalised.mul(cotangent).sum(), [w]);
    const g = Float64Array.from({ length: 48 }, (_, i) => Math.sin(i + 1));
    const [actual] = scope.evaluate([gradient!], { 'N/weight': weight, cotangent: g });

    const u = orthogonal()(randomStream(1, 'u'), [6, 6]);
    const v = orthogonal()(randomStream(1, 'v'), [6, 8]);
    const inner = g.reduce((sum, x, i) => sum + x * weight[i]!, 0);
    const expected = g.map((x, at) => (x - (inner / 3) * u[Math.floor(at / 8) * 6]! * v[at % 8]!) / 3);
    // u v' to float32 rounding, as the initialiser rounds.
    expect(largest(actual!.map((x, i) => x - expected[i]!))).toBeLessThan(1e-6);
  });

  it('is made once for all calls of a step, and advances once', () => {
    const scope = testScope();
    const w = scope.param('weight', [6, 8], normal(1));
    const first = spectralNorm(scope, w);
    const u = scope.states.get('N/u')!;
    expect(spectralNorm(scope, w)).toBe(first);
    const [again] = scope.evaluate([scope.states.get('N/u')!]);
    expect(again).toEqual(scope.evaluate([u])[0]);
  });

  it('advances though a penalty came first', () => {
    const scope = testScope();
    const call = (within: typeof scope.still, x: Tensor) =>
      dense(within, 'out', x, { units: 4, spectralNorm: true });
    const x = input('x', [2, 3]);
    call(scope.still, x);
    expect(scope.states.get('N/out/u')!.op.name).toBe('leaf');
    call(scope, x);
    expect(scope.states.get('N/out/u')!.op.name).not.toBe('leaf');
  });

  it('normalises replaced parameters themselves, not those they replace', () => {
    const scope = testScope();
    const x = input('x', [2, 3]);
    const call = (within: typeof scope.still) =>
      dense(within, 'out', x, { units: 4, bias: false, spectralNorm: { iterations: 30 } });
    const plain = call(scope);
    const doubled = scope.params.get('N/out/weight')!.mul(2);
    const replaced = call(scope.with(new Map([['N/out/weight', doubled]])));
    const [a, b] = scope.evaluate([plain, replaced], { x: [1, 2, 3, 4, 5, 6] });
    // A scaled weight has the same direction, so it is normalised to the same.
    expect(largest(a!.map((value, i) => value - b![i]!))).toBeLessThan(1e-12);
    expect(replaced).not.toBe(plain);
  });

  it('counts outputs on the first axis of a convolution, the second of a transposed one', () => {
    const scope = testScope();
    const x = input('x', [1, 3, 4, 4]);
    conv2d(scope, 'conv', x, { channels: 5, kernel: 3, spectralNorm: true });
    convTranspose2d(scope, 'up', x, { channels: 5, kernel: 3, spectralNorm: true });
    expect(scope.states.get('N/conv/u')!.shape).toEqual([5]);
    expect(scope.states.get('N/up/u')!.shape).toEqual([5]);
  });
});
