import { describe, expect, it } from 'vitest';
import { ShapeError } from '../base/errors.ts';
import { grad, input, print, type Shape, simplify, type Tensor } from '../graph/index.ts';
import { sizeOf } from '../graph/shape.ts';
import { topologicalOrder } from '../graph/walk.ts';
import { batchNorm } from './batchNorm.ts';
import { groupNorm } from './groupNorm.ts';
import { constant, normal } from './initializers.ts';
import { instanceNorm } from './instanceNorm.ts';
import { layerNorm } from './layerNorm.ts';
import { type Norm, normalise } from './norms.ts';
import { pixelNorm } from './pixelNorm.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

const SHAPE = [3, 6, 2, 5];
const wave = (shape: Shape): Float64Array =>
  Float64Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(3 * i + 1) + 0.1 * i);
const largestDifference = (a: Float64Array, b: Float64Array) =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

type Apply = (scope: Scope, x: Tensor) => Tensor;
const all: [string, Apply][] = [
  ['batchNorm', (scope, x) => batchNorm(scope, 'n', x, { eps: 0 })],
  ['layerNorm', (scope, x) => layerNorm(scope, 'n', x, { eps: 0 })],
  ['layerNorm without affine', (scope, x) => layerNorm(scope, 'n', x, { eps: 0, affine: 'none' })],
  ['instanceNorm', (scope, x) => instanceNorm(scope, 'n', x, { eps: 0 })],
  ['groupNorm', (scope, x) => groupNorm(scope, 'n', x, { groups: 3, eps: 0 })],
];

function normalised(apply: Apply, x: Float64Array, shape: Shape = SHAPE): Float64Array {
  const scope = testScope();
  return scope.evaluate([apply(scope, input('x', shape))], { x })[0]!;
}

describe.each(all)('%s', (_, apply) => {
  const x = wave(SHAPE);

  it('undoes a scale and a shift of its input', () => {
    const moved = normalised(
      apply,
      x.map((value) => 7 * value - 3),
    );
    expect(largestDifference(normalised(apply, x), moved)).toBeLessThan(1e-12);
  });

  it('gives mean 0 and mean square 1', () => {
    const y = normalised(apply, x);
    expect(y.reduce((sum, value) => sum + value, 0) / y.length).toBeCloseTo(0, 12);
    expect(y.reduce((sum, value) => sum + value ** 2, 0) / y.length).toBeCloseTo(1, 12);
  });
});

/** Examples, channels and pixels that share one mean, marked by what each element's output depends on. */
const dependence = (apply: Apply): string => {
  const scope = testScope();
  const x = input('x', SHAPE);
  const picked = apply(scope, x).flatten().slice(0, 0, 1).slice(1, 0, 1).sum(); // example 0, channel 0, pixel 0
  const [gradient] = scope.evaluate(grad(picked, [x]), { x: wave(SHAPE) });
  const touched = (offset: number) => (Math.abs(gradient![offset]!) > 1e-9 ? 'yes' : 'no');
  return `example ${touched(60)}, group ${touched(20)}, neighbour channel ${touched(10)}, pixel ${touched(1)}`;
};

it.each([
  ['batchNorm', all[0]![1], 'example yes, group no, neighbour channel no, pixel yes'],
  ['layerNorm', all[1]![1], 'example no, group yes, neighbour channel yes, pixel yes'],
  ['instanceNorm', all[3]![1], 'example no, group no, neighbour channel no, pixel yes'],
  ['groupNorm', all[4]![1], 'example no, group no, neighbour channel yes, pixel yes'],
  ['pixelNorm', (_, x) => pixelNorm(x), 'example no, group yes, neighbour channel yes, pixel no'],
] as [string, Apply, string][])('%s mixes what it should', (_, apply, expected) => {
  expect(dependence(apply)).toBe(expected);
});

it('makes group norm of one group layer norm, and of one channel a group instance norm', () => {
  const x = wave(SHAPE);
  const grouped = (groups: number) => normalised((scope, x) => groupNorm(scope, 'n', x, { groups }), x);
  const layer = normalised((scope, x) => layerNorm(scope, 'n', x), x);
  const instance = normalised((scope, x) => instanceNorm(scope, 'n', x), x);
  expect(largestDifference(grouped(1), layer)).toBeLessThan(1e-12);
  expect(largestDifference(grouped(6), instance)).toBeLessThan(1e-12);
});

it('gives every pixel unit mean square over its channels', () => {
  const y = normalised((_, x) => pixelNorm(x, { eps: 0 }), wave(SHAPE));
  for (let pixel = 0; pixel < 10; pixel++) {
    const squares = [0, 1, 2, 3, 4, 5].map((channel) => y[channel * 10 + pixel]! ** 2);
    expect(squares.reduce((a, b) => a + b) / 6).toBeCloseTo(1, 12);
  }
});

describe('scale and shift', () => {
  const shapes = (build: (scope: Scope) => Tensor) => {
    const scope = testScope();
    build(scope);
    return Object.fromEntries([...scope.params].map(([name, { shape }]) => [name, shape]));
  };
  const images = input('x', SHAPE);

  it('are one number a channel unless asked otherwise', () => {
    const perChannel = { 'N/n/weight': [6], 'N/n/bias': [6] };
    expect(shapes((scope) => batchNorm(scope, 'n', images))).toEqual(perChannel);
    expect(shapes((scope) => layerNorm(scope, 'n', images))).toEqual(perChannel);
    expect(shapes((scope) => instanceNorm(scope, 'n', images, { affine: true }))).toEqual(perChannel);
    expect(shapes((scope) => instanceNorm(scope, 'n', images))).toEqual({});
    expect(shapes((scope) => layerNorm(scope, 'n', images, { affine: 'none' }))).toEqual({});
    expect(shapes((scope) => layerNorm(scope, 'n', images, { affine: 'element' }))).toEqual({
      'N/n/weight': [6, 2, 5],
      'N/n/bias': [6, 2, 5],
    });
    expect(shapes((scope) => layerNorm(scope, 'n', input('x', [3, 7])))).toEqual({
      'N/n/weight': [7],
      'N/n/bias': [7],
    });
  });

  it('are applied channel by channel', () => {
    const weight = Float64Array.of(1, 2, 3, 4, 5, 6);
    const bias = Float64Array.of(0, 10, 20, 30, 40, 50);
    const x = wave(SHAPE);
    for (const kind of ['batch', 'layer'] as const) {
      const scope = testScope();
      const y = normalise(scope, 'n', images, kind);
      const [plain, changed] = [{}, { 'N/n/weight': weight, 'N/n/bias': bias }].map(
        (given) => scope.evaluate([y], { x, ...given })[0]!,
      );
      const expected = plain!.map((value, i) => {
        const channel = Math.floor(i / 10) % 6;
        return value * weight[channel]! + bias[channel]!;
      });
      expect(largestDifference(changed!, expected)).toBeLessThan(1e-12);
    }
  });

  it('begin as told', () => {
    const scope = testScope();
    batchNorm(scope, 'n', images, { weightInit: normal(0.02, 1), biasInit: constant(0.5) });
    const [weight, bias] = scope.evaluate([scope.params.get('N/n/weight')!, scope.params.get('N/n/bias')!]);
    expect(weight!.every((x) => x !== 1 && Math.abs(x - 1) < 0.1)).toBe(true);
    expect([...bias!]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });
});

describe('the size of the graph', () => {
  /** Operations whose result is as large as the input: what costs time. */
  const passes = (roots: readonly Tensor[], size: number) =>
    topologicalOrder(simplify(roots)).filter((node) => node.op.name !== 'leaf' && sizeOf(node.shape) >= size);

  it.each([
    ['batch', 4, 10],
    ['layer', 4, 10],
  ] as const)(
    'is %s norm in %d passes over the numbers, and %d with its gradients',
    (kind, forward, total) => {
      const scope = testScope();
      const x = input('x', [8, 4, 16, 16]);
      const y = normalise(scope, 'n', x, kind);
      const loss = y.mul(input('cotangent', x.shape)).sum();
      expect(passes([y], sizeOf(x.shape))).toHaveLength(forward);
      const gradients = grad(loss, [x, ...scope.params.values()]);
      expect(passes([y, ...gradients], sizeOf(x.shape)).length).toBeLessThanOrEqual(total);
    },
  );

  it('is two passes in sample mode', () => {
    const scope = testScope('sample');
    const y = batchNorm(scope, 'n', input('x', [8, 4, 16, 16]));
    expect(passes([y], 8 * 4 * 16 * 16).map((node) => node.op.name)).toEqual(['mul', 'add']);
  });

  it('reads as printed', () => {
    const scope = testScope();
    const y = batchNorm(scope, 'n', input('x', [8, 4]));
    expect(print([y])).toMatchInlineSnapshot(`
      "x: input float32[8, 4]
      %1 = sum(x, axes=[0]) float32[1, 4]
      %2 = mul(%1, 0.125) float32[1, 4]
      %3 = sub(x, %2) float32[8, 4]
      N/n/weight: state float32[4]
      %5 = mul(%3, %3) float32[8, 4]
      %6 = sum(%5, axes=[0]) float32[1, 4]
      %7 = mul(%6, 0.125) float32[1, 4]
      %8 = add(%7, 0.00001) float32[1, 4]
      %9 = sqrt(%8) float32[1, 4]
      %10 = div(N/n/weight, %9) float32[1, 4]
      %11 = mul(%3, %10) float32[8, 4]
      N/n/bias: state float32[4]
      %13 = add(%11, N/n/bias) float32[8, 4]
      return %13"
    `);
  });
});

describe('errors', () => {
  const message = (build: (scope: Scope) => Tensor): string => {
    try {
      build(testScope());
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError);
      return (error as Error).message;
    }
    return 'none';
  };
  const cube = input('x', [2, 3, 4]);

  it('name the rank that came and those that would do', () => {
    expect(message((scope) => batchNorm(scope, 'n', cube))).toBe(
      'batchNorm: expects [B, C] or [B, C, H, W], not [2, 3, 4]; reshape it (in N/n)',
    );
    expect(message((scope) => layerNorm(scope, 'n', cube))).toBe(
      'layerNorm: expects [B, F] or [B, C, H, W], not [2, 3, 4]; reshape it (in N/n)',
    );
    expect(message((scope) => instanceNorm(scope, 'n', input('x', [2, 3])))).toBe(
      'instanceNorm: expects [B, C, H, W], not [2, 3]; only images have instances of a channel (in N/n)',
    );
    expect(message((scope) => groupNorm(scope, 'n', cube, { groups: 1 }))).toContain('groupNorm: expects');
    expect(message(() => pixelNorm(cube))).toContain('pixelNorm: expects');
  });

  it('name groups that do not divide', () => {
    expect(message((scope) => groupNorm(scope, 'n', input('x', SHAPE), { groups: 4 }))).toBe(
      'groupNorm: 4 groups do not divide the 6 channels (in N/n)',
    );
    expect(message((scope) => groupNorm(scope, 'n', input('x', SHAPE), { groups: 0 }))).toBe(
      'groupNorm: groups must be a whole number of at least 1, not 0 (in N/n)',
    );
  });

  it('refuse to train batch norm on one number', () => {
    expect(message((scope) => batchNorm(scope, 'n', input('x', [1, 3])))).toBe(
      'batchNorm: training needs more than one number a channel, and [1, 3] has one; ' +
        'use a larger batch or another normalisation (in N/n)',
    );
  });

  it('guess the name that was meant', () => {
    const scope = testScope();
    expect(() => normalise(scope, 'n', input('x', SHAPE), 'bach' as Norm)).toThrow(
      "normalisation 'bach' is unknown; did you mean 'batch'?",
    );
    expect(() => normalise(scope, 'n', input('x', SHAPE), 'weight' as Norm)).toThrow(
      "normalisation 'weight' is unknown; choose from batch, layer, instance, none",
    );
  });
});
