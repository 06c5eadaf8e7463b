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

/** Calls `visit(flat index, offset)` for every element of `shape`, `offset` following the given strides. */
export function walkStrided(
  shape: Shape,
  strides: readonly number[],
  visit: (index: number, offset: number) => void,
): void {
  const size = sizeOf(shape);
  const position = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let index = 0; index < size; index++) {
    visit(index, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
}

/** The value's elements laid out over a broadcast shape; the same array when nothing repeats. */
export function expanded(value: Value, shape: Shape): Float64Array {
  if (sameShape(value.shape, shape)) return value.data;
  const size = sizeOf(shape);
  if (value.data.length === 1) return new Float64Array(size).fill(value.data[0]!);
  const out = new Float64Array(size);
  walkStrided(shape, broadcastStrides(value.shape, shape), (index, offset) => {
    out[index] = value.data[offset]!;
  });
  return out;
}
