import { ShapeError } from '../base/errors.ts';
import { formatShape, mul, sqrt, sub, type Tensor, type TensorLike } from '../graph/index.ts';
import { ones, zeros } from './initializers.ts';
import { axesFrom, moments, standardise } from './moments.ts';
import { type Affine, type AffineOptions, alongChannels, channelAffine, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface BatchNormOptions extends AffineOptions {
  /** Weight of the newest batch in the running statistics, unless the scope gives one for all layers. Default 0.1. */
  momentum?: number;
  /** Makes the scale and shift that follow. Default: parameters `weight` and `bias` [C]. */
  affine?: (scope: Scope, x: Tensor) => Affine;
}

/**
 * Normalises each channel of [B, C] or [B, C, H, W] to mean 0 and variance 1, then scales and shifts it by `weight` and
 * `bias` [C] (Ioffe and Szegedy 2015, arXiv:1502.03167). Training uses the batch's mean and biased variance, and moves
 * the states `mean` and `variance` (unbiased) [C] towards them; sample mode uses the states, as PyTorch.
 *
 * @throws ShapeError for another rank, or when training on one number a channel.
 */
export const batchNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  { momentum = 0.1, eps = 1e-5, affine: makeAffine, ...options }: BatchNormOptions = {},
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'batchNorm', ['[B, C]', '[B, C, H, W]'], 'reshape it');
    const affine = makeAffine?.(scope, x) ?? channelAffine(scope, x, options);
    const running = {
      mean: scope.state('mean', [x.shape[1]!], zeros),
      variance: scope.state('variance', [x.shape[1]!], ones),
    };
    if (scope.mode === 'sample') return byRunning(x, running, eps, affine);

    const axes = [0, ...axesFrom(x, 2)];
    const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
    if (count === 1) {
      throw new ShapeError(
        `batchNorm: training needs more than one number a channel, and ${formatShape(x.shape)} has one; ` +
          'use a larger batch or another normalisation',
      );
    }
    const batch = moments(x, axes);
    const { statisticsRate: rate } = scope;
    const kept = rate ? sub(1, rate) : 1 - momentum;
    const advance = (key: 'mean' | 'variance', value: Tensor, weight: TensorLike) =>
      scope.advance(key, running[key].mul(kept).add(value.reshape(running[key].shape).mul(weight)));
    advance('mean', batch.mean, rate ?? momentum);
    advance(
      'variance',
      batch.variance,
      rate ? mul(rate, count / (count - 1)) : (momentum * count) / (count - 1),
    );
    return standardise(batch, eps, affine);
  });

/** One multiplication and one addition: x * scale + shift. */
function byRunning(
  x: Tensor,
  running: { mean: Tensor; variance: Tensor },
  eps: number,
  affine: Affine,
): Tensor {
  const scale = affine.weight.div(sqrt(alongChannels(running.variance, x).add(eps)));
  const shift = affine.bias.sub(alongChannels(running.mean, x).mul(scale));
  return x.mul(scale).add(shift);
}
