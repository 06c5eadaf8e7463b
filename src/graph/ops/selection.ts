import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import type { DType, Tensor, TensorLike } from '../tensor.ts';
import { expanded } from './broadcast.ts';
import { constantValue, toTensor } from './leaf.ts';
import { appliedBeforeBroadcast, broadcast } from './movement.ts';
import { given, rand } from './sample.ts';

type None = Record<string, never>;
const none: None = {};

const whereNode: NodeMaker<None> = defineOp<None>('where', {
  infer([condition, a, b]) {
    if (condition!.dtype !== 'bool') {
      throw new ShapeError(
        `where: the condition must be bool, not ${condition!.dtype}; compare it with something`,
      );
    }
    if (a!.dtype !== b!.dtype) {
      throw new ShapeError(`where: both choices need one element type, not ${a!.dtype} and ${b!.dtype}`);
    }
    const choices = broadcastShapes(a!.shape, b!.shape, 'where');
    return { shape: broadcastShapes(condition!.shape, choices, 'where'), dtype: a!.dtype };
  },
  grad: ({ gy, inputs: [condition] }) => [null, where(condition!, gy, 0), where(condition!, 0, gy)],
  onnx: (b, inputs) => b.node('Where', inputs),
  eval([condition, a, b], _, out) {
    const chooses = expanded(condition!, out.shape);
    const left = expanded(a!, out.shape);
    const right = expanded(b!, out.shape);
    for (let i = 0; i < out.data.length; i++) out.data[i] = chooses[i] ? left[i]! : right[i]!;
  },
  simplify(inputs, attributes, node) {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    if (a === b) return broadcast(a, node.shape);
    const fixed = constantValue(condition);
    if (fixed !== undefined) return broadcast(fixed ? a : b, node.shape);
    return appliedBeforeBroadcast(whereNode, inputs, attributes, node);
  },
  samples: () => [
    { inputs: [given([3], [1, 0, 1], 'bool'), rand([2, 3]), rand([3], 2, 3)], attributes: none },
    { inputs: [given([2, 1], [0, 1], 'bool'), rand([]), rand([2, 4])], attributes: none },
  ],
});

/** `a` where the condition holds, `b` elsewhere. */
export const where = (condition: Tensor, a: TensorLike, b: TensorLike): Tensor =>
  whereNode([condition, toTensor(a), toTensor(b)], none);

type Cast = { to: DType };
const castNode = defineOp<Cast>('cast', {
  infer: ([x], { to }) => ({ shape: x!.shape, dtype: to }),
  grad: ({ gy, inputs: [x], attributes: { to } }) => [x!.dtype === 'float32' && to === 'float32' ? gy : null],
  onnx: (b, [x], { to }) => b.node('Cast', [x!], { to: onnxType[to] }),
  eval([x], { to }, out) {
    const convert =
      to === 'bool' ? (v: number) => (v ? 1 : 0) : to === 'float32' ? (v: number) => v : Math.trunc;
    for (let i = 0; i < out.data.length; i++) out.data[i] = convert(x!.data[i]!);
  },
  simplify: ([x], { to }) => (x!.dtype === to ? x : undefined),
  samples: () => [
    { inputs: [given([4], [1, 0, 1, 0], 'bool')], attributes: { to: 'float32' } },
    { inputs: [given([3], [-1.7, 0.2, 2.9])], attributes: { to: 'int32' } },
    { inputs: [given([3], [4, -2, 0], 'int32')], attributes: { to: 'float32' } },
    { inputs: [given([3], [4, -2, 0], 'int32')], attributes: { to: 'bool' } },
    { inputs: [given([2], [4, -2], 'int64')], attributes: { to: 'int32' } },
  ],
});

/** Element types as numbered in onnx.proto, TensorProto.DataType. */
export const onnxType: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Converts the element type; floats are cut towards zero on the way to integers. */
export const cast = (x: Tensor, to: DType): Tensor => castNode([x], { to });

export const selectionOperations = [whereNode.operation, castNode.operation];
