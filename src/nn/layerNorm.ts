import type { Tensor } from '../graph/index.ts';
import { axesFrom, moments, standardise } from './moments.ts';
import { type AffineOptions, affineParams, channelAffine, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface LayerNormOptions extends AffineOptions {
  /**
   * What has a scale and shift of its own: each channel, as in WGAN-GP (arXiv:1704.00028), or each element, as in
   * PyTorch's LayerNorm. The same for [B, F]. Default 'channel'.
   */
  affine?: 'channel' | 'element' | 'none';
}

/**
 * Normalises each example of [B, F] or [B, C, H, W] over all its numbers, then scales and shifts by `weight` and `bias`,
 * [F], [C] or [C, H, W] (Ba et al. 2016, arXiv:1607.06450).
 */
export const layerNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  { affine = 'channel', eps = 1e-5, ...options }: LayerNormOptions = {},
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'layerNorm', ['[B, F]', '[B, C, H, W]'], 'reshape it');
    const own = moments(x, axesFrom(x, 1));
    if (affine === 'none') return standardise(own, eps);
    const params =
      affine === 'channel'
        ? channelAffine(scope, x, options)
        : affineParams(scope, x.shape.slice(1), options);
    return standardise(own, eps, params);
  });
