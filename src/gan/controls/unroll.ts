import { GansmithError } from '../../base/errors.ts';
import { grad } from '../../graph/grad.ts';
import { add } from '../../graph/ops/elementwise.ts';
import { input, state } from '../../graph/ops/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { moved, type Optimizer, type Slots } from '../../optim/optimizer.ts';
import { learningRateInput, slotName } from '../names.ts';
import type { BoundNetwork } from '../trace.ts';

export interface UnrollOptions {
  /** Name of the critic among the networks. Default 'D'. */
  name?: string;
  /** The critic's own update rule. Its slots go on from those of the run, whose rate is used too. */
  optimizer: Optimizer;
  /** Updates the critic is thought to make before the generator is judged. */
  steps: number;
}

/**
 * The critic as it will be after further steps against the present generator, as a function of the generator: gradients flow
 * through the steps (Metz et al. 2017, arXiv:1611.02163, equations 7 to 10). The critic itself stays as it is.
 *
 * @param loss what the critic minimises, for a critic on given weights.
 * @throws GansmithError when the loss never calls the critic.
 */
export function unrolled(
  critic: BoundNetwork,
  loss: (critic: BoundNetwork) => Tensor,
  { name = 'D', optimizer, steps }: UnrollOptions,
): BoundNetwork {
  const slots = imaginedSlots(name);
  let current = critic;
  let params: ReadonlyMap<string, Tensor> = new Map();
  for (let step = 0; step < steps; step++) {
    const value = loss(current);
    // The first call of the critic makes its parameters known.
    if (step === 0) params = critic.params();
    if (params.size === 0) throw new GansmithError(`unrolled: the loss never calls ${name}`);
    const names = [...params.keys()];
    // Where a gradient is zero, as of units that are off, Adam's root is taken at zero, and the derivative of that is infinite.
    const gradients = grad(value, [...params.values()]).map((g, i) => [names[i]!, add(g, 1e-12)] as const);
    const directions = optimizer.transform(new Map(gradients), params, slots);
    params = moved(optimizer, params, directions, input(learningRateInput(name), []));
    current = critic.with(params);
  }
  return current;
}

/** Slots that begin at those of the run and advance in the imagination only. */
function imaginedSlots(network: string): Slots {
  const advanced = new Map<string, Tensor>();
  return {
    get: (name, shape) => advanced.get(name) ?? state(slotName(network, name), shape),
    set: (name, next) => {
      advanced.set(name, next);
    },
  };
}
