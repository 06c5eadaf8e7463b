import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import { formatShape, normalizeAxis, sameShape, stridesOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { walkStrided } from './broadcast.ts';
import { requireClosed, requireWhole } from './checks.ts';
import { repeatedElement } from './movement.ts';
import { rand } from './sample.ts';

// Slice -----------------------------------------------------------------------------------------------------------

type Range = { axis: number; start: number; end: number };

const sliceNode = defineOp<Range>('slice', {
  infer([x], { axis, start, end }) {
    requireClosed('slice', x!.shape, axis, 'sliced');
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
  simplify: ([x], { axis, start, end }, node) =>
    start === 0 && end === x!.shape[axis] ? x : repeatedElement(x!, node.shape),
  samples: () => [
    { inputs: [rand([2, 5])], attributes: { axis: 1, start: 1, end: 3 } },
    { inputs: [rand([4, 2, 3])], attributes: { axis: 0, start: 2, end: 4 } },
  ],
});

/** Elements [start, end) along one axis, at least one. */
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  sliceNode([x], { axis: normalizeAxis(axis, x.shape, 'slice'), start, end });

// Pad -------------------------------------------------------------------------------------------------------------

type Padding = { axis: number; before: number; after: number };

const padNode = defineOp<Padding>('pad', {
  infer([x], { axis, before, after }) {
    requireWhole('pad', 'amounts', 0, [before, after]);
    requireClosed('pad', x!.shape, axis, 'padded');
    return { shape: x!.shape.with(axis, x!.shape[axis]! + before + after), dtype: x!.dtype };
  },
  grad: ({ gy, inputs: [x], attributes: { axis, before } }) => [
    slice(gy, axis, before, before + x!.shape[axis]!),
  ],
  // Amounts for every axis: the runtime moves permutations past a Pad and forgets there that it may name only some axes.
  onnx: (b, [x], { axis, before, after }, node) => {
    const none = node.shape.map(() => 0);
    const amounts = [...none.with(axis, before), ...none.with(axis, after)];
    return b.node('Pad', [x!, b.ints(amounts)], { mode: 'constant' });
  },
  eval([x], { axis, before }, out) {
    const strides = stridesOf(out.shape);
    const to = before * strides[axis]!;
    out.data.fill(0);
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

// Concatenate -----------------------------------------------------------------------------------------------------

type Axis = { axis: number };

const concatNode = defineOp<Axis>('concat', {
  infer(inputs, { axis }) {
    const { shape, dtype } = inputs[0]!;
    for (const other of inputs) {
      const fits =
        other.shape.length === shape.length && sameShape(other.shape.with(axis, 0), shape.with(axis, 0));
      if (!fits) {
        throw new ShapeError(
          `concat: ${formatShape(other.shape)} does not continue ${formatShape(shape)} along axis ${axis}`,
        );
      }
      if (other.dtype !== dtype) {
        throw new ShapeError(`concat: parts need one element type, not ${dtype} and ${other.dtype}`);
      }
      if (inputs.length > 1) requireClosed('concat', other.shape, axis, 'continued');
    }
    const total = inputs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return { shape: shape.with(axis, total), dtype };
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

/** Tensors joined along one axis; their other axes are equal. */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const [first] = inputs;
  if (!first) throw new ShapeError('concat: expects at least one tensor, got none');
  return concatNode(inputs, { axis: normalizeAxis(axis, first.shape, 'concat') });
}

// Flip ------------------------------------------------------------------------------------------------------------

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
  simplify([x], { axis }, node) {
    if (x!.op === flipNode.operation && x!.attributes.axis === axis) return x!.inputs[0];
    return x!.shape[axis] === 1 ? x : repeatedElement(x!, node.shape);
  },
  samples: () => [
    { inputs: [rand([2, 3])], attributes: { axis: 1 } },
    { inputs: [rand([3, 2, 2])], attributes: { axis: 0 } },
  ],
});

/** Elements of one axis in reverse. */
export const flip = (x: Tensor, axis: number): Tensor =>
  flipNode([x], { axis: normalizeAxis(axis, x.shape, 'flip') });

export const slicingOperations = [
  sliceNode.operation,
  padNode.operation,
  concatNode.operation,
  flipNode.operation,
];
