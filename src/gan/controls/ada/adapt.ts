import {
  add,
  cast,
  div,
  greaterEqual,
  maximum,
  mul,
  sign,
  stopGradient,
  sub,
} from '../../../graph/ops/elementwise.ts';
import { mean } from '../../../graph/ops/reduce.ts';
import type { Tensor } from '../../../graph/tensor.ts';
import { constant, zeros } from '../../../nn/initializers.ts';
import type { Scope } from '../../../nn/scope.ts';
import type { BoundNetwork } from '../../trace.ts';
import { type AdaGroup, augmented } from './pipeline.ts';

export interface AdaOptions {
  /** Groups of augmentations; none switches all off. */
  ada: readonly AdaGroup[];
  /** What the mean sign of scores of real examples is to be. The paper has 0.6. */
  adaTarget: number;
  /** Images in which p can move by one. The paper has 500 thousand. */
  adaImages: number;
  /** Steps of the critic between moves. The paper has 4. */
  adaEvery: number;
  /** What p begins at. The paper has 0. */
  adaStart: number;
}

/** The name of what augmentation keeps, in the critic's scope: states `augment/p`, `augment/signs`, `augment/steps`. */
const PLACE = 'augment';

const probability = (scope: Scope, { adaStart }: Pick<AdaOptions, 'adaStart'>): Tensor =>
  scope.state('p', [], constant(adaStart));

/** What a critic sees of images in training, by its current p; in sampling the images themselves. */
export const adaAugment = (
  scope: Scope,
  images: Tensor,
  options: Pick<AdaOptions, 'ada' | 'adaStart'>,
): Tensor =>
  scope.mode === 'sample'
    ? images
    : scope.in(PLACE, (scope) => augmented(scope, images, probability(scope, options), options.ada));

/**
 * Moves p after a step of the critic D: the overfitting signal r_t = E[sign(D(real))] is averaged over `adaEvery` steps, and p goes up
 * by their images / adaImages if it is above the target, down if below, never below 0 (Karras et al. 2020, arXiv:2006.06676, section 3.1
 * and appendix B; sign(0) = 0). The authors' code also counts the scores of the lazy penalty's steps.
 *
 * @param real scores of real examples, less the boundary above which an example is called real, [B, 1].
 * @returns p as this step had it, and the mean sign of this step.
 */
export function adaptAugmentation(
  D: BoundNetwork,
  real: Tensor,
  images: number,
  options: AdaOptions,
): { p: Tensor; realSign: Tensor } {
  const { adaTarget, adaImages, adaEvery } = options;
  const realSign = mean(sign(stopGradient(real)));
  return D.in(PLACE, (scope) => {
    const p = probability(scope, options);
    const signs = add(scope.state('signs', [], zeros), realSign);
    const steps = add(scope.state('steps', [], zeros), 1);
    const moves = cast(greaterEqual(steps, adaEvery), 'float32');
    const direction = sign(sub(div(signs, steps), adaTarget));
    const step = mul(mul(direction, moves), (images * adaEvery) / adaImages);
    scope.advance('p', maximum(add(p, step), 0));
    scope.advance('signs', mul(signs, sub(1, moves)));
    scope.advance('steps', mul(steps, sub(1, moves)));
    return { p, realSign };
  });
}
