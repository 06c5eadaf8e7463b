import { ShapeError } from '../../base/errors.ts';
import { defineOp, type Value } from '../op.ts';
import { formatShape, normalizeAxis, OPEN, type Shape, stridesOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { walkStrided } from './broadcast.ts';
import { add, div, equal, exp, log, mul, sub, where } from './elementwise.ts';
import { broadcast, reshape } from './movement.ts';
import { given, rand } from './sample.ts';

/** Axes stay in the result with size 1; `reduced` drops them by a reshape when the caller does not want them. */
type Axes = { axes: readonly number[] };

const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

function inferReduced(name: string, x: Tensor, axes: readonly number[]) {
  if (x.dtype !== 'float32') throw new ShapeError(`${name}: works on float32, not ${x.dtype}; cast it first`);
  for (const axis of axes) {
    if (x.shape[axis] === OPEN) {
      throw new ShapeError(
        `${name}: the batch axis of ${formatShape(x.shape)} is open, so it can't be reduced`,
      );
    }
  }
  return { shape: keptShape(x.shape, axes), dtype: 'float32' as const };
}

/** Calls `visit(input index, output index)` for every element that is folded into an output element. */
function eachFolded(x: Value, out: Value, visit: (from: number, to: number) => void): void {
  const strides = stridesOf(out.shape).map((stride, axis) => (out.shape[axis] === 1 ? 0 : stride));
  walkStrided(x.shape, strides, visit);
}

const samples = () => [
  { inputs: [rand([2, 3, 4])], attributes: { axes: [1] } },
  { inputs: [rand([2, 3, 4])], attributes: { axes: [0, 2] } },
  { inputs: [rand([5])], attributes: { axes: [0] } },
];

const sumNode = defineOp<Axes>('sum', {
  infer: ([x], { axes }) => inferReduced('sum', x!, axes),
  grad: ({ gy, inputs: [x] }) => [broadcast(gy, x!.shape)],
  onnx: (b, [x], { axes }) => b.node('ReduceSum', [x!, b.ints(axes)], { keepdims: 1 }),
  eval([x], _, out) {
    eachFolded(x!, out, (from, to) => {
      out.data[to] = out.data[to]! + x!.data[from]!;
    });
  },
  simplify: ([x], { axes }) => (axes.every((axis) => x!.shape[axis] === 1) ? x : undefined),
  samples,
});

const maxNode = defineOp<Axes>('max', {
  infer: ([x], { axes }) => inferReduced('max', x!, axes),
  // Tied maxima share the cotangent equally, as PyTorch's amax does.
  grad({ gy, inputs: [x], attributes: { axes }, output }) {
    const winners = where(equal(x!, output), 1, 0);
    return [div(mul(gy, winners), sumNode([winners], { axes }))];
  },
  onnx: (b, [x], { axes }) => b.node('ReduceMax', [x!, b.ints(axes)], { keepdims: 1 }),
  eval([x], _, out) {
    out.data.fill(Number.NEGATIVE_INFINITY);
    eachFolded(x!, out, (from, to) => {
      out.data[to] = Math.max(out.data[to]!, x!.data[from]!);
    });
  },
  simplify: ([x], { axes }) => (axes.every((axis) => x!.shape[axis] === 1) ? x : undefined),
  samples: () => [...samples(), { inputs: [given([2, 3], [1, 4, 2, 0, -3, -1])], attributes: { axes: [1] } }],
});

export interface ReduceOptions {
  /** Axes to reduce, negative from the end; all when absent. */
  axes?: number | readonly number[];
  /** Keep reduced axes with size 1. */
  keep?: boolean;
}

function positions(x: Tensor, axes: ReduceOptions['axes'], where: string): number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  return [axes].flat().map((axis) => normalizeAxis(axis, x.shape, where));
}

const squeezed = (reduced: Tensor, axes: readonly number[], keep: boolean | undefined): Tensor =>
  keep
    ? reduced
    : reshape(
        reduced,
        reduced.shape.filter((_, axis) => !axes.includes(axis)),
      );

/** Sum over axes. */
export function sum(x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor {
  const at = positions(x, axes, 'sum');
  return squeezed(sumNode([x], { axes: at }), at, keep);
}

/** Mean over axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const at = positions(x, options.axes, 'mean');
  const count = at.reduce((product, axis) => product * x.shape[axis]!, 1);
  return mul(sum(x, options), 1 / count);
}

/** Largest element over axes. */
export function max(x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor {
  const at = positions(x, axes, 'max');
  return squeezed(maxNode([x], { axes: at }), at, keep);
}

/** log of the sum of exponentials over axes, shifted by the maximum so that nothing overflows. */
export function logsumexp(x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor {
  const at = positions(x, axes, 'logsumexp');
  const shift = maxNode([x], { axes: at });
  return squeezed(add(log(sumNode([exp(sub(x, shift))], { axes: at })), shift), at, keep);
}

export const reduceOperations = [sumNode.operation, maxNode.operation];
