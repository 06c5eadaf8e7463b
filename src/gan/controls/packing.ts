import { ShapeError } from '../../base/errors.ts';
import { broadcast, reshape } from '../../graph/ops/movement.ts';
import { slice } from '../../graph/ops/slicing.ts';
import { formatShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';

/**
 * Joins m neighbouring examples into one for the critic: [B, C, ...] to [B / m, m C, ...], so that it sees a lack of variety (Lin
 * et al. 2018, arXiv:1712.04086, section 2).
 *
 * @throws ShapeError when m does not divide the batch.
 */
export function pack(x: Tensor, m: number): Tensor {
  if (m === 1) return x;
  const [batch, channels, ...sides] = x.shape as [number, number, ...number[]];
  requireDivisible(x, m);
  return reshape(x, [batch / m, m * channels, ...sides]);
}

/** Random numbers of examples [B, ...] as [B, ...] that the m examples of a pack share: those of the first B / m. */
export function sharedInPack(numbers: Tensor, m: number): Tensor {
  if (m === 1) return numbers;
  const [batch, ...shape] = numbers.shape as [number, ...number[]];
  requireDivisible(numbers, m);
  const first = reshape(slice(numbers, 0, 0, batch / m), [batch / m, 1, ...shape]);
  return reshape(broadcast(first, [batch / m, m, ...shape]), numbers.shape);
}

/** The first B / m of numbers that are one for each decision. */
export const onePerPack = (numbers: Tensor, m: number): Tensor =>
  m === 1 ? numbers : slice(numbers, 0, 0, numbers.shape[0]! / m);

function requireDivisible({ shape }: Tensor, m: number): void {
  if (shape[0]! % m !== 0) {
    throw new ShapeError(
      `pack: packs of ${m} do not divide the batch of ${formatShape(shape)}; choose batch as a multiple of packing`,
    );
  }
}
