import type { Operation } from '../op.ts';
import { activationOperations } from './activation.ts';
import { binaryOperations } from './binary.ts';
import { selectionOperations } from './selection.ts';
import { unaryOperations } from './unary.ts';

// Everything that works element by element and broadcasts.

export { leakyRelu, relu } from './activation.ts';
export {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  pow,
  sub,
} from './binary.ts';
export { cast, onnxType, where } from './selection.ts';
export {
  abs,
  cos,
  erf,
  exp,
  log,
  neg,
  sigmoid,
  sign,
  sin,
  sqrt,
  stopGradient,
  tanh,
} from './unary.ts';

export const elementwiseOperations: readonly Operation[] = [
  ...unaryOperations,
  ...activationOperations,
  ...binaryOperations,
  ...selectionOperations,
];
