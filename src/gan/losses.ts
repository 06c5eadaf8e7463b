import { ShapeError } from '../base/errors.ts';
import { softplus } from '../graph/ops/composite.ts';
import { add, cast, greater, less, mul, neg } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import { formatShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';

// Critic outputs are logits: D(x) = sigmoid(logit), so log D = -softplus(-logit) and log(1 - D) = -softplus(logit).

/** Names of the generator's objective in the original game. */
export type Objective = 'minimax' | 'non-saturating';

/**
 * The critic's side of the original game, to be minimised: -E[log D(real)] - E[log(1 - D(fake))]
 * (Goodfellow et al. 2014, arXiv:1406.2661, equation 1). Logits [B, 1].
 */
export const criticLoss = (real: Tensor, fake: Tensor): Tensor =>
  add(mean(softplus(neg(real))), mean(softplus(fake)));

/**
 * The generator's side: `minimax` minimises E[log(1 - D(fake))], whose gradient vanishes where the critic is sure;
 * `non-saturating` minimises -E[log D(fake)] (same paper, section 3).
 */
export const generatorLoss = (fake: Tensor, objective: Objective = 'non-saturating'): Tensor =>
  objective === 'minimax' ? neg(mean(softplus(fake))) : mean(softplus(neg(fake)));

/** How often the critic is right on average, in [0, 1]: half at equilibrium. */
export function criticAccuracy(real: Tensor, fake: Tensor): Tensor {
  const share = (right: Tensor) => mean(cast(right, 'float32'));
  if (real.shape.length !== 2)
    throw new ShapeError(`critic outputs are [B, 1], not ${formatShape(real.shape)}`);
  return mul(add(share(greater(real, 0)), share(less(fake, 0))), 0.5);
}
