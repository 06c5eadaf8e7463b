import { square, zeros } from '../../graph/ops/composite.ts';
import { add, mul } from '../../graph/ops/elementwise.ts';
import { tensor } from '../../graph/ops/leaf.ts';
import { matmul } from '../../graph/ops/matmul.ts';
import { flatten } from '../../graph/ops/movement.ts';
import { sum } from '../../graph/ops/reduce.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Named } from '../../optim/optimizer.ts';

/**
 * Orthogonal regularisation without the diagonal, the sum over weights of |W W' * (1 - I)|^2: it asks filters to differ, not
 * to have length one (Brock et al. 2019, arXiv:1809.11096, equation 3). W is the weight as [first axis, the rest]; vectors (biases,
 * scales) are left alone.
 */
export function orthogonalPenalty(params: Named): Tensor {
  const weights = [...params.values()].filter(({ shape }) => shape.length >= 2);
  return weights.map(ofOneWeight).reduce((total, part) => add(total, part), zeros([]));
}

function ofOneWeight(weight: Tensor): Tensor {
  const rows = flatten(weight); // [out, rest]
  const products = matmul(rows, rows, { transposeB: true });
  return sum(square(mul(products, offDiagonal(rows.shape[0]!))));
}

/** Ones with zeros on the diagonal, [n, n]. */
function offDiagonal(n: number): Tensor {
  const values = new Float64Array(n * n).fill(1);
  for (let i = 0; i < n; i++) values[i * n + i] = 0;
  return tensor(values, [n, n]);
}
