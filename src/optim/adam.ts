import { div, mul, sqrt, type Tensor } from '../graph/index.ts';
import { advance, blend, chain } from './chain.ts';
import { expectRange } from './check.ts';
import type { Optimizer, Schedule, Slots, Transform } from './optimizer.ts';
import { weightDecay } from './weightDecay.ts';

export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  lr?: Schedule;
  /** Decay of the mean of gradients, in [0, 1); at 0 no mean is kept. Default 0.9. */
  b1?: number;
  /** Decay of the mean of squared gradients, in [0, 1). Default 0.999. */
  b2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  eps?: number;
  /** Share of the parameters added: to the gradients by `adam`, to the updates by `adamW`. */
  weightDecay?: number;
}

/** Adam (Kingma and Ba 2015, arXiv:1412.6980), with weight decay as an L2 penalty (default 0): PyTorch's Adam. */
export function adam({ lr = 1e-3, weightDecay: decay = 0, ...moments }: AdamOptions = {}): Optimizer {
  const rule = adaptiveMoments('adam', moments);
  return { lr, transform: decay === 0 ? rule : chain(weightDecay(decay), rule) };
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101), default 0.01: PyTorch's AdamW.
 * Parameters shrink by lr * weightDecay a step.
 */
export function adamW({ lr = 1e-3, weightDecay: decay = 0.01, ...moments }: AdamOptions = {}): Optimizer {
  const rule = adaptiveMoments('adamW', moments);
  return { lr, transform: decay === 0 ? rule : chain(rule, weightDecay(decay)) };
}

/**
 * Adam's settings for a network that a phase with `every: k` regularises lazily: the rate times c and the betas to the power
 * c, with c = k / (k + 1) (StyleGAN2, arXiv:1912.04958, appendix B), since the network then takes k + 1 moves for k.
 */
export function lazy(every: number, { lr = 1e-3, b1 = 0.9, b2 = 0.999, ...rest }: AdamOptions): AdamOptions {
  expectRange('lazy', 'every', every, 1);
  const c = every / (every + 1);
  const scaled: Schedule = typeof lr === 'number' ? lr * c : (progress) => lr(progress) * c;
  return { ...rest, lr: scaled, b1: b1 ** c, b2: b2 ** c };
}

/**
 * m / c1 / (sqrt(v / c2) + eps), with m and v the decaying means of the gradient and its square, and c1 and c2 the sums
 * of their weights. Slots: `<param>/m` and `<param>/v`, scalars `correction1` and `correction2`.
 */
function adaptiveMoments(
  where: string,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Pick<AdamOptions, 'b1' | 'b2' | 'eps'>,
): Transform {
  expectRange(where, 'b1', b1, 0, 1);
  expectRange(where, 'b2', b2, 0, 1);
  expectRange(where, 'eps', eps, 0);
  return (updates, _, slots) => {
    const correction1 = b1 > 0 ? correction(slots, 'correction1', b1) : 1;
    const correction2 = correction(slots, 'correction2', b2);
    // Multiplied through by c1, so that each parameter takes one product less.
    const scale = div(correction1, sqrt(correction2));
    const floor = mul(correction1, eps);
    const next = new Map<string, Tensor>();
    for (const [name, g] of updates) {
      const m = b1 > 0 ? advance(slots, `${name}/m`, g.shape, (before) => blend(before, g, b1)) : g;
      const v = advance(slots, `${name}/v`, g.shape, (before) => blend(before, g.mul(g), b2));
      next.set(name, m.div(sqrt(v).mul(scale).add(floor)));
    }
    return next;
  };
}

/**
 * 1 - decay^t as the decaying mean of ones: the weights of a decaying mean begun at zero add up to this. Subtracting a
 * power from 1 would cancel in float32.
 */
const correction = (slots: Slots, name: string, decay: number): Tensor =>
  advance(slots, name, [], (before) => before.mul(decay).add(1 - decay));
