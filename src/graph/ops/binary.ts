import { power } from '../../base/elementary.ts';
import { defineOp, type NodeMaker, type Operation, type Sample, type Value } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import type { DType, Tensor, TensorLike } from '../tensor.ts';
import { broadcastStrides, walkRunsOfTwo } from './broadcast.ts';
import { requireFloat } from './checks.ts';
import { constantValue, isConstant, isConstantOf, toTensor } from './leaf.ts';
import { appliedBeforeBroadcast, broadcast } from './movement.ts';
import { given, rand } from './sample.ts';
import { where } from './selection.ts';
import { log, neg, negated } from './unary.ts';

type None = Record<string, never>;
const none: None = {};

/** Elements of an operand in step with those of the result: from `at` on, each `step` after the one before. */
interface Operand {
  data: Float64Array;
  at: number;
  step: number;
}

/** Writes `count` results from `at` on. */
type Fill = (out: Float64Array, at: number, count: number, a: Operand, b: Operand) => void;

/** Operands are read where they lie, however they are stretched: a copy would take as long as the operation. */
function fillAll(fill: Fill, a: Value, b: Value, { shape, data }: Value): void {
  const x = { data: a.data, at: 0, step: Number(a.data.length > 1) };
  const y = { data: b.data, at: 0, step: Number(b.data.length > 1) };
  const isWhole = ({ data: { length } }: Value) => length === 1 || length === data.length;
  if (isWhole(a) && isWhole(b)) {
    fill(data, 0, data.length, x, y);
    return;
  }
  const strides = (value: Value) => broadcastStrides(value.shape, shape);
  walkRunsOfTwo(shape, strides(a), strides(b), (index, count, atA, stepA, atB, stepB) => {
    x.at = atA;
    x.step = stepA;
    y.at = atB;
    y.step = stepB;
    fill(data, index, count, x, y);
  });
}

interface Binary {
  /** The four arithmetic ones have loops of their own, for speed. */
  fill: Fill;
  grad: ((gy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly (Tensor | null)[]) | 'none';
  onnx: string;
  dtype?: DType;
  samples?: () => readonly Sample[];
  /** An equal tensor, of the result's shape or one that broadcasts to it. */
  simplify?: (a: Tensor, b: Tensor) => Tensor | undefined;
}

export const binaryOperations: Operation[] = [];

function binary(name: string, rules: Binary): (a: TensorLike, b: TensorLike) => Tensor {
  const { fill, grad, onnx, dtype = 'float32', simplify } = rules;
  const make: NodeMaker<None> = defineOp<None>(name, {
    infer([a, b]) {
      requireFloat(name, a!, b!);
      return { shape: broadcastShapes(a!.shape, b!.shape, name), dtype };
    },
    grad: grad === 'none' ? 'none' : ({ gy, inputs, output }) => grad(gy, inputs[0]!, inputs[1]!, output),
    onnx: (builder, inputs) => builder.node(onnx, inputs),
    eval: ([a, b], _, out) => fillAll(fill, a!, b!, out),
    simplify(inputs, attributes, node) {
      const simpler = simplify?.(inputs[0]!, inputs[1]!);
      return simpler
        ? broadcast(simpler, node.shape)
        : appliedBeforeBroadcast(make, inputs, attributes, node);
    },
    samples:
      rules.samples ??
      (() => [
        { inputs: [rand([2, 3, 4]), rand([2, 3, 4], 0.5, 2)], attributes: none },
        { inputs: [rand([3, 1]), rand([2, 1, 4], 0.5, 2)], attributes: none },
        { inputs: [rand([3, 4]), rand([], 0.5, 2)], attributes: none },
      ]),
  });
  binaryOperations.push(make.operation);
  return (a, b) => make([toTensor(a), toTensor(b)], none);
}

const each =
  (f: (a: number, b: number) => number): Fill =>
  (out, at, count, a, b) => {
    for (let t = 0; t < count; t++) out[at + t] = f(a.data[a.at + t * a.step]!, b.data[b.at + t * b.step]!);
  };

/** True when only the first is a constant, which then goes to the right, where the identities expect it. */
const isMisplaced = (a: Tensor, b: Tensor): boolean => isConstant(a) && !isConstant(b);

export const add = binary('add', {
  fill(out, at, count, { data: a, at: i, step: toA }, { data: b, at: j, step: toB }) {
    for (let t = 0; t < count; t++) out[at + t] = a[i + t * toA]! + b[j + t * toB]!;
  },
  grad: (gy) => [gy, gy],
  onnx: 'Add',
  simplify(a, b) {
    if (isMisplaced(a, b)) return add(b, a);
    if (isConstantOf(b, 0)) return a;
    if (a === b) return mul(a, 2);
    const [minusA, minusB] = [negated(a), negated(b)];
    if (minusB) return sub(a, minusB);
    return minusA && sub(b, minusA);
  },
});

export const sub = binary('sub', {
  fill(out, at, count, { data: a, at: i, step: toA }, { data: b, at: j, step: toB }) {
    for (let t = 0; t < count; t++) out[at + t] = a[i + t * toA]! - b[j + t * toB]!;
  },
  grad: (gy) => [gy, neg(gy)],
  onnx: 'Sub',
  simplify(a, b) {
    if (isConstantOf(b, 0)) return a;
    if (isConstantOf(a, 0)) return neg(b);
    const minusB = negated(b);
    return minusB && add(a, minusB);
  },
});

/** The two sides of a difference; undefined for any other tensor. */
export const differenceParts = (x: Tensor): { a: Tensor; b: Tensor } | undefined =>
  x.op.name === 'sub' ? { a: x.inputs[0]!, b: x.inputs[1]! } : undefined;

export const mul = binary('mul', {
  fill(out, at, count, { data: a, at: i, step: toA }, { data: b, at: j, step: toB }) {
    for (let t = 0; t < count; t++) out[at + t] = a[i + t * toA]! * b[j + t * toB]!;
  },
  // A square in one term; its factor 2 goes to the cotangent, which is often smaller and has factors of its own.
  grad: (gy, a, b) => (a === b ? [mul(mul(gy, 2), a), null] : [mul(gy, b), mul(gy, a)]),
  onnx: 'Mul',
  simplify(a, b) {
    if (isMisplaced(a, b)) return mul(b, a);
    const [minusA, minusB] = [negated(a), negated(b)];
    if (minusA && minusB) return mul(minusA, minusB);
    const factor = constantValue(b);
    if (factor === undefined) return undefined;
    if (factor === 1) return a;
    if (factor === -1) return neg(a);
    if (minusA) return mul(minusA, -factor);
    const inner = scaledParts(a);
    return inner && isNormal(inner.factor * factor) ? mul(inner.source, inner.factor * factor) : undefined;
  },
});

/** A product with a constant that is the same everywhere, taken apart; undefined for any other tensor. */
export function scaledParts(x: Tensor): { source: Tensor; factor: number } | undefined {
  if (x.op.name !== 'mul') return undefined;
  const factor = constantValue(x.inputs[1]!);
  return factor === undefined ? undefined : { source: x.inputs[0]!, factor };
}

/** The two sides of a product or quotient, with the function that makes it; undefined for any other tensor. */
export function ratioParts(x: Tensor): { make: typeof mul; a: Tensor; b: Tensor } | undefined {
  if (x.op.name !== 'mul' && x.op.name !== 'div') return undefined;
  return { make: x.op.name === 'mul' ? mul : div, a: x.inputs[0]!, b: x.inputs[1]! };
}

/** True when float32 holds the number with full precision, so that merging factors neither overflows nor underflows. */
const isNormal = (x: number): boolean => Math.abs(x) >= 2 ** -126 && Number.isFinite(Math.fround(x));

export const div = binary('div', {
  fill(out, at, count, { data: a, at: i, step: toA }, { data: b, at: j, step: toB }) {
    for (let t = 0; t < count; t++) out[at + t] = a[i + t * toA]! / b[j + t * toB]!;
  },
  grad: (gy, _, b, y) => [div(gy, b), neg(div(mul(gy, y), b))],
  onnx: 'Div',
  simplify(a, b) {
    const [minusA, minusB] = [negated(a), negated(b)];
    if (minusA && minusB) return div(minusA, minusB);
    const divisor = constantValue(b);
    // The reciprocal of a power of two is exact, and a product is cheaper than a quotient.
    return divisor !== undefined && isPowerOfTwo(divisor) && isNormal(1 / divisor)
      ? mul(a, 1 / divisor)
      : undefined;
  },
});

const isPowerOfTwo = (x: number): boolean => 2 ** Math.round(Math.log2(Math.abs(x))) === Math.abs(x);

/** a to the power b, for positive a, or for any a when b is a constant whole number. */
export const pow = binary('pow', {
  fill: each(power),
  grad(gy, a, b, y) {
    const exponent = constantValue(b);
    if (exponent === undefined) return [mul(gy, mul(b, pow(a, sub(b, 1)))), mul(gy, mul(y, log(a)))];
    // Exponents 0 and 1 end the chain of derivatives here: going on would multiply 0 by 0 to a negative power.
    if (exponent === 0) return [null, null];
    return [exponent === 1 ? gy : mul(mul(gy, exponent), pow(a, exponent - 1)), null];
  },
  onnx: 'Pow',
  simplify(a, b) {
    if (isConstantOf(b, 1)) return a;
    return isConstantOf(b, 2) ? mul(a, a) : undefined;
  },
  samples: () => [
    { inputs: [rand([2, 3], 0.5, 2), rand([3], -2, 3)], attributes: none },
    { inputs: [rand([4], 0.5, 2), rand([], 1.2, 1.3)], attributes: none },
  ],
});

// Ties share the cotangent equally, as PyTorch's maximum and minimum do.
const shareOf = (winner: Tensor, loser: Tensor): Tensor =>
  where(greater(winner, loser), 1, where(equal(winner, loser), 0.5, 0));
/** The larger of two, element by element. */
export const maximum = binary('maximum', {
  fill: each(Math.max),
  grad: (gy, a, b) => [mul(gy, shareOf(a, b)), mul(gy, shareOf(b, a))],
  onnx: 'Max',
});
/** The smaller of two, element by element. */
export const minimum = binary('minimum', {
  fill: each(Math.min),
  grad: (gy, a, b) => [mul(gy, shareOf(b, a)), mul(gy, shareOf(a, b))],
  onnx: 'Min',
});

const compareSamples = (): readonly Sample[] => [
  { inputs: [given([4], [1, 2, 3, -1]), given([4], [2, 2, 1, -1])], attributes: none },
  { inputs: [rand([3, 1]), rand([2, 1, 4])], attributes: none },
];
const comparison = (name: string, f: (a: number, b: number) => boolean, onnx: string) =>
  binary(name, {
    fill: each((a, b) => (f(a, b) ? 1 : 0)),
    grad: 'none',
    onnx,
    dtype: 'bool',
    samples: compareSamples,
  });
export const greater = comparison('greater', (a, b) => a > b, 'Greater');
export const greaterEqual = comparison('greaterEqual', (a, b) => a >= b, 'GreaterOrEqual');
export const less = comparison('less', (a, b) => a < b, 'Less');
export const lessEqual = comparison('lessEqual', (a, b) => a <= b, 'LessOrEqual');
export const equal = comparison('equal', (a, b) => a === b, 'Equal');
