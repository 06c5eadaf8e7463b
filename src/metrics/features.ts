import { GansmithError, ShapeError, UsageError } from '../base/errors.ts';
import type { RowView } from './rowProducts.ts';

/** One row for each sample, row by row: features of an extractor, or raw pixels. */
export interface Features {
  /** [count, width] */
  readonly data: Float32Array | Float64Array;
  readonly count: number;
  readonly width: number;
}

/**
 * @param where the function that asks, and `name` its argument, for the message.
 * @param least how many samples it needs.
 * @throws ShapeError when the sizes do not fit, GansmithError for too few samples or a number that is not finite.
 */
export function checkFeatures(where: string, name: string, features: Features, least = 1): void {
  const { data, count, width } = features;
  if (!Number.isInteger(count) || !Number.isInteger(width) || width < 1 || data.length !== count * width) {
    throw new ShapeError(
      `${where}: ${name} holds ${data.length} numbers for count ${count} and width ${width}; expected count * width numbers`,
    );
  }
  if (count < least) {
    throw new GansmithError(
      `${where}: ${name} has ${count} ${count === 1 ? 'sample' : 'samples'}; at least ${least} are needed`,
    );
  }
  const wrong = data.findIndex((value: number) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new GansmithError(
      `${where}: ${name} has ${data[wrong]} in sample ${Math.floor(wrong / width)}, feature ${wrong % width}; expected finite numbers, check the images and the extractor`,
    );
  }
}

/** Checks two sets of features that are to be compared, `least` samples in each. */
export function checkPair(
  where: string,
  names: readonly [string, string],
  pair: readonly [Features, Features],
  least = 1,
): void {
  checkFeatures(where, names[0], pair[0], least);
  checkFeatures(where, names[1], pair[1], least);
  if (pair[0].width !== pair[1].width) {
    throw new ShapeError(
      `${where}: ${names[0]} has ${pair[0].width} features a sample and ${names[1]} has ${pair[1].width}; take both from the same extractor`,
    );
  }
}

/** @throws UsageError when `value` is not a whole number from `least` to `most`. */
export function checkWhole(where: string, name: string, value: number, least: number, most = Infinity): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${where}: ${name} is ${value}; expected a whole number ${range}`);
  }
}

/** @throws UsageError when `value` is not a positive finite number. */
export function checkPositive(where: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new UsageError(`${where}: ${name} is ${value}; expected a positive number`);
  }
}

/** The rows at `indices`, in their order; a row may be taken more than once. */
export function takeRows({ data, width }: Features, indices: ArrayLike<number>): Features {
  const taken = new Float64Array(indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    taken.set(data.subarray(indices[i]! * width, (indices[i]! + 1) * width), i * width);
  }
  return { data: taken, count: indices.length, width };
}

/** The rows of `features` for products. */
export const rowsOf = ({ data, width }: Features): RowView => ({ data, offset: 0, stride: width });

/** The mean of the rows, [width]. */
export function meanRow({ data, count, width }: Features): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < width; k++, at++) mean[k]! += data[at]!;
  }
  return mean.map((sum) => sum / count);
}
