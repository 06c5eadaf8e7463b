import { ShapeError } from '../base/errors.ts';
import { concat, exp, formatShape, neg, sqrt, sub, type Tensor } from '../graph/index.ts';
import { normal } from './initializers.ts';
import { expectCount, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface MinibatchDiscriminationOptions {
  /** Features added, B in the paper. */
  kernels: number;
  /** Numbers a kernel compares, C in the paper. Default 5. */
  dimensions?: number;
}

/**
 * Minibatch discrimination: adds to each example's features how close the other examples of the batch are,
 * o_b(x_i) = sum_j exp(-|M_ib - M_jb|_1) over j other than i, with M = f(x) T (Salimans et al. 2016, arXiv:1606.03498, section
 * 3.2). [B, F] to [B, F + kernels]; parameter `weight` [F, kernels dimensions].
 *
 * The paper's sum takes in j = i, which adds the constant 1; it is left out, as the authors' code does.
 */
export const minibatchDiscrimination = (
  scope: Scope,
  name: string,
  x: Tensor,
  { kernels, dimensions = 5 }: MinibatchDiscriminationOptions,
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'minibatchDiscrimination', ['[B, F]'], 'flatten it first');
    expectCount(kernels, 'minibatchDiscrimination', 'kernels');
    expectCount(dimensions, 'minibatchDiscrimination', 'dimensions');
    const [batch, features] = x.shape as [number, number];
    const weight = scope.param('weight', [features, kernels * dimensions], normal(0.05));
    const rows = x.matmul(weight);
    const one = rows.reshape([batch, 1, kernels, dimensions]);
    const other = rows.reshape([1, batch, kernels, dimensions]);
    const distance = sub(one, other).abs().sum({ axes: 3 }); // [B, B, kernels]
    const closeness = exp(neg(distance)).sum({ axes: 1 }).sub(1); // the example itself lies at distance 0
    return concat([x, closeness], 1);
  });

export interface MinibatchStdOptions {
  /** Examples compared with each other; must divide the batch. Default 4, or the batch if that is smaller. */
  group?: number;
}

/**
 * Minibatch standard deviation: adds one channel with the standard deviation over a group of examples, averaged over all channels
 * and places (Karras et al. 2018, arXiv:1710.10196, section 3). The batch is cut into B / group strided groups, as the authors do.
 * [B, C, H, W] to [B, C + 1, H, W], or [B, F] to [B, F + 1].
 *
 * @throws ShapeError when the group does not divide the batch.
 */
export function minibatchStd(
  x: Tensor,
  { group = Math.min(4, x.shape[0]!) }: MinibatchStdOptions = {},
): Tensor {
  expectLayout(x, 'minibatchStd', ['[B, F]', '[B, C, H, W]'], 'reshape it');
  expectCount(group, 'minibatchStd', 'group');
  const [batch, , ...sides] = x.shape as [number, number, ...number[]];
  if (batch % group !== 0) {
    throw new ShapeError(
      `minibatchStd: groups of ${group} do not divide the batch of ${formatShape(x.shape)}; choose another batch or group`,
    );
  }
  const count = batch / group;
  const groups = x.reshape([group, count, 'rest']);
  const centred = groups.sub(groups.mean({ axes: 0, keep: true }));
  const deviation = sqrt(centred.mul(centred).mean({ axes: 0 }).add(1e-8)).mean({ axes: 1 }); // [count]
  const perExample = deviation
    .reshape([1, count, 1])
    .broadcast([group, count, 1])
    .reshape([batch, 1, ...sides.map(() => 1)]);
  return concat([x, perExample.broadcast([batch, 1, ...sides])], 1);
}
