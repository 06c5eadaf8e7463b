import type { Tensor } from '../graph/tensor.ts';
import type { Optimizer, Slots, Transform } from './optimizer.ts';

/** Links of an update rule, one after the other: each takes the result of the one before. */
export const chain =
  (...transforms: readonly Transform[]): Transform =>
  (updates, params, slots) => {
    let current = new Map(updates);
    for (const transform of transforms) current = transform(current, params, slots);
    return current;
  };

/** The optimizer with further links before its own: they meet the plain gradients, as clipping must. */
export const withTransforms = (optimizer: Optimizer, ...before: readonly Transform[]): Optimizer => ({
  ...optimizer,
  transform: chain(...before, optimizer.transform),
});

/** A link that treats every tensor alike. */
export const forEach =
  (change: (update: Tensor, param: Tensor) => Tensor): Transform =>
  (updates, params) =>
    new Map([...updates].map(([name, update]) => [name, change(update, params.get(name)!)]));

/** Replaces a slot by a function of its value, zeros before the first step, and returns the new value. */
export function advance(
  slots: Slots,
  name: string,
  shape: readonly number[],
  next: (before: Tensor) => Tensor,
): Tensor {
  const value = next(slots.get(name, shape));
  slots.set(name, value);
  return value;
}

/** decay * before + (1 - decay) * value. */
export const blend = (before: Tensor, value: Tensor, decay: number): Tensor =>
  before.mul(decay).add(value.mul(1 - decay));
