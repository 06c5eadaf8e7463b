import type { OnnxAttribute } from '../graph/op.ts';
import type { Shape } from '../graph/shape.ts';
import type { DType, Tensor } from '../graph/tensor.ts';

// An ONNX model as plain records: what a program is lowered to, and what the encoder and the text dump read.

/** What an operation that declares `terms` computes in. */
export const PRECISIONS = ['float32', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A value that crosses the model's border. */
export interface Port {
  /** Its name in the program. */
  key: string;
  /** Its name in the model. The two differ where a program uses one name twice, as a state and its update do. */
  name: string;
  shape: Shape;
  dtype: DType;
}

export interface OnnxNode {
  /** The graph operation, its number in order of evaluation, and the ONNX operator: `conv_12/Conv`. */
  name: string;
  type: string;
  inputs: readonly string[];
  output: string;
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface OnnxConstant {
  name: string;
  shape: Shape;
  dtype: DType;
  data: ConstantData;
}

/** A tensor of the simplified program and the name of the lowering it is written by. */
export interface Written {
  tensor: Tensor;
  lowering: string;
}

export interface OnnxGraph {
  name: string;
  inputs: readonly Port[];
  states: readonly Port[];
  constants: readonly OnnxConstant[];
  nodes: readonly OnnxNode[];
  outputs: readonly Port[];
  /** Next values of states; `key` is the state's name. */
  updates: readonly Port[];
  /** Every tensor the simplified program computes, in order of evaluation, when asked for. */
  exposed: readonly { name: string; tensor: Tensor }[];
  /** What the nodes stand for, by the part of their names before the slash. */
  written: ReadonlyMap<string, Written>;
}
