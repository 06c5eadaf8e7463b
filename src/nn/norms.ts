import type { Tensor } from '../graph/index.ts';
import { unknownName } from './activation.ts';
import { batchNorm } from './batchNorm.ts';
import { instanceNorm } from './instanceNorm.ts';
import { layerNorm } from './layerNorm.ts';
import type { AffineOptions } from './parameters.ts';
import type { Scope } from './scope.ts';

const norms: Record<Norm, (scope: Scope, name: string, x: Tensor, options: AffineOptions) => Tensor> = {
  batch: batchNorm,
  layer: layerNorm,
  instance: instanceNorm,
  none: (_scope, _name, x) => x,
};

/** Names `normalise` knows. */
export type Norm = 'batch' | 'layer' | 'instance' | 'none';

/**
 * Applies a normalisation by name, with its defaults: 'instance' has no scale and shift, the options of which it ignores.
 *
 * @throws UsageError for an unknown name.
 */
export function normalise(
  scope: Scope,
  name: string,
  x: Tensor,
  kind: Norm,
  options: AffineOptions = {},
): Tensor {
  if (!Object.hasOwn(norms, kind)) throw unknownName('normalisation', kind, Object.keys(norms));
  return norms[kind](scope, name, x, options);
}

/** True when a normalisation subtracts each channel's own mean, which makes a bias before it useless. */
export const cancelsBias = (kind: Norm): boolean => kind === 'batch' || kind === 'instance';
