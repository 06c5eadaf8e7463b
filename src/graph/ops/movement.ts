import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import { broadcastShapes, formatShape, OPEN, type Shape, sameShape, sizeOf, stridesOf } from '../shape.ts';
import type { Attributes, Tensor } from '../tensor.ts';
import { expanded, walkStrided } from './broadcast.ts';
import { rand } from './sample.ts';

// Reshape ---------------------------------------------------------------------------------------------------------

type ToShape = { shape: Shape };

const reshapeNode: NodeMaker<ToShape> = defineOp<ToShape>('reshape', {
  infer([x], { shape }) {
    if (sizeOf(shape) !== sizeOf(x!.shape)) {
      throw new ShapeError(
        `reshape: ${formatShape(x!.shape)} does not hold as many elements as ${formatShape(shape)}`,
      );
    }
    return { shape, dtype: x!.dtype };
  },
  grad: ({ gy, inputs: [x] }) => [reshapeNode([gy], { shape: x!.shape })],
  onnx: (b, [x], { shape }) => b.node('Reshape', [x!, b.ints(shape)]),
  eval: ([x], _, out) => out.data.set(x!.data),
  simplify([x], { shape }) {
    if (sameShape(x!.shape, shape)) return x;
    if (x!.op === reshapeNode.operation) return reshapeNode([x!.inputs[0]!], { shape });
    const source = broadcastSource(x!);
    if (source && sizeOf(source.shape) === sizeOf(shape)) return reshapeNode([source], { shape });
    return repeatedElement(x!, shape);
  },
  samples: () => [{ inputs: [rand([2, 3, 4])], attributes: { shape: [6, 4] } }],
});

/**
 * The same elements under another shape; one size may be 'rest' to be worked out.
 * @throws ShapeError when the counts differ or an open batch would not stay the first axis by itself.
 */
export function reshape(x: Tensor, shape: readonly (number | 'rest')[]): Tensor {
  const wanted = `[${shape.map((size) => (size === OPEN ? 'batch' : size)).join(', ')}]`;
  if (shape.filter((size) => size === 'rest').length > 1) {
    throw new ShapeError(`reshape: only one size of ${wanted} can be 'rest'`);
  }
  if (shape.includes(OPEN) && x.shape[0] !== OPEN) {
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} has no open batch to keep; a size that follows from the others is 'rest', not ${OPEN}`,
    );
  }
  const known = shape.reduce<number>((product, size) => (size === 'rest' ? product : product * size), 1);
  const rest = sizeOf(x.shape) / known;
  if (shape.includes('rest') && !(Number.isInteger(rest) && (rest >= 0 || rest === OPEN))) {
    throw new ShapeError(`reshape: ${formatShape(x.shape)} does not divide by the known sizes of ${wanted}`);
  }
  return reshapeNode([x], { shape: shape.map((size) => (size === 'rest' ? rest : size)) });
}

/** [B, ...] to [B, everything else]. */
export const flatten = (x: Tensor): Tensor => reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]);

/** What a reshape rearranges; undefined for any other tensor. */
export const reshapeSource = (x: Tensor): Tensor | undefined =>
  x.op === reshapeNode.operation ? x.inputs[0] : undefined;

// Transpose -------------------------------------------------------------------------------------------------------

type Order = { order: readonly number[] };
const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

const transposeNode: NodeMaker<Order> = defineOp<Order>('transpose', {
  infer: ([x], { order }) => ({ shape: order.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  grad: ({ gy, attributes: { order } }) => [transposeNode([gy], { order: inverse(order) })],
  onnx: (b, [x], { order }) => b.node('Transpose', [x!], { perm: order }),
  eval([x], { order }, out) {
    const strides = stridesOf(x!.shape);
    walkStrided(
      out.shape,
      order.map((axis) => strides[axis]!),
      (index, offset) => {
        out.data[index] = x!.data[offset]!;
      },
    );
  },
  simplify([x], { order }, node) {
    if (order.every((axis, i) => axis === i)) return x;
    if (x!.op !== transposeNode.operation) return repeatedElement(x!, node.shape);
    const first = x!.attributes.order as readonly number[];
    return transposeNode([x!.inputs[0]!], { order: order.map((axis) => first[axis]!) });
  },
  samples: () => [
    { inputs: [rand([2, 3, 4])], attributes: { order: [2, 0, 1] } },
    { inputs: [rand([2, 5])], attributes: { order: [1, 0] } },
  ],
});

/** Every axis in its place but the last two, which change theirs. */
export const lastTwoSwapped = (rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));

/** Axes in a new order, negative ones counted from the end; swaps the last two when none is given. */
export function transpose(x: Tensor, order: readonly number[] = lastTwoSwapped(x.shape.length)): Tensor {
  const rank = x.shape.length;
  const positions = order.map((axis) => (axis < 0 ? axis + rank : axis));
  if (order.length !== rank || x.shape.some((_, axis) => !positions.includes(axis))) {
    throw new ShapeError(
      `transpose: [${order.join(', ')}] is not an order of the axes of ${formatShape(x.shape)}`,
    );
  }
  return transposeNode([x], { order: positions });
}

/** What a transpose of exactly the last two axes rearranges; undefined for any other tensor. */
export function transposedMatrices(x: Tensor): Tensor | undefined {
  if (x.op !== transposeNode.operation) return undefined;
  const order = x.attributes.order as readonly number[];
  return sameShape(order, lastTwoSwapped(order.length)) ? x.inputs[0] : undefined;
}

// Broadcast -------------------------------------------------------------------------------------------------------

const broadcastNode: NodeMaker<ToShape> = defineOp<ToShape>('broadcast', {
  infer([x], { shape }) {
    if (shape[0] === OPEN && !(x!.shape.length === shape.length && x!.shape[0] === OPEN)) {
      throw new ShapeError(
        `broadcast: ${formatShape(x!.shape)} cannot be repeated over an open batch; combine it with a tensor that has the batch axis`,
      );
    }
    if (!sameShape(broadcastShapes(x!.shape, shape, 'broadcast'), shape)) {
      throw new ShapeError(`broadcast: ${formatShape(x!.shape)} does not stretch to ${formatShape(shape)}`);
    }
    return { shape, dtype: x!.dtype };
  },
  // The gradient driver sums a cotangent back to its input's shape.
  grad: ({ gy }) => [gy],
  onnx: [
    {
      // Some thirty times faster than the expansion, where pixels are doubled.
      name: 'resize',
      fits: ({ inputs: [x], dtype }, { shape }) => dtype === 'float32' && repeatsPixels(x!.shape, shape),
      emit(b, [x], { shape }, { inputs: [from] }) {
        const [batch, channels, height, , width] = from!.shape as [number, number, number, number, number];
        const image = b.node('Reshape', [x!, b.ints([batch, channels, height, width])]);
        const scales = b.floats([1, 1, shape[3]!, shape[5]!], [4]);
        const larger = b.node('Resize', [image, '', scales], {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        });
        return b.node('Reshape', [larger, b.ints(shape)]);
      },
    },
    {
      name: 'expand',
      // A size of 1 leaves the input's axis as it is, which is what an open batch wants.
      emit: (b, [x], { shape }) =>
        b.node('Expand', [x!, b.ints(shape.map((size) => (size === OPEN ? 1 : size)))]),
    },
  ],
  eval: ([x], _, out) => out.data.set(expanded(x!, out.shape)),
  simplify([x], { shape }) {
    if (sameShape(x!.shape, shape)) return x;
    return x!.op === broadcastNode.operation ? broadcastNode([x!.inputs[0]!], { shape }) : undefined;
  },
  samples: () => [
    { inputs: [rand([3, 1])], attributes: { shape: [2, 3, 4] } },
    { inputs: [rand([])], attributes: { shape: [2] } },
    { inputs: [rand([2, 3, 4, 1, 5, 1])], attributes: { shape: [2, 3, 4, 3, 5, 2] } },
    { inputs: [rand([1, 2, 3, 1, 2, 1])], attributes: { shape: [1, 2, 3, 2, 2, 2] } },
  ],
});

/** Whether pixels [N, C, H, 1, W, 1] become squares or oblongs [N, C, H, a, W, b] of themselves. */
const repeatsPixels = (from: Shape, to: Shape): boolean =>
  from.length === 6 &&
  from[0] !== OPEN &&
  from[3] === 1 &&
  from[5] === 1 &&
  [0, 1, 2, 4].every((axis) => from[axis] === to[axis]);

/** Repeats along missing axes and axes of size 1. */
export const broadcast = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : broadcastNode([x], { shape });

/** What a broadcast repeats; undefined for any other tensor. */
export const broadcastSource = (x: Tensor): Tensor | undefined =>
  x.op === broadcastNode.operation ? x.inputs[0] : undefined;

/** For a tensor that repeats one element, the same under another shape; undefined for any other tensor. */
export function repeatedElement(x: Tensor, shape: Shape): Tensor | undefined {
  const source = broadcastSource(x);
  return source && sizeOf(source.shape) === 1 ? broadcast(reshape(source, []), shape) : undefined;
}

/** An operation that works element by element gives the same when applied before its inputs are repeated. */
export function appliedBeforeBroadcast<A extends Attributes>(
  make: NodeMaker<A>,
  inputs: readonly Tensor[],
  attributes: A,
  node: Tensor,
): Tensor | undefined {
  if (!inputs.some(broadcastSource)) return undefined;
  const sources = inputs.map((x) => broadcastSource(x) ?? x);
  return broadcast(make(sources, attributes), node.shape);
}

export const movementOperations = [reshapeNode.operation, transposeNode.operation, broadcastNode.operation];
