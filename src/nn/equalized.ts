import { conv, matmul, type Tensor } from '../graph/index.ts';
import type { PerAxis } from './conv.ts';
import { constant, fans, normal } from './initializers.ts';
import { alongChannels, expectCount, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface EqualizedOptions {
  /** Factor on the weight beside 1 / sqrt(fan in), such as sqrt(2) before a leaky ReLU (ProGAN, StyleGAN). Default 1. */
  gain?: number;
  /**
   * Factor on weight and bias together, the gain of an activation that follows: a leaky ReLU times g is a leaky ReLU of g times its
   * input (StyleGAN2). Default 1.
   */
  outputGain?: number;
  /** How fast the layer learns beside the others: stored numbers are 1 / lrMultiplier as large as those used. Default 1. */
  lrMultiplier?: number;
  /** Add a learned bias. Default true. */
  bias?: boolean;
  /** What the bias begins at, as it is used. Default 0. */
  biasInit?: number;
}

export interface EqualizedDenseOptions extends EqualizedOptions {
  /** Numbers each example becomes. */
  units: number;
}

export interface EqualizedConvOptions extends EqualizedOptions {
  /** Channels of the result. */
  channels: number;
  /** Side of the kernel. */
  kernel: number;
  /** Default 1. */
  stride?: PerAxis;
  /** Zeros around the image. Default: (kernel - 1) / 2, rounded down, which keeps the size. */
  padding?: number;
}

/**
 * Parameter `weight` as it is used: drawn from N(0, 1 / lrMultiplier^2) and multiplied at run time by gain lrMultiplier /
 * sqrt(fan in), so that an adaptive optimizer moves all layers at the same speed (Karras et al. 2018, arXiv:1710.10196, section 4.1).
 */
export function equalizedWeight(
  scope: Scope,
  shape: readonly number[],
  { gain = 1, outputGain = 1, lrMultiplier = 1 }: EqualizedOptions = {},
): Tensor {
  const weight = scope.param('weight', shape, normal(1 / lrMultiplier));
  return weight.mul((gain * outputGain * lrMultiplier) / Math.sqrt(fans(shape).in));
}

/**
 * Parameter `bias` [count] as it is used: multiplied at run time by lrMultiplier, not by the weight's gain. Undefined when switched
 * off.
 */
export function equalizedBias(
  scope: Scope,
  count: number,
  { outputGain = 1, lrMultiplier = 1, bias = true, biasInit = 0 }: EqualizedOptions = {},
): Tensor | undefined {
  if (!bias) return undefined;
  const stored = scope.param('bias', [count], constant(biasInit / lrMultiplier));
  const factor = outputGain * lrMultiplier;
  return factor === 1 ? stored : stored.mul(factor);
}

/**
 * A dense layer with equalised learning rate, [B, F] to [B, units]: parameters `weight` [units, F] and `bias` [units].
 *
 * @throws ShapeError when x is not [B, F].
 */
export const equalizedDense = (
  scope: Scope,
  name: string,
  x: Tensor,
  options: EqualizedDenseOptions,
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'equalizedDense', ['[B, F]'], 'flatten it first');
    expectCount(options.units, 'equalizedDense', 'units');
    const weight = equalizedWeight(scope, [options.units, x.shape[1]!], options);
    return withBias(scope, matmul(x, weight, { transposeB: true }), options);
  });

/**
 * A convolution with equalised learning rate: parameters `weight` [channels, C, kernel, kernel] and `bias` [channels].
 * [B, C, H, W] to [B, channels, H, W] at stride 1.
 *
 * @throws ShapeError when x is no image.
 */
export const equalizedConv2d = (
  scope: Scope,
  name: string,
  x: Tensor,
  options: EqualizedConvOptions,
): Tensor =>
  scope.in(name, (scope) => {
    const { kernel, stride = 1, padding = Math.floor((kernel - 1) / 2) } = options;
    const weight = equalizedConvWeight(scope, x, options);
    return withBias(
      scope,
      conv(x, weight, { stride, padding: [padding, padding, padding, padding] }),
      options,
    );
  });

/** The weight [channels, C, kernel, kernel] of a convolution of x, checked: for convolutions that also resample. */
export function equalizedConvWeight(scope: Scope, x: Tensor, options: EqualizedConvOptions): Tensor {
  const { channels, kernel } = options;
  expectLayout(x, 'equalizedConv2d', ['[B, C, H, W]'], 'reshape it to images first');
  expectCount(channels, 'equalizedConv2d', 'channels');
  expectCount(kernel, 'equalizedConv2d', 'kernel');
  return equalizedWeight(scope, [channels, x.shape[1]!, kernel, kernel], options);
}

/** Adds the parameter `bias`, one number for each position on the second axis of `y`, unless it is switched off. */
export function withBias(scope: Scope, y: Tensor, options: EqualizedOptions): Tensor {
  const bias = equalizedBias(scope, y.shape[1]!, options);
  return bias ? y.add(alongChannels(bias, y)) : y;
}
