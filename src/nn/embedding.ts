import { gather, type Tensor } from '../graph/index.ts';
import { normal } from './initializers.ts';
import { expectCount } from './parameters.ts';
import type { Initializer, Scope } from './scope.ts';

export interface EmbeddingOptions {
  /** Rows of the table: how many different indices there are. */
  count: number;
  /** Numbers each index becomes. */
  features: number;
  /** Initial table. Default N(0, 1), as PyTorch. */
  init?: Initializer;
}

/**
 * Looks integers up in a learned table: indices [...] in [0, count) become [..., features]. Parameter `weight` [count,
 * features].
 *
 * @throws ShapeError when the indices are not int32 or int64.
 */
export const embedding = (
  scope: Scope,
  name: string,
  indices: Tensor,
  { count, features, init = normal(1) }: EmbeddingOptions,
): Tensor =>
  scope.in(name, (scope) => {
    expectCount(count, 'embedding', 'count');
    expectCount(features, 'embedding', 'features');
    return gather(scope.param('weight', [count, features], init), indices);
  });
