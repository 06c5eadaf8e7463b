import { ShapeError } from '../base/errors.ts';

/** Sizes of a tensor's axes, outermost first. `OPEN` may stand on the first axis of an inference program. */
export type Shape = readonly number[];

/**
 * A batch size left open until the program runs. It is -1 so that element counts still compare: a shape with one open
 * axis has a negative count, minus the elements of one batch item. Sums and gradients over an open axis are refused.
 */
export const OPEN = -1;

/** The number of elements; negative when the batch axis is open. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a === b || (a.length === b.length && a.every((size, axis) => size === b[axis]));

export const formatShape = (shape: Shape): string =>
  `[${shape.map((size) => (size === OPEN ? 'batch' : size)).join(', ')}]`;

/** Refuses sizes that are no whole numbers and an open batch on another axis than the first. */
export function requireShape(where: string, shape: Shape): void {
  shape.forEach((size, axis) => {
    if (size === OPEN && axis > 0) {
      throw new ShapeError(
        `${where}: an open batch must stay the first axis, not become ${formatShape(shape)}`,
      );
    }
    if (!(Number.isInteger(size) && size >= 0) && size !== OPEN) {
      throw new ShapeError(`${where}: sizes must be whole numbers from 0 up, not [${shape.join(', ')}]`);
    }
  });
}

/** Elements between neighbours along each axis of a row-major tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Turns a possibly negative axis into its position; throws when it lies outside the shape. */
export function normalizeAxis(axis: number, shape: Shape, where: string): number {
  const position = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || position < 0 || position >= shape.length) {
    throw new ShapeError(`${where}: axis ${axis} does not exist in ${formatShape(shape)}`);
  }
  return position;
}

/** NumPy's broadcasting rule: align at the last axis, sizes equal or one of them 1. */
export function broadcastShapes(a: Shape, b: Shape, where: string): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new ShapeError(`${where}: ${formatShape(a)} and ${formatShape(b)} do not broadcast together`);
  });
}
