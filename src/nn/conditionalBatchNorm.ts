import type { Tensor } from '../graph/index.ts';
import { type BatchNormOptions, batchNorm } from './batchNorm.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';
import { ones, zeros } from './initializers.ts';
import type { WeightOptions } from './parameters.ts';
import type { Initializer, Scope } from './scope.ts';

/** A row [B, C] shaped to broadcast over the places of x: [B, C, 1, 1]. */
const overPlaces = (rows: Tensor, x: Tensor): Tensor =>
  rows.reshape([...rows.shape, ...x.shape.slice(2).map(() => 1)]);

export interface ConditionalBatchNormOptions extends Pick<BatchNormOptions, 'momentum' | 'eps'> {
  /** How many classes there are. */
  classes: number;
}

/**
 * Batch normalisation whose scale and shift are looked up by the example's class: tables `scale/weight` and `shift/weight`
 * [classes, C], which begin at 1 and 0 (Dumoulin et al. 2017, arXiv:1610.07629, equation 5; in GANs: Miyato and Koyama 2018,
 * arXiv:1802.05637). Labels int32 [B].
 */
export const conditionalBatchNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  label: Tensor,
  { classes, ...options }: ConditionalBatchNormOptions,
): Tensor =>
  batchNorm(scope, name, x, {
    ...options,
    affine: (scope, x) => {
      const features = x.shape[1]!;
      const table = (name: string, init: Initializer) =>
        overPlaces(embedding(scope, name, label, { count: classes, features, init }), x);
      return { weight: table('scale', ones), bias: table('shift', zeros) };
    },
  });

/**
 * Batch normalisation whose scale, less 1, and shift are linear in a condition [B, F] that all layers of a network may share, such as
 * an embedding of the class beside a part of the latent: layers `scale` and `shift` without bias (Brock et al. 2019,
 * arXiv:1809.11096, section 3.2 and appendix B.1).
 */
export const projectedBatchNorm = (
  scope: Scope,
  name: string,
  x: Tensor,
  condition: Tensor,
  {
    momentum,
    eps,
    ...weights
  }: Pick<BatchNormOptions, 'momentum' | 'eps'> & Pick<WeightOptions, 'init' | 'spectralNorm'> = {},
): Tensor =>
  batchNorm(scope, name, x, {
    ...(momentum === undefined ? {} : { momentum }),
    ...(eps === undefined ? {} : { eps }),
    affine: (scope, x) => {
      const linear = (layer: string) =>
        overPlaces(dense(scope, layer, condition, { ...weights, units: x.shape[1]!, bias: false }), x);
      return { weight: linear('scale').add(1), bias: linear('shift') };
    },
  });
