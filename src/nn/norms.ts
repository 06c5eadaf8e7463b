import type { Tensor } from '../graph/index.ts';
import { unknownName } from './activation.ts';
import { batchNorm } from './batchNorm.ts';
import { instanceNorm } from './instanceNorm.ts';
import { layerNorm } from './layerNorm.ts';
import type { AffineOptions } from './parameters.ts';
import type { Scope } from './scope.ts';

/** A normalisation of one's own, such as one that knows the class. */
export type NormFunction = (scope: Scope, name: string, x: Tensor, options: AffineOptions) => Tensor;

const norms: Record<NormName, NormFunction> = {
  batch: batchNorm,
  layer: layerNorm,
  instance: instanceNorm,
  none: (_scope, _name, x) => x,
};

/** Names `normalise` knows. */
export type NormName = 'batch' | 'layer' | 'instance' | 'none';
export type Norm = NormName | NormFunction;

/**
 * Applies a normalisation, given by name or as a function. 'instance' has no scale and shift, the options of which it
 * ignores.
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
  if (typeof kind === 'function') return kind(scope, name, x, options);
  if (!Object.hasOwn(norms, kind)) throw unknownName('normalisation', kind, Object.keys(norms));
  return norms[kind](scope, name, x, options);
}

/** True when a normalisation subtracts each channel's own mean, which makes a bias before it useless. One's own count as such. */
export const cancelsBias = (kind: Norm): boolean =>
  typeof kind === 'function' || kind === 'batch' || kind === 'instance';
