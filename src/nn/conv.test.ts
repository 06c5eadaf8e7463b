import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../base/errors.ts';
import { conv, input, OPEN, type Tensor } from '../graph/index.ts';
import { conv2d, convTranspose2d, type PerAxis } from './conv.ts';
import { constant } from './initializers.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

const image = (...shape: number[]) => input('x', shape);

describe('conv2d', () => {
  it('has a weight [out, in / groups, kh, kw] and a bias', () => {
    const scope = testScope();
    const y = conv2d(scope, 'c', image(2, 6, 9, 8), { channels: 4, kernel: [3, 2], groups: 2, stride: 2 });
    expect(scope.params.get('N/c/weight')!.shape).toEqual([4, 3, 3, 2]);
    expect(scope.params.get('N/c/bias')!.shape).toEqual([4]);
    expect(y.shape).toEqual([2, 4, 4, 4]);
  });

  it('leaves the bias away when told', () => {
    const scope = testScope();
    conv2d(scope, 'c', image(2, 6, 9, 8), { channels: 4, kernel: 3, bias: false });
    expect([...scope.params.keys()]).toEqual(['N/c/weight']);
  });

  it('begins as PyTorch: bounds 1 / sqrt(fan in) for weight and bias', () => {
    const scope = testScope();
    conv2d(scope, 'c', image(1, 16, 8, 8), { channels: 500, kernel: 2 });
    const leaves = [scope.params.get('N/c/weight')!, scope.params.get('N/c/bias')!];
    for (const values of scope.evaluate(leaves)) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(1 / 8);
      expect(largest).toBeGreaterThan(0.98 / 8);
    }
  });

  it('begins as told', () => {
    const scope = testScope();
    const options = { channels: 1, kernel: 2, init: constant(2), biasInit: constant(0.5) };
    const y = conv2d(scope, 'c', image(1, 1, 2, 2), options);
    expect([...scope.evaluate([y], { x: [1, 2, 3, 4] })[0]!]).toEqual([20.5]);
  });

  it('takes an open batch', () => {
    const y = conv2d(testScope('sample'), 'c', image(OPEN, 3, 8, 8), { channels: 5, kernel: 3, padding: 1 });
    expect(y.shape).toEqual([OPEN, 5, 8, 8]);
  });
});

describe('convTranspose2d', () => {
  const size = fc.integer({ min: 1, max: 4 });
  const axis = fc
    .record({
      size,
      kernel: size,
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    })
    .chain((fixed) =>
      fc.record({
        fixed: fc.constant(fixed),
        padding: fc.integer({ min: 0, max: 2 }),
        added: fc.integer({ min: 0, max: Math.max(fixed.stride, fixed.dilation) - 1 }),
      }),
    )
    .filter(({ fixed, padding, added }) => outputOf(fixed, padding, added) >= 1);

  const outputOf = (
    { size, kernel, stride, dilation }: { size: number; kernel: number; stride: number; dilation: number },
    padding: number,
    added: number,
  ) => (size - 1) * stride + (kernel - 1) * dilation + 1 - 2 * padding + added;

  it('is the adjoint of the convolution of the same geometry, whatever is added at the end', () => {
    fc.assert(
      fc.property(axis, axis, fc.constantFrom(1, 2), (vertical, horizontal, groups) => {
        const both = (f: (side: typeof vertical) => number): [number, number] => [f(vertical), f(horizontal)];
        const geometry = {
          stride: both(({ fixed }) => fixed.stride),
          dilation: both(({ fixed }) => fixed.dilation),
          groups,
        };
        const padding = both((side) => side.padding);
        const out = both(({ fixed, padding, added }) => outputOf(fixed, padding, added));
        const scope = testScope();
        const small = input('small', [2, 4, ...both(({ fixed }) => fixed.size)]);
        const up = convTranspose2d(scope, 'up', small, {
          ...geometry,
          channels: 2 * groups,
          kernel: both(({ fixed }) => fixed.kernel),
          padding,
          outputPadding: both(({ added }) => added),
          bias: false,
        });
        expect(up.shape).toEqual([2, 2 * groups, ...out]);

        const big = input('big', up.shape);
        const down = conv(big, scope.params.get('N/up/weight')!, {
          ...geometry,
          padding: [padding[0], padding[1], padding[0], padding[1]],
        });
        // An added row may be enough for another position of the kernel; the adjoint is of those before it.
        const kept = down.slice(2, 0, small.shape[2]!).slice(3, 0, small.shape[3]!);
        const numbers = (tensor: Tensor, phase: number) =>
          Float64Array.from({ length: tensor.shape.reduce((a, b) => a * b) }, (_, i) =>
            Math.sin(i * phase + phase),
          );
        const given = { small: numbers(small, 1.3), big: numbers(big, 0.7) };
        const [left, right] = scope.evaluate([up.mul(big).sum(), kept.mul(small).sum()], given);
        expect(left![0]).toBeCloseTo(right![0]!, 9);
      }),
      { numRuns: 200 },
    );
  });

  it('has a weight [in, out / groups, kh, kw] and a bias for each output', () => {
    const scope = testScope();
    convTranspose2d(scope, 'c', image(2, 6, 3, 3), { channels: 4, kernel: [3, 2], groups: 2 });
    expect(scope.params.get('N/c/weight')!.shape).toEqual([6, 2, 3, 2]);
    expect(scope.params.get('N/c/bias')!.shape).toEqual([4]);
  });

  it('adds the bias to rows no kernel reaches, too', () => {
    const scope = testScope();
    const y = convTranspose2d(scope, 'c', image(1, 1, 1, 1), {
      channels: 1,
      kernel: 1,
      stride: 2,
      outputPadding: [1, 0],
      init: constant(3),
      biasInit: constant(0.5),
    });
    expect([...scope.evaluate([y], { x: [2] })[0]!]).toEqual([6.5, 0.5]);
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

  it('name the rank that came', () => {
    expect(message((scope) => conv2d(scope, 'c', image(2, 3), { channels: 1, kernel: 3 }))).toBe(
      'conv2d: expects [B, C, H, W], not [2, 3]; reshape it to images first (in N/c)',
    );
    expect(message((scope) => convTranspose2d(scope, 'c', image(2, 3), { channels: 1, kernel: 3 }))).toBe(
      'convTranspose2d: expects [B, C, H, W], not [2, 3]; reshape it to images first (in N/c)',
    );
  });

  it('name groups that do not divide', () => {
    const options = { channels: 6, kernel: 3, groups: 4 };
    expect(message((scope) => conv2d(scope, 'c', image(1, 8, 5, 5), options))).toBe(
      'conv2d: 4 groups must divide the 8 channels of the input and the 6 of the result (in N/c)',
    );
    expect(
      message((scope) => convTranspose2d(scope, 'c', image(1, 6, 5, 5), { ...options, channels: 8 })),
    ).toBe(
      'convTranspose2d: 4 groups must divide the 6 channels of the input and the 8 of the result (in N/c)',
    );
  });

  it('name sizes that are none', () => {
    expect(message((scope) => conv2d(scope, 'c', image(1, 8, 5, 5), { channels: 0, kernel: 3 }))).toBe(
      'conv2d: channels must be a whole number of at least 1, not 0 (in N/c)',
    );
    expect(message((scope) => conv2d(scope, 'c', image(1, 8, 5, 5), { channels: 2, kernel: [3, 1.5] }))).toBe(
      'conv2d: kernel must be a whole number of at least 1, not 1.5 (in N/c)',
    );
  });

  it('name a kernel that does not fit', () => {
    expect(message((scope) => conv2d(scope, 'c', image(1, 2, 3, 3), { channels: 2, kernel: 5 }))).toContain(
      'conv: a kernel of 5x5 does not fit',
    );
  });

  it('name an output padding that is too large', () => {
    const up = (outputPadding: PerAxis, stride: PerAxis, dilation = 1) =>
      message((scope) =>
        convTranspose2d(scope, 'c', image(1, 2, 3, 3), {
          channels: 2,
          kernel: 3,
          stride,
          dilation,
          outputPadding,
        }),
      );
    expect(up(2, 2)).toBe(
      'convTranspose2d: outputPadding must be a whole number below the larger of stride and dilation, 2, not 2 (in N/c)',
    );
    expect(up([1, 1], [2, 1])).toContain('1, not 1');
    expect(up(-1, 2)).toContain('2, not -1');
    expect(up(0.5, 2)).toContain('2, not 0.5');
    expect(up(1, 1, 2)).toBe('none');
  });
});
