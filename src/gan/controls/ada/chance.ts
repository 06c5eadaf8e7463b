import { add, cast, less, mul, sub } from '../../../graph/ops/elementwise.ts';
import { slice } from '../../../graph/ops/slicing.ts';
import type { Tensor, TensorLike } from '../../../graph/tensor.ts';

/** Random numbers of a group of augmentations, one row an image: uniform in [0, 1), and standard Gaussian. */
export interface Draws {
  uniform: Tensor;
  normal: Tensor;
}

/** The columns of numbers [B, n] as tensors [B, 1]. */
export const columns = (numbers: Tensor): Tensor[] =>
  Array.from({ length: numbers.shape[1]! }, (_, i) => slice(numbers, 1, i, i + 1));

/** `drawn` with probability p, else `identity`; u is uniform in [0, 1). */
export function withChance(p: TensorLike, u: Tensor, drawn: Tensor, identity: number): Tensor {
  const happens = cast(less(u, p), 'float32');
  return identity === 0 ? mul(drawn, happens) : add(mul(sub(drawn, identity), happens), identity);
}

/** 2^x is e^(x LOG2). */
export const LOG2 = Math.LN2;

/** The whole part of a number that is not negative. */
export const wholePart = (x: Tensor): Tensor => cast(cast(x, 'int32'), 'float32');
