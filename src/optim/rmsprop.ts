import { sqrt } from '../graph/index.ts';
import { advance, blend, chain } from './chain.ts';
import { expectRange } from './check.ts';
import type { Optimizer, Schedule, Transform } from './optimizer.ts';
import { heavyBall } from './sgd.ts';
import { weightDecay } from './weightDecay.ts';

export interface RmspropOptions {
  /** Learning rate. Default 0.01. */
  lr?: Schedule;
  /** Decay of the mean of squared gradients, in [0, 1). Default 0.99. */
  alpha?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  eps?: number;
  /** Share of the last step that is repeated, in [0, 1). Default 0. */
  momentum?: number;
  /** Share of the parameters added to the gradients. Default 0. */
  weightDecay?: number;
}

/** Gradients over the root of their decaying mean square (Tieleman and Hinton 2012, lecture 6.5): PyTorch's RMSprop. */
export function rmsprop({
  lr = 0.01,
  alpha = 0.99,
  eps = 1e-8,
  momentum = 0,
  weightDecay: decay = 0,
}: RmspropOptions = {}): Optimizer {
  const links: Transform[] = [scaleByRootMeanSquare(alpha, eps)];
  if (decay !== 0) links.unshift(weightDecay(decay));
  if (momentum !== 0) links.push(heavyBall(momentum));
  return { lr, transform: chain(...links) };
}

/** g / (sqrt(v) + eps), with v the decaying mean of g squared. Slots: `<param>/v`. */
function scaleByRootMeanSquare(alpha: number, eps: number): Transform {
  expectRange('rmsprop', 'alpha', alpha, 0, 1);
  expectRange('rmsprop', 'eps', eps, 0);
  return (updates, _, slots) =>
    new Map(
      [...updates].map(([name, g]) => {
        const v = advance(slots, `${name}/v`, g.shape, (before) => blend(before, g.mul(g), alpha));
        return [name, g.div(sqrt(v).add(eps))];
      }),
    );
}
