import { ShapeError } from '../../base/errors.ts';
import { grad } from '../../graph/grad.ts';
import { square } from '../../graph/ops/composite.ts';
import { add, mul, relu, sqrt, sub } from '../../graph/ops/elementwise.ts';
import { reshape } from '../../graph/ops/movement.ts';
import { mean, sum } from '../../graph/ops/reduce.ts';
import { formatShape, sizeOf } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { BoundNetwork } from '../trace.ts';

/** A critic as penalties see it: one score an example, no statistics advanced. `D.still` of a bound network. */
export type StillCritic = (x: Tensor) => Tensor;

export interface GradientPenaltyOptions {
  /** Length the gradient should have. Default 1. */
  target?: number;
  /** Punish gradients that are too long, not those that are too short. Default false. */
  oneSided?: boolean;
}

/**
 * Gradient penalty E[(|grad_x D(x)| - target)^2] at the given points; one-sided, E[max(0, |grad_x D(x)| - target)^2]
 * (Gulrajani et al. 2017, arXiv:1704.00028, equation 3; one-sided: section 4 there, and Petzka et al. 2018, arXiv:1709.08894). Its
 * derivative in the critic's weights is second order.
 */
export function slopePenalty(
  critic: StillCritic,
  x: Tensor,
  { target = 1, oneSided = false }: GradientPenaltyOptions = {},
): Tensor {
  const excess = sub(sqrt(squaredGradientNorm(critic, x)), target);
  return mean(square(oneSided ? relu(excess) : excess));
}

/**
 * The penalty of WGAN-GP: `slopePenalty` at points between real and generated examples (arXiv:1704.00028, algorithm 1).
 *
 * @param mix where between real (0) and fake (1) each example lies, uniform in [0, 1), [B, 1, ...].
 */
export const gradientPenalty = (
  critic: BoundNetwork,
  real: Tensor,
  fake: Tensor,
  mix: Tensor,
  options: GradientPenaltyOptions = {},
): Tensor => slopePenalty(critic.still, between(real, fake, mix), options);

/** real + mix (fake - real). */
export const between = (real: Tensor, fake: Tensor, mix: Tensor): Tensor =>
  add(real, mul(mix, sub(fake, real)));

/**
 * Points around the data, where DRAGAN takes its penalty: x + d with d Gaussian (Kodali et al. 2017, arXiv:1705.07215, section
 * 2.4). Its standard deviation is half that of all numbers in the batch, as the authors scale it.
 *
 * @param noise standard Gaussian, of x's shape.
 */
export function around(x: Tensor, noise: Tensor): Tensor {
  const variance = mean(square(sub(x, mean(x))));
  return add(x, mul(noise, mul(sqrt(add(variance, 1e-12)), 0.5)));
}

/**
 * Zero-centred penalty gamma / 2 E[|grad_x D(x)|^2]: R1 at real examples, R2 at generated ones (Mescheder et al. 2018,
 * arXiv:1801.04406, equations 9 and 10).
 */
export const zeroCentredPenalty = (critic: StillCritic, x: Tensor, gamma: number): Tensor =>
  mul(mean(squaredGradientNorm(critic, x, 0)), gamma / 2);

/**
 * |grad_x D(x)|^2 of each decision, [B]; where a decision is about m packed examples, [B / m], over all m of them. The epsilon
 * keeps the derivative of a root of it finite where the gradient is zero.
 */
export function squaredGradientNorm(critic: StillCritic | BoundNetwork, x: Tensor, epsilon = 1e-12): Tensor {
  const score = ('still' in critic ? critic.still : critic)(x);
  const decisions = score.shape[0]!;
  if (sizeOf(score.shape) !== decisions) {
    throw new ShapeError(
      `gradient penalty: the critic gives ${formatShape(score.shape)}, not one score a decision; reduce it to [B, 1]`,
    );
  }
  const gradient = grad(sum(score), [x])[0]!;
  const squared = sum(square(reshape(gradient, [decisions, 'rest'])), { axes: 1 });
  return epsilon > 0 ? add(squared, epsilon) : squared;
}
