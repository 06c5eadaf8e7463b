import { mul, sub } from '../../graph/ops/elementwise.ts';
import { logsumexp, mean, sum } from '../../graph/ops/reduce.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { oneHot } from './oneHot.ts';

/**
 * Cross entropy -E[log P(class | x)] of an auxiliary classifier (Odena et al. 2017, arXiv:1610.09585, equation 3), which both
 * players minimise on fakes, the critic on real examples too. Logits [B, K], labels int32 [B] in [0, K).
 */
export function classLoss(logits: Tensor, label: Tensor): Tensor {
  const chosen = sum(mul(logits, oneHot(label, logits.shape[1]!)), { axes: 1 });
  return mean(sub(logsumexp(logits, { axes: 1 }), chosen));
}
