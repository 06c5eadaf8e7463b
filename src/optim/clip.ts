import { add, div, minimum, mul, sqrt } from '../graph/index.ts';
import { forEach } from './chain.ts';
import { expectRange } from './check.ts';
import type { Optimizer, Transform } from './optimizer.ts';

/**
 * Scales all tensors by one factor so that their common Euclidean norm is at most `limit`: min(1, limit / (norm + 1e-6)),
 * PyTorch's clip_grad_norm_ (Pascanu et al. 2013, arXiv:1211.5063).
 */
export function clipByGlobalNorm(limit: number): Transform {
  expectRange('clipByGlobalNorm', 'limit', limit, 0);
  return (updates) => {
    if (updates.size === 0) return new Map();
    const squares = [...updates.values()].map((update) => update.mul(update).sum());
    const norm = sqrt(squares.reduce((total, square) => add(total, square)));
    const factor = minimum(div(limit, norm.add(1e-6)), 1);
    return new Map([...updates].map(([name, update]) => [name, mul(update, factor)]));
  };
}

/** Cuts every number to [-limit, limit]: PyTorch's clip_grad_value_. */
export function clipByValue(limit: number): Transform {
  expectRange('clipByValue', 'limit', limit, 0);
  return forEach((update) => update.minimum(limit).maximum(-limit));
}

/**
 * The optimizer with every parameter cut to [-limit, limit] after each move: the weight clipping of WGAN (Arjovsky et al.
 * 2017, arXiv:1701.07875, algorithm 1), biases and scales included, as the authors do.
 */
export function clipWeights(optimizer: Optimizer, limit: number): Optimizer {
  expectRange('clipWeights', 'limit', limit, 0);
  return { ...optimizer, project: (moved) => moved.minimum(limit).maximum(-limit) };
}
