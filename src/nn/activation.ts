import { nearest, UsageError } from '../base/errors.ts';
import { leakyRelu, relu, sigmoid, type Tensor, tanh } from '../graph/index.ts';

const activations = {
  relu,
  leakyRelu: (x: Tensor) => leakyRelu(x, 0.2),
  tanh,
  sigmoid,
  none: (x: Tensor) => x,
} as const;

/** Names `activate` knows. `leakyRelu` has slope 0.2, as in DCGAN (arXiv:1511.06434). */
export type Activation = keyof typeof activations;

/**
 * Applies an activation by name.
 *
 * @throws UsageError for an unknown name.
 */
export function activate(x: Tensor, name: Activation): Tensor {
  if (!Object.hasOwn(activations, name)) throw unknownName('activation', name, Object.keys(activations));
  return activations[name](x);
}

/** The error for a name that is none of those known; guesses what was meant. */
export function unknownName(what: string, name: string, known: readonly string[]): UsageError {
  const guess = nearest(name, known);
  const advice = guess ? `did you mean '${guess}'?` : `choose from ${known.join(', ')}`;
  return new UsageError(`${what} '${name}' is unknown; ${advice}`);
}
