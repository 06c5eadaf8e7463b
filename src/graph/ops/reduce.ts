import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import { formatShape, normalizeAxis, type Shape, sizeOf, stridesOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, equal, mul, ratioParts, sub } from './binary.ts';
import { walkRuns, walkStrided } from './broadcast.ts';
import { requireClosed, requireFloat } from './checks.ts';
import { broadcast, broadcastSource, reshape, reshapeSource } from './movement.ts';
import { given, rand } from './sample.ts';
import { where } from './selection.ts';
import { exp, log, neg, negated, stopGradient } from './unary.ts';

/** Axes stay in the result with size 1; `squeezed` drops them by a reshape when the caller does not want them. */
type Axes = { axes: readonly number[] };

const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

function inferReduced(name: string, x: Tensor, axes: readonly number[]) {
  requireFloat(name, x);
  return { shape: keptShape(x.shape, axes), dtype: 'float32' as const };
}

/** Strides to walk an input in step with the output element that each of its elements is folded into. */
const foldingStrides = (kept: Shape): number[] =>
  stridesOf(kept).map((stride, axis) => (kept[axis] === 1 ? 0 : stride));

const samples = () => [
  { inputs: [rand([2, 3, 4])], attributes: { axes: [1] } },
  { inputs: [rand([2, 3, 4])], attributes: { axes: [0, 2] } },
  { inputs: [rand([5])], attributes: { axes: [0] } },
];

const sumNode: NodeMaker<Axes> = defineOp<Axes>('sum', {
  infer: ([x], { axes }) => inferReduced('sum', x!, axes),
  grad: ({ gy, inputs: [x] }) => [broadcast(gy, x!.shape)],
  onnx: (b, [x], { axes }) => b.node('ReduceSum', [x!, b.ints(axes)], { keepdims: 1 }),
  eval([x], _, out) {
    const terms = x!.data;
    const sums = out.data;
    sums.fill(0);
    walkRuns(x!.shape, foldingStrides(out.shape), (from, to, count, step) => {
      if (step === 0) {
        let sum = sums[to]!;
        for (let t = 0; t < count; t++) sum += terms[from + t]!;
        sums[to] = sum;
      } else for (let t = 0; t < count; t++) sums[to + t * step]! += terms[from + t]!;
    });
  },
  simplify([x], { axes }) {
    const long = axes.filter((axis) => x!.shape[axis] !== 1);
    if (long.length < axes.length) return long.length === 0 ? x : sumNode([x!], { axes: long });
    const source = negated(x!);
    if (source) return neg(sumNode([source], { axes }));
    if (x!.op === sumNode.operation) {
      const inner = x!.attributes.axes as readonly number[];
      return sumNode([x!.inputs[0]!], { axes: [...inner, ...axes].sort((a, b) => a - b) });
    }
    return sumOfReshaped(x!, axes) ?? sumOfRepeated(x!, axes) ?? sumOfScaled(x!, axes);
  },
  samples,
});

/** A sum of everything does not depend on the arrangement. */
function sumOfReshaped(x: Tensor, axes: readonly number[]): Tensor | undefined {
  const source = reshapeSource(x);
  const kept = keptShape(x.shape, axes);
  if (!source || sizeOf(kept) !== 1) return undefined;
  return reshape(sumNode([source], { axes: source.shape.map((_, axis) => axis) }), kept);
}

/** Size of `part`, which broadcasts to `whole`, along an axis of the whole. */
const ownSize = (part: Tensor, whole: Tensor, axis: number): number =>
  part.shape[axis - whole.shape.length + part.shape.length] ?? 1;

/** A sum over axes along which a broadcast repeats is a multiple of what it repeats. */
function sumOfRepeated(x: Tensor, axes: readonly number[]): Tensor | undefined {
  const source = broadcastSource(x);
  if (!source) return undefined;
  const repeated = axes.filter((axis) => ownSize(source, x, axis) === 1);
  if (repeated.length === 0) return undefined;
  const count = sizeOf(repeated.map((axis) => x.shape[axis]!));
  const others = axes.filter((axis) => !repeated.includes(axis));
  const summed = others.length > 0 ? sumOfPart(source, x, others) : source;
  return broadcast(mul(summed, count), keptShape(x.shape, axes));
}

/** Sums a part that broadcasts to `whole` over axes of the whole, along which it has the whole's length. */
const sumOfPart = (part: Tensor, whole: Tensor, axes: readonly number[]): Tensor =>
  sumNode([part], { axes: axes.map((axis) => axis - whole.shape.length + part.shape.length) });

/** A factor or divisor that is the same all along the axes is applied once, to the sum. */
function sumOfScaled(x: Tensor, axes: readonly number[]): Tensor | undefined {
  const parts = ratioParts(x);
  if (!parts) return undefined;
  const { make, a, b } = parts;
  const isSame = (part: Tensor) => axes.every((axis) => ownSize(part, x, axis) === 1);
  if (isSame(b)) return make(sumOfPart(a, x, axes), b);
  return make === mul && isSame(a) ? make(a, sumOfPart(b, x, axes)) : undefined;
}

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
    walkStrided(x!.shape, foldingStrides(out.shape), (from, to) => {
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
  const chosen = axes === undefined ? x.shape.map((_, axis) => axis) : [axes].flat();
  const found = chosen.map((axis) => normalizeAxis(axis, x.shape, where));
  if (new Set(found).size < found.length) {
    throw new ShapeError(
      `${where}: axes [${chosen.join(', ')}] name an axis of ${formatShape(x.shape)} more than once`,
    );
  }
  for (const axis of found) requireClosed(where, x.shape, axis, 'reduced');
  return found;
}

const reduced = (
  make: NodeMaker<Axes>,
  x: Tensor,
  axes: readonly number[],
  keep: boolean | undefined,
): Tensor => (axes.length === 0 ? x : squeezed(make([x], { axes }), axes, keep));

const squeezed = (x: Tensor, axes: readonly number[], keep: boolean | undefined): Tensor =>
  keep
    ? x
    : reshape(
        x,
        x.shape.filter((_, axis) => !axes.includes(axis)),
      );

/** Sum over axes. */
export const sum = (x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor =>
  reduced(sumNode, x, positions(x, axes, 'sum'), keep);

/** Mean over axes. */
export function mean(x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor {
  const at = positions(x, axes, 'mean');
  return mul(reduced(sumNode, x, at, keep), 1 / sizeOf(at.map((axis) => x.shape[axis]!)));
}

/** Largest element over axes. */
export const max = (x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor =>
  reduced(maxNode, x, positions(x, axes, 'max'), keep);

/** log of the sum of exponentials over axes, shifted by the maximum so that nothing overflows. */
export function logsumexp(x: Tensor, { axes, keep }: ReduceOptions = {}): Tensor {
  const at = positions(x, axes, 'logsumexp');
  // The result does not depend on the shift, so the shift has no part in the gradient.
  const shift = stopGradient(reduced(maxNode, x, at, true));
  const total = reduced(sumNode, exp(sub(x, shift)), at, true);
  return squeezed(add(log(total), shift), at, keep);
}

export const reduceOperations = [sumNode.operation, maxNode.operation];
