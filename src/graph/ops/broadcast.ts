import type { Value } from '../op.ts';
import { type Shape, sameShape, sizeOf, stridesOf } from '../shape.ts';

/** Strides to walk `from` as if it had the broadcast shape `to`: zero along the axes it repeats. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  return to.map((_, axis) => {
    const own = axis - to.length + from.length;
    return own < 0 || from[own] === 1 ? 0 : strides[own]!;
  });
}

/**
 * Walks a strided layout of `shape` run by run: elements index, index + 1, ... (count of them) lie at offset,
 * offset + step, ... Neighbouring axes that the strides walk as one make one run.
 */
export function walkRuns(
  shape: Shape,
  strides: readonly number[],
  visit: (index: number, offset: number, count: number, step: number) => void,
): void {
  walkRunsOfTwo(shape, strides, strides, (index, count, offset, step) => visit(index, offset, count, step));
}

/** As `walkRuns`, for two layouts of one shape: elements index, index + 1, ... lie at a, a + stepA, ... and at b, b + stepB, ... */
export function walkRunsOfTwo(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
  visit: (index: number, count: number, a: number, stepA: number, b: number, stepB: number) => void,
): void {
  const axes = mergedAxes(shape, stridesA, stridesB);
  const { size: count, strideA: stepA, strideB: stepB } = axes.pop() ?? { size: 1, strideA: 0, strideB: 0 };
  const total = sizeOf(shape);
  const position = axes.map(() => 0);
  let a = 0;
  let b = 0;
  for (let index = 0; index < total; index += count) {
    visit(index, count, a, stepA, b, stepB);
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { size, strideA, strideB } = axes[axis]!;
      a += strideA;
      b += strideB;
      if (++position[axis]! < size) break;
      a -= strideA * size;
      b -= strideB * size;
      position[axis] = 0;
    }
  }
}

interface Axis {
  size: number;
  strideA: number;
  strideB: number;
}

function mergedAxes(shape: Shape, stridesA: readonly number[], stridesB: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((size, axis) => {
    const strideA = stridesA[axis]!;
    const strideB = stridesB[axis]!;
    const outer = axes.at(-1);
    if (size === 1) return;
    if (outer && outer.strideA === strideA * size && outer.strideB === strideB * size) {
      axes[axes.length - 1] = { size: outer.size * size, strideA, strideB };
    } else axes.push({ size, strideA, strideB });
  });
  return axes;
}

/** Calls `visit(flat index, offset)` for every element of `shape`, `offset` following the given strides. */
export function walkStrided(
  shape: Shape,
  strides: readonly number[],
  visit: (index: number, offset: number) => void,
): void {
  walkRuns(shape, strides, (index, offset, count, step) => {
    for (let t = 0; t < count; t++) visit(index + t, offset + t * step);
  });
}

/** The value's elements laid out over a broadcast shape; the same array when nothing repeats. */
export function expanded({ shape, data }: Value, to: Shape): Float64Array {
  if (sameShape(shape, to)) return data;
  const out = new Float64Array(sizeOf(to));
  if (data.length > 1 && sameShape(shape, to.slice(to.length - shape.length))) {
    // Rows that repeat as a whole, such as a bias.
    for (let start = 0; start < out.length; start += data.length) out.set(data, start);
    return out;
  }
  walkRuns(to, broadcastStrides(shape, to), (index, offset, count, step) => {
    if (step === 0) out.fill(data[offset]!, index, index + count);
    else for (let t = 0; t < count; t++) out[index + t] = data[offset + t]!;
  });
  return out;
}
