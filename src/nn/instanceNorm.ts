import type { Tensor } from '../graph/index.ts';
import { moments, standardise } from './moments.ts';
import { type AffineOptions, channelAffine, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface InstanceNormOptions extends AffineOptions {
  /** Learn a scale and shift for each channel. Default false, as PyTorch. */
  affine?: boolean;
}

/**
 * Normalises each channel of each image of [B, C, H, W] (Ulyanov et al. 2016, arXiv:1607.08022), then, if asked, scales
 * and shifts it by `weight` and `bias` [C].
 */
export const instanceNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  { affine = false, eps = 1e-5, ...options }: InstanceNormOptions = {},
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'instanceNorm', ['[B, C, H, W]'], 'only images have instances of a channel');
    return standardise(moments(x, [2, 3]), eps, affine ? channelAffine(scope, x, options) : undefined);
  });
