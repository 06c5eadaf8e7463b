import { constantData, isConstant, isLeaf, leafName } from '../graph/ops/leaf.ts';
import { formatShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';

/** A line about each tensor, in order of evaluation: `mul_3(conv_2, 0.5) float32[2, 8]`. */
export function describe(tensors: readonly Tensor[]): string[] {
  const names = new Map(tensors.map((tensor, i) => [tensor, `${tensor.op.name}_${i}`]));
  const operand = (tensor: Tensor): string => {
    if (isLeaf(tensor)) return leafName(tensor);
    if (!isConstant(tensor)) return names.get(tensor) ?? tensor.op.name;
    const data = constantData(tensor);
    return data.length === 1 ? String(data[0]) : `constant${formatShape(tensor.shape)}`;
  };
  return tensors.map(
    (tensor) =>
      `${names.get(tensor)}(${tensor.inputs.map(operand).join(', ')}) ${tensor.dtype}${formatShape(tensor.shape)}`,
  );
}
