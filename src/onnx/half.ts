import type { Lowering, OnnxBuilder } from '../graph/op.ts';
import { onnxType } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';

/** FLOAT16 of TensorProto.DataType: 11 bits of precision, from 6e-8 (with full precision from 6e-5) to 65504. */
const FLOAT16 = 10;

/** What a sum of products may come to at most: half of what float16 holds, for roundings on the way. */
const LARGEST_SUM = 2 ** 15;

/** The smallest float32 of full precision, to divide a tensor of zeros by. */
const SMALLEST = 2 ** -126;

/** Whether an operation may be computed in float16: its operands can be scaled, since it is linear in each. */
export const canBeHalf = ({ op }: Tensor): boolean => op.terms !== undefined;

/**
 * Writes an operation in float16, between float32 operands and a float32 result. Each operand is divided by its largest
 * magnitude first, and the result is multiplied by these: float16 would flush the small cotangents of a mean over a
 * batch to zero, and the scale of a loss that is usual against that (Micikevicius et al. 2018, arXiv:1710.03740, section
 * 3.2) would be a setting, or a state, of every run. The first operand is divided further where so many products are
 * summed that they could pass 65504. What is not finite comes out as NaN.
 */
export function emitHalf(
  builder: OnnxBuilder,
  lowering: Lowering,
  inputs: readonly string[],
  node: Tensor,
): string {
  const terms = node.op.terms!(node, node.attributes);
  const scales: string[] = [];
  const halves = inputs.map((input, i) => {
    if (node.inputs[i]!.dtype !== 'float32') return input;
    const largest = builder.node('ReduceMax', [builder.node('Abs', [input])], { keepdims: 0 });
    const spread = scales.length === 0 ? Math.max(1, terms / LARGEST_SUM) : 1;
    const scaled = spread === 1 ? largest : builder.node('Mul', [largest, builder.floats([spread], [])]);
    const scale = builder.node('Max', [scaled, builder.floats([SMALLEST], [])]);
    scales.push(scale);
    return toHalf(builder, builder.node('Div', [input, scale]));
  });
  const result = lowering.emit(halfBuilder(builder), halves, node.attributes, node);
  const product = scales.reduce((left, right) => builder.node('Mul', [left, right]));
  return builder.node('Mul', [builder.node('Cast', [result], { to: onnxType.float32 }), product]);
}

const toHalf = (builder: OnnxBuilder, value: string): string =>
  builder.node('Cast', [value], { to: FLOAT16 });

/** Gives float constants in float16 too; the runtime folds the casts. */
const halfBuilder = (builder: OnnxBuilder): OnnxBuilder => ({
  ...builder,
  floats: (values, shape) => toHalf(builder, builder.floats(values, shape)),
  constant(values, shape, dtype) {
    const made = builder.constant(values, shape, dtype);
    return dtype === 'float32' ? toHalf(builder, made) : made;
  },
});
