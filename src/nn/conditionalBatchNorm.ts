import type { Tensor } from '../graph/index.ts';
import { type BatchNormOptions, batchNorm } from './batchNorm.ts';
import { embedding } from './embedding.ts';
import { ones, zeros } from './initializers.ts';
import type { Scope } from './scope.ts';

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
      const [batch, features, ...sides] = x.shape as [number, number, ...number[]];
      const table = (name: string, init: typeof ones) =>
        embedding(scope, name, label, { count: classes, features, init }).reshape([
          batch,
          features,
          ...sides.map(() => 1),
        ]);
      return { weight: table('scale', ones), bias: table('shift', zeros) };
    },
  });
