import type { Operation } from './op.ts';
import type { Origin } from './origin.ts';
import type { Shape } from './shape.ts';

/** Element types. Floats are float32 in the runtime and float64 in the interpreter. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool';

export type AttributeValue =
  | number
  | string
  | boolean
  | readonly number[]
  | Float64Array
  | readonly (readonly number[])[];
export type Attributes = { readonly [name: string]: AttributeValue };

/**
 * One node of a symbolic graph: the result of applying an operation to other tensors. Immutable; it holds no numbers.
 * The fluent methods (`x.add(y)`, `x.mean()`) are attached in `fluent.ts`.
 */
export class Tensor {
  readonly op: Operation;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly origin: Origin | undefined;

  constructor(
    op: Operation,
    inputs: readonly Tensor[],
    attributes: Attributes,
    shape: Shape,
    dtype: DType,
    origin?: Origin,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.dtype = dtype;
    this.origin = origin;
  }
}

/** What an operation accepts where a tensor is meant: numbers become float32 scalars. */
export type TensorLike = Tensor | number;
