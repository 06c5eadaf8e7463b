import { ShapeError } from '../../base/errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, requireShape, type Shape, sameShape, sizeOf } from '../shape.ts';
import type { DType, Tensor, TensorLike } from '../tensor.ts';

type Leaf = { name: string; role: 'input' | 'state'; shape: Shape; dtype: DType };

const leaf = defineOp<Leaf>('leaf', {
  infer(_, { name, role, shape, dtype }) {
    requireShape(`${role} '${name}'`, shape);
    return { shape, dtype };
  },
  grad: 'none',
  onnx: () => {
    throw new Error('leaves are fed, not emitted');
  },
  eval: () => {
    throw new Error('leaves are fed, not evaluated');
  },
  samples: () => [],
});

/** A named value fed anew at every run: a batch, noise, a learning rate. */
export const input = (name: string, shape: Shape, dtype: DType = 'float32'): Tensor =>
  leaf([], { name, role: 'input', shape, dtype });

/** A named value that the runtime keeps between runs: a parameter, a running statistic, an optimiser moment. */
export const state = (name: string, shape: Shape, dtype: DType = 'float32'): Tensor =>
  leaf([], { name, role: 'state', shape, dtype });

export const isLeaf = (tensor: Tensor): boolean => tensor.op === leaf.operation;
export const leafName = (tensor: Tensor): string => tensor.attributes.name as string;
export const leafRole = (tensor: Tensor): Leaf['role'] => tensor.attributes.role as Leaf['role'];

type Constant = { shape: Shape; dtype: DType; data: Float64Array };

const constant = defineOp<Constant>('constant', {
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  grad: 'none',
  onnx: (builder, _, { data, shape, dtype }) => builder.constant(data, shape, dtype),
  eval: (_, { data }, out) => out.data.set(data),
  samples: () => [
    {
      inputs: [],
      attributes: { shape: [2, 3], dtype: 'float32', data: Float64Array.of(1, -2, 3, 0.5, 0, 7) },
    },
    { inputs: [], attributes: { shape: [], dtype: 'float32', data: Float64Array.of(0.1) } },
  ],
});

export const isConstant = (tensor: Tensor): boolean => tensor.op === constant.operation;
export const constantData = (tensor: Tensor): Float64Array => tensor.attributes.data as Float64Array;
/** The number that every element of a constant equals; undefined for other tensors and for NaN. */
export function constantValue(tensor: Tensor): number | undefined {
  if (!isConstant(tensor)) return undefined;
  const data = constantData(tensor);
  return data.every((element) => element === data[0]) ? data[0] : undefined;
}
/** True for a constant whose elements all equal `value`. */
export const isConstantOf = (tensor: Tensor, value: number): boolean => constantValue(tensor) === value;

export type Nested = number | readonly Nested[];

/**
 * A constant tensor from a number, nested arrays, or flat numbers with a shape.
 * @throws ShapeError when rows differ in length or the shape does not hold the numbers.
 */
export function tensor(
  values: Nested | Float64Array | Float32Array | Int32Array,
  shape?: Shape,
  dtype: DType = 'float32',
): Tensor {
  if (ArrayBuffer.isView(values)) {
    return checked(Float64Array.from(values), shape ?? [values.length], dtype);
  }
  const found = nestedShape(values);
  return checked(Float64Array.from(flattened(values)), shape ?? found, dtype);
}

const flattened = (values: Nested): number[] =>
  typeof values === 'number' ? [values] : values.flatMap(flattened);

/** Sizes of nested arrays, whose rows must agree in length at every level. */
function nestedShape(values: Nested): number[] {
  if (typeof values === 'number') return [];
  const [first = [], ...others] = values.map(nestedShape);
  if (others.some((other) => !sameShape(other, first))) {
    throw new ShapeError('tensor: the rows differ in length');
  }
  return [values.length, ...first];
}

function checked(data: Float64Array, shape: Shape, dtype: DType): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(`tensor: ${data.length} numbers do not fill ${formatShape(shape)}`);
  }
  return constant([], { shape, dtype, data });
}

export const toTensor = (value: TensorLike): Tensor => (typeof value === 'number' ? tensor(value) : value);

export const leafOperations = [leaf.operation, constant.operation];
