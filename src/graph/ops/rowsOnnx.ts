import type { OnnxBuilder } from '../op.ts';
import { type Shape, sizeOf } from '../shape.ts';

// Images as rows of channels, which the runtime gathers fast: one copy of consecutive numbers for each pixel.

/**
 * [N, C, H, W] to rows of channels [N H W, C]. The runtime moves such permutations through elementwise operations and
 * drops those that meet their inverse, so neighbouring layers stay in rows.
 */
export const pixelRows = (b: OnnxBuilder, x: string, [batch, channels, height, width]: Images): string =>
  b.node('Reshape', [
    b.node('Transpose', [x], { perm: [0, 2, 3, 1] }),
    b.ints([batch * height * width, channels]),
  ]);

/** Rows of channels [N H W, C] to [N, C, H, W]. */
export const imagesOf = (b: OnnxBuilder, rows: string, [batch, channels, height, width]: Images): string =>
  b.node('Transpose', [b.node('Reshape', [rows, b.ints([batch, height, width, channels])])], {
    perm: [0, 3, 1, 2],
  });

type Images = readonly [batch: number, channels: number, height: number, width: number];

/** Stands for a row of zeros. */
export const OUTSIDE = -1;

/** Row numbers for every place of a grid, in row-major order. */
export function rowTable(sizes: Shape, rowAt: (place: readonly number[]) => number): Int32Array {
  const place = sizes.map(() => 0);
  const table = new Int32Array(sizeOf(sizes));
  for (let at = 0; at < table.length; at++) {
    table[at] = rowAt(place);
    for (let axis = sizes.length - 1; axis >= 0 && ++place[axis]! === sizes[axis]; axis--) place[axis] = 0;
  }
  return table;
}

/** Rows of a [count, width] matrix, one under another. */
export function gatherRows(
  b: OnnxBuilder,
  { rows, width }: { rows: string; width: number },
  count: number,
  table: Int32Array,
): string {
  const from = b.node('Reshape', [rows, b.ints([count, width])]);
  const source = table.includes(OUTSIDE) ? b.node('Pad', [from, b.ints([0, 0, 1, 0])]) : from;
  const indices = table.map((row) => (row === OUTSIDE ? count : row));
  return b.node('Gather', [source, b.indices(indices, [indices.length])], { axis: 0 });
}
