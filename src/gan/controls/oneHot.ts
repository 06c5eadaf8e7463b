import { gather } from '../../graph/ops/gather.ts';
import { tensor } from '../../graph/ops/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** Labels int32 [B] in [0, K) as rows [B, K] of zeros with a one. */
export function oneHot(label: Tensor, classes: number): Tensor {
  const identity = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) identity[i * classes + i] = 1;
  return gather(tensor(identity, [classes, classes]), label);
}
