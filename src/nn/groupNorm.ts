import { ShapeError } from '../base/errors.ts';
import type { Tensor } from '../graph/index.ts';
import { axesFrom, moments, standardise } from './moments.ts';
import { type AffineOptions, affineParams, expectCount, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface GroupNormOptions extends AffineOptions {
  /** Groups of neighbouring channels, each normalised together. Must divide the channels. */
  groups: number;
}

/**
 * Normalises groups of channels of each example of [B, C] or [B, C, H, W] (Wu and He 2018, arXiv:1803.08494), then
 * scales and shifts each channel by `weight` and `bias` [C].
 *
 * @throws ShapeError when the groups do not divide the channels.
 */
export const groupNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  { groups, eps = 1e-5, ...options }: GroupNormOptions,
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'groupNorm', ['[B, C]', '[B, C, H, W]'], 'reshape it');
    expectCount(groups, 'groupNorm', 'groups');
    const [batch, channels, ...sides] = x.shape as [number, number, ...number[]];
    if (channels % groups !== 0) {
      throw new ShapeError(`groupNorm: ${groups} groups do not divide the ${channels} channels`);
    }
    const split = x.reshape([batch, groups, channels / groups, ...sides]);
    const { weight, bias } = affineParams(scope, [channels], options);
    const perGroup = (vector: Tensor) => vector.reshape([groups, channels / groups, ...sides.map(() => 1)]);
    const affine = { weight: perGroup(weight), bias: perGroup(bias) };
    return standardise(moments(split, axesFrom(split, 2)), eps, affine).reshape(x.shape);
  });
