import { square, zeros } from '../../graph/ops/composite.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
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
  const weights = [...params.values()].filter(({ shape }) => shape.length >= 2).map(flatten);
  const masks = new Map<number, Tensor>();
  return weights
    .map((rows) => (rows.shape[0]! > rows.shape[1]! ? ofTall(rows) : ofWide(rows, masks)))
    .reduce((total, part) => add(total, part), zeros([]));
}

/** Products of rows with each other, their own left out: [out, rest] with no more rows than columns. */
function ofWide(rows: Tensor, masks: Map<number, Tensor>): Tensor {
  const count = rows.shape[0]!;
  const mask = masks.get(count) ?? offDiagonal(count);
  masks.set(count, mask);
  return sum(square(mul(matmul(rows, rows, { transposeB: true }), mask)));
}

/** With more rows than columns: |W W'|^2 is |W' W|^2, a smaller matrix; what the rows' own products add is taken off. */
function ofTall(rows: Tensor): Tensor {
  const all = sum(square(matmul(rows, rows, { transposeA: true })));
  return sub(all, sum(square(sum(square(rows), { axes: 1 }))));
}

/** Ones with zeros on the diagonal, [n, n]. */
function offDiagonal(n: number): Tensor {
  const values = new Float64Array(n * n).fill(1);
  for (let i = 0; i < n; i++) values[i * n + i] = 0;
  return tensor(values, [n, n]);
}
