import { ShapeError } from '../base/errors.ts';
import { formatShape, type Shape, type Tensor } from '../graph/index.ts';
import { ones, pytorchDefault, pytorchDefaultBias, zeros } from './initializers.ts';
import type { Initializer, Scope } from './scope.ts';
import { type SpectralNormOptions, spectralNorm } from './spectralNorm.ts';

/** Options of every layer with a weight and a bias. */
export interface WeightOptions {
  /** Add a learned bias, one number an output. Default true. */
  bias?: boolean;
  /** Initial weight. Default as PyTorch: U(-1 / sqrt(fan in), 1 / sqrt(fan in)). */
  init?: Initializer;
  /** Initial bias. Default as PyTorch: the same distribution as the weight's. */
  biasInit?: Initializer;
  /** Divide the weight by its largest singular value. Default false. */
  spectralNorm?: boolean | Omit<SpectralNormOptions, 'axis'>;
}

/** The parameter `weight`, normalised if asked for. `axis` is where it counts the outputs. */
export function weightParam(
  scope: Scope,
  shape: Shape,
  { init = pytorchDefault, spectralNorm: normalised = false }: WeightOptions,
  axis: 0 | 1 = 0,
): Tensor {
  const weight = scope.param('weight', shape, init);
  if (!normalised) return weight;
  return spectralNorm(scope, weight, { axis, ...(normalised === true ? {} : normalised) });
}

/** Adds the parameter `bias`, one number for each position on the second axis of `y`, unless it is switched off. */
export function addBias(
  scope: Scope,
  y: Tensor,
  weightShape: Shape,
  { bias = true, biasInit = pytorchDefaultBias(weightShape) }: WeightOptions,
): Tensor {
  return bias ? y.add(alongChannels(scope.param('bias', [y.shape[1]!], biasInit), y)) : y;
}

/** Options of every normalisation with a learned scale and shift. */
export interface AffineOptions {
  /** Added to the variance, so that constant inputs stay finite. Default 1e-5. */
  eps?: number;
  /** Initial scale. Default 1. */
  weightInit?: Initializer;
  /** Initial shift. Default 0. */
  biasInit?: Initializer;
}

/** A learned scale and shift, shaped to broadcast over what they apply to. */
export interface Affine {
  weight: Tensor;
  bias: Tensor;
}

/** Parameters `weight` and `bias` of a shape. */
export const affineParams = (
  scope: Scope,
  shape: Shape,
  { weightInit = ones, biasInit = zeros }: AffineOptions,
): Affine => ({
  weight: scope.param('weight', shape, weightInit),
  bias: scope.param('bias', shape, biasInit),
});

/** Parameters `weight` and `bias`, one number a channel: a position on the second axis of `x`. */
export function channelAffine(scope: Scope, x: Tensor, options: AffineOptions): Affine {
  const { weight, bias } = affineParams(scope, [x.shape[1]!], options);
  return { weight: alongChannels(weight, x), bias: alongChannels(bias, x) };
}

/** A vector [C] shaped to broadcast along the second axis of `x`: [C] or [C, 1, 1]. */
export const alongChannels = (vector: Tensor, x: Tensor): Tensor =>
  x.shape.length === 2 ? vector : vector.reshape([vector.shape[0]!, ...x.shape.slice(2).map(() => 1)]);

/** Refuses a tensor whose rank is none of the layouts', such as `[B, C, H, W]`. */
export function expectLayout(x: Tensor, where: string, layouts: readonly string[], advice: string): void {
  const ranks = layouts.map((layout) => layout.split(',').length);
  if (!ranks.includes(x.shape.length)) {
    throw new ShapeError(`${where}: expects ${layouts.join(' or ')}, not ${formatShape(x.shape)}; ${advice}`);
  }
}

/** Refuses a size that is no positive whole number. */
export function expectCount(value: number, where: string, what: string): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ShapeError(`${where}: ${what} must be a whole number of at least 1, not ${value}`);
  }
}
