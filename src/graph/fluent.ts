import * as elementwise from './ops/elementwise.ts';
import { matmul } from './ops/matmul.ts';
import * as movement from './ops/movement.ts';
import * as reduce from './ops/reduce.ts';
import * as slicing from './ops/slicing.ts';
import { Tensor } from './tensor.ts';

// Every operation whose first argument is a tensor is also a method: add(x, y) is x.add(y).
const methods = {
  add: elementwise.add,
  sub: elementwise.sub,
  mul: elementwise.mul,
  div: elementwise.div,
  pow: elementwise.pow,
  maximum: elementwise.maximum,
  minimum: elementwise.minimum,
  greater: elementwise.greater,
  greaterEqual: elementwise.greaterEqual,
  less: elementwise.less,
  lessEqual: elementwise.lessEqual,
  equal: elementwise.equal,
  neg: elementwise.neg,
  exp: elementwise.exp,
  log: elementwise.log,
  sqrt: elementwise.sqrt,
  sin: elementwise.sin,
  cos: elementwise.cos,
  tanh: elementwise.tanh,
  sigmoid: elementwise.sigmoid,
  erf: elementwise.erf,
  abs: elementwise.abs,
  sign: elementwise.sign,
  relu: elementwise.relu,
  leakyRelu: elementwise.leakyRelu,
  cast: elementwise.cast,
  stopGradient: elementwise.stopGradient,
  sum: reduce.sum,
  mean: reduce.mean,
  max: reduce.max,
  logsumexp: reduce.logsumexp,
  reshape: movement.reshape,
  flatten: movement.flatten,
  transpose: movement.transpose,
  broadcast: movement.broadcast,
  slice: slicing.slice,
  pad: slicing.pad,
  flip: slicing.flip,
  matmul,
} as const;

type Methods = {
  [Name in keyof typeof methods]: (typeof methods)[Name] extends (
    x: infer _,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

declare module './tensor.ts' {
  interface Tensor extends Methods {}
}

for (const [name, method] of Object.entries(methods)) {
  const apply = method as (x: Tensor, ...rest: unknown[]) => Tensor;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return apply(this, ...rest);
    },
  });
}
