import { advance, chain } from './chain.ts';
import { expectRange } from './check.ts';
import type { Optimizer, Schedule, Transform } from './optimizer.ts';
import { weightDecay } from './weightDecay.ts';

export interface SgdOptions {
  /** Learning rate. Default 1e-3. */
  lr?: Schedule;
  /** Share of the last step that is repeated, in [0, 1). Default 0. */
  momentum?: number;
  /** Look ahead: add the gradient once more to the momentum. Default false. */
  nesterov?: boolean;
  /** Share of the parameters added to the gradients. Default 0. */
  weightDecay?: number;
}

/** Stochastic gradient descent with momentum (Sutskever et al. 2013): PyTorch's SGD with dampening 0. */
export function sgd({
  lr = 1e-3,
  momentum = 0,
  nesterov = false,
  weightDecay: decay = 0,
}: SgdOptions = {}): Optimizer {
  const links: Transform[] = [];
  if (decay !== 0) links.push(weightDecay(decay));
  if (momentum !== 0) links.push(heavyBall(momentum, nesterov));
  return { lr, transform: chain(...links) };
}

/** b = momentum * b + g; the update is b, or g + momentum * b for Nesterov's. Slots: `<param>/momentum`. */
export function heavyBall(momentum: number, nesterov = false): Transform {
  expectRange('momentum', 'its factor', momentum, 0, 1);
  return (updates, _, slots) =>
    new Map(
      [...updates].map(([name, g]) => {
        const b = advance(slots, `${name}/momentum`, g.shape, (before) => before.mul(momentum).add(g));
        return [name, nesterov ? g.add(b.mul(momentum)) : b];
      }),
    );
}
