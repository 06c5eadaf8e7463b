import { div, sqrt, type Tensor } from '../graph/index.ts';
import type { Affine } from './parameters.ts';

/** What an input is normalised by; mean and variance keep the reduced axes with size 1. */
export interface Moments {
  /** x - mean, of x's shape. */
  centred: Tensor;
  mean: Tensor;
  /** Mean of squared deviations (biased). */
  variance: Tensor;
}

/** Mean and variance over axes, by way of deviations: the mean square less the squared mean would cancel. */
export function moments(x: Tensor, axes: readonly number[]): Moments {
  const mean = x.mean({ axes, keep: true });
  const centred = x.sub(mean);
  return { centred, mean, variance: centred.mul(centred).mean({ axes, keep: true }) };
}

/** centred / sqrt(variance + eps) * weight + bias, the small factors joined first: two passes over the numbers. */
export function standardise({ centred, variance }: Moments, eps: number, affine?: Affine): Tensor {
  const deviation = sqrt(variance.add(eps));
  if (!affine) return centred.mul(div(1, deviation));
  return centred.mul(div(affine.weight, deviation)).add(affine.bias);
}

/** Positions of the axes of `x` from `first` on. */
export const axesFrom = (x: Tensor, first: number): number[] => x.shape.map((_, axis) => axis).slice(first);
