import { describe, expect, it } from 'vitest';
import { input, type Tensor } from '../graph/index.ts';
import { type Activation, activate } from './activation.ts';
import { downBlock, residualBlock, upBlock } from './blocks.ts';
import { constant } from './initializers.ts';
import type { Norm } from './norms.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

const x = input('x', [2, 3, 4, 6]);

/** Shapes of the parameters a block registers, by name within it. */
function paramsOf(build: (scope: Scope) => Tensor): Record<string, readonly number[]> {
  const scope = testScope();
  build(scope);
  return Object.fromEntries([...scope.params].map(([name, { shape }]) => [name.slice('N/b/'.length), shape]));
}

describe('downBlock', () => {
  it('halves the resolution', () => {
    expect(downBlock(testScope(), 'b', x, { channels: 5 }).shape).toEqual([2, 5, 2, 3]);
  });

  it.each([
    [4, [3, 2]],
    [3, [4, 3]],
  ] as const)('by a kernel of %i halves odd sides of 7 and 5 to %j', (kernel, sides) => {
    const odd = input('x', [2, 3, 7, 5]);
    expect(downBlock(testScope(), 'b', odd, { channels: 5, kernel }).shape).toEqual([2, 5, ...sides]);
  });

  it('is a convolution without bias and a batch norm by default', () => {
    expect(paramsOf((scope) => downBlock(scope, 'b', x, { channels: 5 }))).toEqual({
      'conv/weight': [5, 3, 4, 4],
      'norm/weight': [5],
      'norm/bias': [5],
    });
  });

  it.each([
    ['batch', false],
    ['instance', false],
    ['layer', true],
    ['none', true],
  ] as [Norm, boolean][])('with %s norm has a bias by default: %s', (norm, has) => {
    expect('conv/bias' in paramsOf((scope) => downBlock(scope, 'b', x, { channels: 5, norm }))).toBe(has);
    for (const bias of [true, false]) {
      expect('conv/bias' in paramsOf((scope) => downBlock(scope, 'b', x, { channels: 5, norm, bias }))).toBe(
        bias,
      );
    }
  });

  it('ends with a leaky ReLU by default', () => {
    const scope = testScope();
    const options = { channels: 1, norm: 'none', init: constant(-1), bias: false } as const;
    const y = downBlock(scope, 'b', input('x', [1, 1, 2, 2]), options);
    const [value] = scope.evaluate([y], { x: [1, 2, 3, 4] });
    expect(value![0]).toBeCloseTo(-2, 12);
  });

  it('hands initial values and spectral normalisation on', () => {
    const scope = testScope();
    downBlock(scope, 'b', x, { channels: 2, normInit: constant(3), init: constant(0.5), spectralNorm: true });
    const [weight, scale] = scope.evaluate([
      scope.params.get('N/b/conv/weight')!,
      scope.params.get('N/b/norm/weight')!,
    ]);
    expect(new Set(weight)).toEqual(new Set([0.5]));
    expect(new Set(scale)).toEqual(new Set([3]));
    expect(scope.states.has('N/b/conv/u')).toBe(true);
  });
});

describe('upBlock', () => {
  it.each([
    ['transpose', [3, 5, 4, 4]],
    ['resize', [5, 3, 3, 3]],
  ] as const)('doubles the resolution by %s', (upsample, weight) => {
    const build = (scope: Scope) => upBlock(scope, 'b', x, { channels: 5, upsample });
    expect(build(testScope()).shape).toEqual([2, 5, 8, 12]);
    expect(paramsOf(build)).toEqual({ 'conv/weight': weight, 'norm/weight': [5], 'norm/bias': [5] });
  });

  it.each([
    [false, [8, 12]],
    [true, [7, 11]],
  ])('by a kernel of 3 makes sides that are odd: %s', (odd, sides) => {
    const build = (scope: Scope) => upBlock(scope, 'b', x, { channels: 5, kernel: 3, odd });
    expect(build(testScope()).shape).toEqual([2, 5, ...sides]);
    expect(paramsOf(build)['conv/weight']).toEqual([3, 5, 3, 3]);
  });

  it('leaves no checkerboard in a resized constant', () => {
    const scope = testScope();
    const options = {
      channels: 1,
      norm: 'none',
      activation: 'none',
      init: constant(1),
      bias: false,
    } as const;
    const y = upBlock(scope, 'b', input('x', [1, 1, 3, 3]), { ...options, upsample: 'resize' });
    const [value] = scope.evaluate([y], { x: new Float64Array(9).fill(1) });
    const inside = [1, 2, 3, 4].flatMap((row) => [1, 2, 3, 4].map((column) => value![row * 6 + column]));
    expect(new Set(inside)).toEqual(new Set([9]));
  });
});

describe('residualBlock', () => {
  it.each([
    ['none', [2, 5, 4, 6]],
    ['up', [2, 5, 8, 12]],
    ['down', [2, 5, 2, 3]],
  ] as const)('keeps, doubles or halves the resolution: %s', (resample, shape) => {
    expect(residualBlock(testScope(), 'b', x, { channels: 5, resample }).shape).toEqual(shape);
  });

  it('adds its input where shapes agree', () => {
    const build = (scope: Scope) =>
      residualBlock(scope, 'b', x, { channels: 3, init: constant(0), biasInit: constant(0) });
    const scope = testScope();
    const numbers = Float64Array.from({ length: 144 }, (_, i) => Math.sin(i));
    expect(scope.evaluate([build(scope)], { x: numbers })[0]).toEqual(numbers);
    expect(Object.keys(paramsOf(build))).not.toContain('shortcut/weight');
  });

  it('takes a 1x1 convolution as the shortcut elsewhere, at the smaller size', () => {
    const shortcutOf = (resample: 'up' | 'down') => {
      const scope = testScope();
      const y = residualBlock(scope, 'b', x, { channels: 4, resample, norm: 'none' });
      expect(scope.params.get('N/b/shortcut/weight')!.shape).toEqual([4, 3, 1, 1]);
      return y;
    };
    // The sum of branch and shortcut: where the shortcut was convolved shows in what feeds it.
    const convolutions = (y: Tensor): number[][] => {
      const seen = new Set<Tensor>();
      const found: number[][] = [];
      const visit = (node: Tensor) => {
        if (seen.has(node)) return;
        seen.add(node);
        node.inputs.forEach(visit);
        if (node.op.name === 'conv') found.push(node.shape.slice(2));
      };
      visit(y);
      return found;
    };
    expect(convolutions(shortcutOf('up'))).toContainEqual([4, 6]);
    expect(convolutions(shortcutOf('down'))).toContainEqual([2, 3]);
  });

  it('normalises before each convolution; only the second, which nothing follows, has a bias', () => {
    expect(paramsOf((scope) => residualBlock(scope, 'b', x, { channels: 5 }))).toEqual({
      'norm1/weight': [3],
      'norm1/bias': [3],
      'conv1/weight': [5, 3, 3, 3],
      'norm2/weight': [5],
      'norm2/bias': [5],
      'conv2/weight': [5, 5, 3, 3],
      'conv2/bias': [5],
      'shortcut/weight': [5, 3, 1, 1],
      'shortcut/bias': [5],
    });
  });
});

describe('activate', () => {
  it.each([
    ['relu', [0, 0, 2]],
    ['leakyRelu', [-0.2, 0, 2]],
    ['tanh', [Math.tanh(-1), 0, Math.tanh(2)]],
    ['sigmoid', [1 / (1 + Math.E), 0.5, 1 / (1 + Math.exp(-2))]],
    ['none', [-1, 0, 2]],
  ] as const)('knows %s', (name, expected) => {
    const y = activate(input('x', [3]), name);
    const [value] = testScope().evaluate([y], { x: [-1, 0, 2] });
    expected.forEach((number, i) => {
      expect(value![i]).toBeCloseTo(number, 12);
    });
  });

  it('guesses the name that was meant', () => {
    expect(() => activate(x, 'leakyrelu' as Activation)).toThrow(
      "activation 'leakyrelu' is unknown; did you mean 'leakyRelu'?",
    );
    expect(() => activate(x, 'swish' as Activation)).toThrow(
      "activation 'swish' is unknown; choose from relu, leakyRelu, tanh, sigmoid, none",
    );
    expect(() => activate(x, 'toString' as Activation)).toThrow('is unknown');
  });
});
