import * as elementary from '../../base/elementary.ts';
import { defineOp, type NodeMaker, type OnnxBuilder, type Operation, type Sample } from '../op.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { differenceParts, div, mul, scaledParts, sub } from './binary.ts';
import { requireFloat } from './checks.ts';
import { errorFunction } from './errorFunction.ts';
import { toTensor } from './leaf.ts';
import { appliedBeforeBroadcast } from './movement.ts';
import { rand } from './sample.ts';

type None = Record<string, never>;
const none: None = {};

interface Unary {
  f: (x: number) => number;
  /** Cotangent of the input, given the output's and both sides of the equation. */
  grad: ((gy: Tensor, x: Tensor, y: Tensor) => Tensor) | 'none';
  onnx: string | ((builder: OnnxBuilder, x: string) => string);
  samples?: () => readonly Sample[];
  simplify?: (x: Tensor) => Tensor | undefined;
}

export const unaryOperations: Operation[] = [];

function unary(name: string, rules: Unary): (x: TensorLike) => Tensor {
  const { f, grad, onnx, simplify } = rules;
  const make: NodeMaker<None> = defineOp<None>(name, {
    infer([x]) {
      requireFloat(name, x!);
      return { shape: x!.shape, dtype: 'float32' };
    },
    grad: grad === 'none' ? 'none' : ({ gy, inputs, output }) => [grad(gy, inputs[0]!, output)],
    onnx: (builder, [x]) => (typeof onnx === 'string' ? builder.node(onnx, [x!]) : onnx(builder, x!)),
    eval([x], _, out) {
      const { data } = x!;
      for (let i = 0; i < data.length; i++) out.data[i] = f(data[i]!);
    },
    simplify: (inputs, attributes, node) =>
      simplify?.(inputs[0]!) ?? appliedBeforeBroadcast(make, inputs, attributes, node),
    samples: rules.samples ?? (() => [{ inputs: [rand([2, 5], -2, 2, true)], attributes: none }]),
  });
  unaryOperations.push(make.operation);
  return (x) => make([toTensor(x)], none);
}

export const neg = unary('neg', {
  f: (x) => -x,
  grad: (gy) => neg(gy),
  onnx: 'Neg',
  simplify(x) {
    const difference = differenceParts(x);
    if (difference) return sub(difference.b, difference.a);
    const scaled = scaledParts(x);
    return scaled ? mul(scaled.source, -scaled.factor) : negated(x);
  },
});

/** What a negation negates; undefined for any other tensor. */
export const negated = (x: Tensor): Tensor | undefined => (x.op.name === 'neg' ? x.inputs[0] : undefined);

export const exp = unary('exp', { f: elementary.exp, grad: (gy, _, y) => mul(gy, y), onnx: 'Exp' });
export const log = unary('log', {
  f: elementary.log,
  grad: (gy, x) => div(gy, x),
  onnx: 'Log',
  samples: () => [{ inputs: [rand([3, 4], 0.2, 3)], attributes: none }],
});
export const sqrt = unary('sqrt', {
  f: Math.sqrt,
  grad: (gy, _, y) => div(mul(gy, 0.5), y),
  onnx: 'Sqrt',
  samples: () => [{ inputs: [rand([3, 4], 0.2, 3)], attributes: none }],
});
export const sin = unary('sin', { f: Math.sin, grad: (gy, x) => mul(gy, cos(x)), onnx: 'Sin' });
export const cos = unary('cos', { f: Math.cos, grad: (gy, x) => neg(mul(gy, sin(x))), onnx: 'Cos' });
export const tanh = unary('tanh', {
  f: elementary.tanh,
  grad: (gy, _, y) => mul(gy, sub(1, mul(y, y))),
  onnx: 'Tanh',
});
/** 1 / (1 + e^-x), evaluated without overflow on either side. */
export const sigmoid = unary('sigmoid', {
  f(x) {
    if (x >= 0) return 1 / (1 + elementary.exp(-x));
    const power = elementary.exp(x);
    return power / (1 + power);
  },
  grad: (gy, _, y) => mul(gy, mul(y, sub(1, y))),
  onnx: 'Sigmoid',
});
/** The Gauss error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf = unary('erf', {
  f: errorFunction,
  grad: (gy, x) => mul(mul(gy, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x)))),
  onnx: 'Erf',
});
export const abs = unary('abs', {
  f: Math.abs,
  grad: (gy, x) => mul(gy, sign(x)),
  onnx: 'Abs',
  simplify(x) {
    const source = negated(x);
    return source && abs(source);
  },
});
/** -1, 0 or 1; its gradient is zero. */
export const sign = unary('sign', { f: Math.sign, grad: 'none', onnx: 'Sign' });
/** The identity whose gradient is zero. */
export const stopGradient = unary('stopGradient', { f: (x) => x, grad: 'none', onnx: 'Identity' });
