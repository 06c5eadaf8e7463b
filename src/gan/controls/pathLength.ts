import { grad } from '../../graph/grad.ts';
import { square } from '../../graph/ops/composite.ts';
import { add, mul, sqrt, stopGradient, sub } from '../../graph/ops/elementwise.ts';
import { flatten } from '../../graph/ops/movement.ts';
import { mean, sum } from '../../graph/ops/reduce.ts';
import { sizeOf } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { zeros } from '../../nn/initializers.ts';
import type { BoundNetwork } from '../trace.ts';

/** Share of the newest mean length in the running mean (arXiv:1912.04958, appendix B). */
const DECAY = 0.01;

/**
 * Lengths |J' y| of the generator's Jacobian J at latents, applied to random images y: [B] (Karras et al. 2020,
 * arXiv:1912.04958, section 3.2). Gaussian y is divided by the root of the number of pixels, as appendix B does. Of latents a layer,
 * [B, L, W], the squared lengths are averaged over the layers, as the authors' code does.
 *
 * @param y standard Gaussian, of the samples' shape.
 */
export function pathLengths(samples: Tensor, latent: Tensor, y: Tensor): Tensor {
  const [, , ...sides] = samples.shape;
  const directions = mul(samples, mul(y, 1 / Math.sqrt(sizeOf(sides))));
  const gradient = grad(sum(directions), [latent])[0]!;
  const layers = latent.shape.length === 3 ? latent.shape[1]! : 1;
  return sqrt(add(mul(sum(square(flatten(gradient)), { axes: 1 }), 1 / layers), 1e-12));
}

/**
 * Path length regularisation E[(|J' y| - a)^2], with a the running mean of the lengths (same paper, equation 4), kept as the
 * generator's state `pathLength/mean`. The mean is moved first, and is a constant to the gradient.
 */
export function pathLengthPenalty(generator: BoundNetwork, lengths: Tensor): Tensor {
  const target = generator.in('pathLength', (scope) => {
    const before = scope.state('mean', [], zeros);
    const after = add(before, mul(sub(stopGradient(mean(lengths)), before), DECAY));
    scope.advance('mean', after);
    return after;
  });
  return mean(square(sub(lengths, target)));
}
