import { currentOrigin } from './origin.ts';
import { requireShape, type Shape } from './shape.ts';
import { type Attributes, type DType, Tensor } from './tensor.ts';

/** Numbers with a shape, as the interpreter holds them. Integers and booleans are stored as float64 too, exactly. */
export interface Value {
  shape: Shape;
  data: Float64Array;
}

/** Shape and element type of a result. */
export interface Typed {
  shape: Shape;
  dtype: DType;
}

/** An ONNX attribute: integers as numbers, floats marked so that 1.0 is not mistaken for an integer. */
export type OnnxAttribute = number | readonly number[] | string | { float: number };

/** What an operation may ask of the ONNX writer. Names are names of values in the model being written. */
export interface OnnxBuilder {
  /** Appends a node with one output and returns that output's name. */
  node(type: string, inputs: readonly string[], attributes?: Record<string, OnnxAttribute>): string;
  /** An int64 constant vector; equal constants are shared. */
  ints(values: readonly number[]): string;
  /** An int32 constant of any shape, for indices. */
  indices(values: Int32Array, shape: Shape): string;
  /** A float32 constant of any shape. */
  floats(values: ArrayLike<number>, shape: Shape): string;
  /** A constant of any element type and shape. */
  constant(values: ArrayLike<number>, shape: Shape, dtype: DType): string;
}

export type Emit<A extends Attributes> = (
  builder: OnnxBuilder,
  inputs: readonly string[],
  attributes: A,
  node: Tensor,
) => string;

/** One way to write an operation as ONNX nodes. */
export interface Lowering<A extends Attributes = Attributes> {
  name: string;
  /** Whether it can write this node. Default: any. The last form of an operation can write all. */
  fits?(node: Tensor, attributes: A): boolean;
  /** Whether to take it, where it fits, when nothing has been measured. Default: yes. */
  pays?(node: Tensor, attributes: A): boolean;
  emit: Emit<A>;
}

export interface GradientContext<A extends Attributes> {
  /** Cotangent of the output, of the output's shape. */
  gy: Tensor;
  inputs: readonly Tensor[];
  attributes: A;
  output: Tensor;
}

/** A test case of an operation. Asymmetric on purpose: symmetric sizes hide swapped arguments. */
export interface Sample {
  inputs: readonly (Value & { dtype?: DType })[];
  attributes: Attributes;
}

export interface Rules<A extends Attributes> {
  /** The shape rule; throws ShapeError in the user's words. */
  infer(inputs: readonly Tensor[], attributes: A): Typed;
  /** Cotangents of the inputs (null where none flows); shapes may be broadcast, the driver undoes that. */
  grad: 'none' | ((context: GradientContext<A>) => readonly (Tensor | null)[]);
  onnx: Emit<A> | readonly Lowering<A>[];
  /** Writes every element of `out.data`, in float64. It holds anything before. */
  eval(inputs: readonly Value[], attributes: A, out: Value): void;
  /** An equal, simpler tensor, if there is one. */
  simplify?(inputs: readonly Tensor[], attributes: A, node: Tensor): Tensor | undefined;
  /** Multiplications and additions of its plain definition, counted apart, where those are what it is about. */
  flops?(node: Tensor, attributes: A): number;
  /**
   * For an operation that is linear in each of its float operands: how many products of their elements are summed for
   * one of the result, at most. It may then be computed in float16, by the last of its forms.
   */
  terms?(node: Tensor, attributes: A): number;
  samples(): readonly Sample[];
}

/** An operation with its attributes' type erased: what shared passes work with. They never name an operation. */
export interface Operation extends Rules<Attributes> {
  name: string;
}

export interface NodeMaker<A extends Attributes> {
  (inputs: readonly Tensor[], attributes: A): Tensor;
  operation: Operation;
}

/** Declares an operation; returns the function that applies it. */
export function defineOp<A extends Attributes>(name: string, rules: Rules<A>): NodeMaker<A> {
  // Attributes only ever reach the rules from the maker below, so erasing their type is safe.
  const operation = { name, ...rules } as unknown as Operation;
  const make = (inputs: readonly Tensor[], attributes: A): Tensor =>
    applyOperation(operation, inputs, attributes);
  return Object.assign(make, { operation });
}

/** Applies an erased operation, as passes do when they rebuild a graph. */
export function applyOperation(
  operation: Operation,
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor {
  const { shape, dtype } = operation.infer(inputs, attributes);
  requireShape(operation.name, shape);
  return new Tensor(operation, inputs, attributes, shape, dtype, currentOrigin());
}

/** The forms that can write a node, in order of preference. */
export function loweringsOf(node: Tensor): readonly Lowering[] {
  const { onnx } = node.op;
  if (typeof onnx === 'function') return [{ name: 'plain', emit: onnx }];
  return onnx.filter((lowering) => lowering.fits?.(node, node.attributes) ?? true);
}

/** The form a node is written in: the named one where it fits, else the first that is expected to pay. */
export function chooseLowering(node: Tensor, name?: string): Lowering {
  const fitting = loweringsOf(node);
  return (
    fitting.find((lowering) => lowering.name === name) ??
    fitting.find((lowering) => lowering.pays?.(node, node.attributes) ?? true) ??
    fitting.at(-1)!
  );
}
