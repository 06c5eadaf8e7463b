import { div, mul, sqrt, type Tensor } from '../graph/index.ts';
import { advance, chain } from './chain.ts';
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
 * The mean of gradients over the root of their mean square plus eps, both means weighted by powers of their decays. Slots:
 * the weighted sums `<param>/m` and `<param>/v`, and the sums of their weights `weights1` and `weights2`. Sums take two
 * passes over each parameter less than means; dividing by the sum of weights is Adam's correction for its start at zero.
 */
function adaptiveMoments(
  where: string,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Pick<AdamOptions, 'b1' | 'b2' | 'eps'>,
): Transform {
  expectRange(where, 'b1', b1, 0, 1);
  expectRange(where, 'b2', b2, 0, 1);
  expectRange(where, 'eps', eps, 0);
  return (updates, _, slots) => {
    const weights1 = b1 > 0 ? sumOfWeights(slots, 'weights1', b1) : 1;
    const weights2 = sumOfWeights(slots, 'weights2', b2);
    // m / w1 / (sqrt(v / w2) + eps), multiplied through by w1.
    const scale = div(weights1, sqrt(weights2));
    const floor = mul(weights1, eps);
    const next = new Map<string, Tensor>();
    for (const [name, g] of updates) {
      const m = b1 > 0 ? advance(slots, `${name}/m`, g.shape, (before) => before.mul(b1).add(g)) : g;
      const v = advance(slots, `${name}/v`, g.shape, (before) => before.mul(b2).add(g.mul(g)));
      next.set(name, m.div(sqrt(v).mul(scale).add(floor)));
    }
    return next;
  };
}

/**
 * 1 + decay + decay^2 + ..., one term a step: (1 - decay^t) / (1 - decay), without the cancellation that subtracting a
 * power from 1 would bring in float32.
 */
const sumOfWeights = (slots: Slots, name: string, decay: number): Tensor =>
  advance(slots, name, [], (before) => before.mul(decay).add(1));
