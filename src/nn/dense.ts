import { matmul, type Tensor } from '../graph/index.ts';
import { addBias, expectCount, expectLayout, type WeightOptions, weightParam } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface DenseOptions extends WeightOptions {
  /** Numbers each example becomes. */
  units: number;
}

/**
 * x W' + b: [B, F] to [B, units], with parameters `weight` [units, F] and `bias` [units].
 *
 * @throws ShapeError when x is not [B, F].
 */
export const dense = (scope: Scope, name: string, x: Tensor, options: DenseOptions): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'dense', ['[B, F]'], 'flatten it first');
    expectCount(options.units, 'dense', 'units');
    const shape = [options.units, x.shape[1]!];
    const y = matmul(x, weightParam(scope, shape, options), { transposeB: true });
    return addBias(scope, y, shape, options);
  });
