import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import {
  broadcastShapes,
  formatShape,
  normalizeAxis,
  OPEN,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
} from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { expanded, walkStrided } from './broadcast.ts';
import { given, rand } from './sample.ts';

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
    return x!.op === reshapeNode.operation ? reshapeNode([x!.inputs[0]!], { shape }) : undefined;
  },
  samples: () => [{ inputs: [rand([2, 3, 4])], attributes: { shape: [6, 4] } }],
});

/** The same elements under another shape; one size may be 'rest' to be worked out. */
export function reshape(x: Tensor, shape: readonly (number | 'rest')[]): Tensor {
  const known = shape.reduce<number>((product, size) => (size === 'rest' ? product : product * size), 1);
  const rest = sizeOf(x.shape) / known;
  if (shape.includes('rest') && !Number.isInteger(rest)) {
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} does not divide by the known sizes of [${shape.join(', ')}]`,
    );
  }
  return reshapeNode([x], { shape: shape.map((size) => (size === 'rest' ? rest : size)) });
}

/** [B, ...] to [B, everything else]. */
export const flatten = (x: Tensor): Tensor => reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);

// Transpose -------------------------------------------------------------------------------------------------------

type Order = { order: readonly number[] };
const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

const transposeNode: NodeMaker<Order> = defineOp<Order>('transpose', {
  infer([x], { order }) {
    if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== x!.shape.length) {
      throw new ShapeError(
        `transpose: [${order.join(', ')}] is not an order of the axes of ${formatShape(x!.shape)}`,
      );
    }
    return { shape: order.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
  },
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
  simplify([x], { order }) {
    if (order.every((axis, i) => axis === i)) return x;
    if (x!.op !== transposeNode.operation) return undefined;
    const first = x!.attributes.order as readonly number[];
    return transposeNode([x!.inputs[0]!], { order: order.map((axis) => first[axis]!) });
  },
  samples: () => [
    { inputs: [rand([2, 3, 4])], attributes: { order: [2, 0, 1] } },
    { inputs: [rand([2, 5])], attributes: { order: [1, 0] } },
  ],
});

/** Axes in a new order; swaps the last two when none is given. */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const swapped = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return transposeNode([x], { order: order ?? swapped });
}

// Broadcast -------------------------------------------------------------------------------------------------------

const broadcastNode: NodeMaker<ToShape> = defineOp<ToShape>('broadcast', {
  infer([x], { shape }) {
    if (!sameShape(broadcastShapes(x!.shape, shape, 'broadcast'), shape)) {
      throw new ShapeError(`broadcast: ${formatShape(x!.shape)} does not stretch to ${formatShape(shape)}`);
    }
    return { shape, dtype: x!.dtype };
  },
  // The gradient driver sums a cotangent back to its input's shape.
  grad: ({ gy }) => [gy],
  onnx: (b, [x], { shape }, node) =>
    b.node('Expand', [x!, b.ints(node.shape.map((size, axis) => (size === OPEN ? 1 : shape[axis]!)))]),
  eval: ([x], _, out) => out.data.set(expanded(x!, out.shape)),
  simplify([x], { shape }) {
    if (sameShape(x!.shape, shape)) return x;
    return x!.op === broadcastNode.operation ? broadcastNode([x!.inputs[0]!], { shape }) : undefined;
  },
  samples: () => [
    { inputs: [rand([3, 1])], attributes: { shape: [2, 3, 4] } },
    { inputs: [rand([])], attributes: { shape: [2] } },
  ],
});

/** Repeats along missing axes and axes of size 1. */
export const broadcast = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : broadcastNode([x], { shape });

/** What a broadcast repeats; undefined for any other tensor. */
export const broadcastSource = (x: Tensor): Tensor | undefined =>
  x.op === broadcastNode.operation ? x.inputs[0] : undefined;

// Slice, pad, concatenate, flip -----------------------------------------------------------------------------------

type Range = { axis: number; start: number; end: number };

const sliceNode = defineOp<Range>('slice', {
  infer([x], { axis, start, end }) {
    const size = x!.shape[axis]!;
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= size)) {
      throw new ShapeError(`slice: [${start}, ${end}) does not fit axis ${axis} of ${formatShape(x!.shape)}`);
    }
    return { shape: x!.shape.with(axis, end - start), dtype: x!.dtype };
  },
  // The adjoint puts the cotangent back where it came from, zeros elsewhere.
  grad: ({ gy, inputs: [x], attributes: { axis, start, end } }) => [
    pad(gy, axis, start, x!.shape[axis]! - end),
  ],
  onnx: (b, [x], { axis, start, end }) =>
    b.node('Slice', [x!, b.ints([start]), b.ints([end]), b.ints([axis])]),
  eval([x], { axis, start }, out) {
    const strides = stridesOf(x!.shape);
    const from = start * strides[axis]!;
    walkStrided(out.shape, strides, (index, offset) => {
      out.data[index] = x!.data[from + offset]!;
    });
  },
  simplify: ([x], { axis, start, end }) => (start === 0 && end === x!.shape[axis] ? x : undefined),
  samples: () => [
    { inputs: [rand([2, 5])], attributes: { axis: 1, start: 1, end: 3 } },
    { inputs: [rand([4, 2, 3])], attributes: { axis: 0, start: 2, end: 4 } },
  ],
});

/** Elements [start, end) along one axis. */
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  sliceNode([x], { axis: normalizeAxis(axis, x.shape, 'slice'), start, end });

type Padding = { axis: number; before: number; after: number };

const padNode = defineOp<Padding>('pad', {
  infer([x], { axis, before, after }) {
    if (before < 0 || after < 0)
      throw new ShapeError(`pad: amounts must not be negative, not ${before} and ${after}`);
    return { shape: x!.shape.with(axis, x!.shape[axis]! + before + after), dtype: x!.dtype };
  },
  grad: ({ gy, inputs: [x], attributes: { axis, before } }) => [
    slice(gy, axis, before, before + x!.shape[axis]!),
  ],
  onnx: (b, [x], { axis, before, after }) =>
    b.node('Pad', [x!, b.ints([before, after]), '', b.ints([axis])], { mode: 'constant' }),
  eval([x], { axis, before }, out) {
    const strides = stridesOf(out.shape);
    const to = before * strides[axis]!;
    walkStrided(x!.shape, strides, (index, offset) => {
      out.data[to + offset] = x!.data[index]!;
    });
  },
  simplify: ([x], { before, after }) => (before === 0 && after === 0 ? x : undefined),
  samples: () => [
    { inputs: [rand([2, 3])], attributes: { axis: 1, before: 1, after: 3 } },
    { inputs: [rand([2, 3, 2])], attributes: { axis: 0, before: 2, after: 0 } },
  ],
});

/** Zeros before and after the elements of one axis. */
export const pad = (x: Tensor, axis: number, before: number, after: number): Tensor =>
  padNode([x], { axis: normalizeAxis(axis, x.shape, 'pad'), before, after });

type Axis = { axis: number };

const concatNode = defineOp<Axis>('concat', {
  infer(inputs, { axis }) {
    const first = inputs[0]!;
    for (const other of inputs) {
      if (!sameShape(other.shape.with(axis, 0), first.shape.with(axis, 0)) || other.dtype !== first.dtype) {
        throw new ShapeError(
          `concat: ${formatShape(other.shape)} does not continue ${formatShape(first.shape)} along axis ${axis}`,
        );
      }
    }
    return {
      shape: first.shape.with(
        axis,
        inputs.reduce((n, x) => n + x.shape[axis]!, 0),
      ),
      dtype: first.dtype,
    };
  },
  grad({ gy, inputs, attributes: { axis } }) {
    let start = 0;
    return inputs.map((x) => {
      const end = start + x.shape[axis]!;
      const part = slice(gy, axis, start, end);
      start = end;
      return part;
    });
  },
  onnx: (b, inputs, { axis }) => b.node('Concat', inputs, { axis }),
  eval(inputs, { axis }, out) {
    const strides = stridesOf(out.shape);
    let to = 0;
    for (const x of inputs) {
      walkStrided(x.shape, strides, (index, offset) => {
        out.data[to + offset] = x.data[index]!;
      });
      to += x.shape[axis]! * strides[axis]!;
    }
  },
  simplify: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  samples: () => [
    { inputs: [rand([2, 3]), rand([2, 1]), rand([2, 2])], attributes: { axis: 1 } },
    { inputs: [rand([1, 3]), rand([2, 3])], attributes: { axis: 0 } },
  ],
});

/** Tensors joined along one axis. */
export const concat = (inputs: readonly Tensor[], axis: number): Tensor =>
  concatNode(inputs, { axis: normalizeAxis(axis, inputs[0]!.shape, 'concat') });

const flipNode: NodeMaker<Axis> = defineOp<Axis>('flip', {
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  grad: ({ gy, attributes }) => [flipNode([gy], attributes)],
  // ONNX clamps an end below the first element, so the smallest int32 means "through the very first".
  onnx: (b, [x], { axis }) =>
    b.node('Slice', [x!, b.ints([-1]), b.ints([-2147483648]), b.ints([axis]), b.ints([-1])]),
  eval([x], { axis }, out) {
    const strides = stridesOf(x!.shape);
    const last = (x!.shape[axis]! - 1) * strides[axis]!;
    walkStrided(out.shape, strides.with(axis, -strides[axis]!), (index, offset) => {
      out.data[index] = x!.data[last + offset]!;
    });
  },
  simplify: ([x], { axis }) =>
    x!.op === flipNode.operation && x!.attributes.axis === axis ? x!.inputs[0] : undefined,
  samples: () => [
    { inputs: [rand([2, 3])], attributes: { axis: 1 } },
    { inputs: [rand([3, 2, 2])], attributes: { axis: 0 } },
  ],
});

/** Elements of one axis in reverse. */
export const flip = (x: Tensor, axis: number): Tensor =>
  flipNode([x], { axis: normalizeAxis(axis, x.shape, 'flip') });

// Gather ----------------------------------------------------------------------------------------------------------

const gatherNode: NodeMaker<Record<string, never>> = defineOp<Record<string, never>>('gather', {
  infer([table, indices]) {
    if (indices!.dtype !== 'int32' && indices!.dtype !== 'int64') {
      throw new ShapeError(`gather: indices must be int32 or int64, not ${indices!.dtype}`);
    }
    return { shape: [...indices!.shape, ...table!.shape.slice(1)], dtype: table!.dtype };
  },
  grad: ({ gy, inputs: [table, indices] }) => [scatterNode([gy, indices!], { rows: table!.shape[0]! }), null],
  onnx: (b, inputs) => b.node('Gather', inputs, { axis: 0 }),
  eval([table, indices], _, out) {
    const width = sizeOf(table!.shape.slice(1));
    indices!.data.forEach((row, i) =>
      out.data.set(table!.data.subarray(row * width, (row + 1) * width), i * width),
    );
  },
  samples: () => [
    { inputs: [rand([5, 3]), given([4], [1, 0, 4, 1], 'int32')], attributes: {} },
    { inputs: [rand([4, 2, 2]), given([2, 2], [3, 0, 0, 2], 'int32')], attributes: {} },
  ],
});

type Rows = { rows: number };

/** Adds rows of the first input into a table of zeros at the given places: the adjoint of gather. */
const scatterNode: NodeMaker<Rows> = defineOp<Rows>('scatter', {
  infer: ([values, indices], { rows }) => ({
    shape: [rows, ...values!.shape.slice(indices!.shape.length)],
    dtype: 'float32',
  }),
  grad: ({ gy, inputs: [, indices] }) => [gatherNode([gy, indices!], {}), null],
  onnx(b, [values, indices], _, node) {
    const zeros = b.node('Expand', [b.floats([0], []), b.ints(node.shape)]);
    const places = b.node('Reshape', [
      b.node('Cast', [indices!], { to: 7 }),
      b.ints([...node.inputs[1]!.shape, 1]),
    ]);
    return b.node('ScatterND', [zeros, places, values!], { reduction: 'add' });
  },
  eval([values, indices], _, out) {
    const width = sizeOf(out.shape.slice(1));
    indices!.data.forEach((row, i) => {
      for (let j = 0; j < width; j++)
        out.data[row * width + j] = out.data[row * width + j]! + values!.data[i * width + j]!;
    });
  },
  samples: () => [
    { inputs: [rand([4, 3]), given([4], [1, 0, 4, 1], 'int32')], attributes: { rows: 5 } },
    { inputs: [rand([2, 2, 3]), given([2, 2], [3, 0, 0, 2], 'int32')], attributes: { rows: 4 } },
  ],
});

/** Rows of a table by index: [V, ...] and indices [...] give [..., ...]. */
export const gather = (table: Tensor, indices: Tensor): Tensor => gatherNode([table, indices], {});

export const movementOperations = [
  reshapeNode.operation,
  transposeNode.operation,
  broadcastNode.operation,
  sliceNode.operation,
  padNode.operation,
  concatNode.operation,
  flipNode.operation,
  gatherNode.operation,
  scatterNode.operation,
];
