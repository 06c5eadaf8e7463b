import { square } from '../../graph/ops/composite.ts';
import { sub } from '../../graph/ops/elementwise.ts';
import { flatten } from '../../graph/ops/movement.ts';
import { mean, sum } from '../../graph/ops/reduce.ts';
import type { Tensor } from '../../graph/tensor.ts';

/**
 * Feature matching |E f(real) - E f(fake)|^2, with f an intermediate layer of the critic: a generator's objective that asks for the
 * statistics of the data instead of the critic's verdict (Salimans et al. 2016, arXiv:1606.03498, section 3.1).
 */
export function featureMatchingLoss(real: Tensor, fake: Tensor): Tensor {
  const centre = (features: Tensor) => mean(flatten(features), { axes: 0 });
  return sum(square(sub(centre(real), centre(fake))));
}
