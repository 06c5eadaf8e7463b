import { UsageError } from '../base/errors.ts';
import { mul, type Tensor } from '../graph/index.ts';
import type { Scope } from './scope.ts';

export interface DropoutOptions {
  /** Share of numbers set to zero, in [0, 1). */
  probability: number;
}

/**
 * Sets numbers to zero at random and divides the others by the share kept, so that means stay (Srivastava et al. 2014).
 * The identity in sample mode. Draws `mask`.
 *
 * @throws UsageError when the probability lies outside [0, 1).
 */
export const dropout = (scope: Scope, name: string, x: Tensor, { probability }: DropoutOptions): Tensor =>
  scope.in(name, (scope) => {
    if (!(probability >= 0 && probability < 1)) {
      throw new UsageError(`dropout: expects a probability of at least 0 and below 1, not ${probability}`);
    }
    if (probability === 0 || scope.mode === 'sample') return x;
    const kept = 1 - probability;
    const mask = scope.random('mask', x.shape, { kind: 'bernoulli', probability: kept });
    // Scaling the mask, not x, lets the gradient share the product.
    return mul(x, mul(mask, 1 / kept));
  });
