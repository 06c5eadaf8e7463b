import { grad } from '../graph/grad.ts';
import { square } from '../graph/ops/composite.ts';
import { add, mul, sqrt, sub } from '../graph/ops/elementwise.ts';
import { flatten } from '../graph/ops/movement.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { BoundNetwork } from './trace.ts';

/**
 * Two-sided gradient penalty E[(|grad_x D(x)| - 1)^2] at points between real and generated examples
 * (Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1). Its derivative in the critic's weights is second order.
 *
 * @param mix where between real (0) and fake (1) each example lies, uniform in [0, 1), [B, 1, ...].
 */
export function gradientPenalty(critic: BoundNetwork, real: Tensor, fake: Tensor, mix: Tensor): Tensor {
  const between = add(real, mul(mix, sub(fake, real)));
  const norm = sqrt(squaredGradientNorm(critic, between));
  return mean(square(sub(norm, 1)));
}

/** |grad_x D(x)|^2 of each example, [B]. The epsilon keeps the root's derivative finite where the gradient is zero. */
export function squaredGradientNorm(critic: BoundNetwork, x: Tensor): Tensor {
  const gradient = grad(sum(critic.still(x)), [x])[0]!;
  return add(sum(square(flatten(gradient)), { axes: 1 }), 1e-12);
}
