import './fluent.ts';

export { grad } from './grad.ts';
export { evaluate, interpret } from './interpreter.ts';
export { defineOp, type Lowering, type Operation, type Rules, type Sample, type Value } from './op.ts';
export * from './ops/composite.ts';
export { type ConvOptions, conv, convTranspose } from './ops/conv.ts';
export {
  abs,
  add,
  cast,
  cos,
  div,
  equal,
  erf,
  exp,
  greater,
  greaterEqual,
  leakyRelu,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sign,
  sin,
  sqrt,
  stopGradient,
  sub,
  tanh,
  where,
} from './ops/elementwise.ts';
export { gather } from './ops/gather.ts';
export { input, state, tensor } from './ops/leaf.ts';
export { matmul } from './ops/matmul.ts';
export { broadcast, flatten, reshape, transpose } from './ops/movement.ts';
export { maxPool, type PoolOptions } from './ops/pool.ts';
export { logsumexp, max, mean, type ReduceOptions, sum } from './ops/reduce.ts';
export { sampleBilinear } from './ops/sampling.ts';
export { concat, flip, pad, slice } from './ops/slicing.ts';
export { print } from './print.ts';
export { formatShape, OPEN, type Shape } from './shape.ts';
export { simplify } from './simplify.ts';
export { type DType, Tensor, type TensorLike } from './tensor.ts';
