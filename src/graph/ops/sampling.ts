import { ShapeError } from '../../base/errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  add,
  cast,
  greaterEqual,
  lessEqual,
  maximum,
  minimum,
  mul,
  stopGradient,
  sub,
} from './elementwise.ts';
import { gather } from './gather.ts';
import { tensor } from './leaf.ts';
import { reshape, transpose } from './movement.ts';
import { sum } from './reduce.ts';
import { concat } from './slicing.ts';

/** Whole numbers up to this are exact in float32. */
const LARGEST_PLACE = 2 ** 24;

/**
 * Images [B, C, H, W] looked up between their pixels: each result is the bilinear mean of the four pixels around its place, with
 * zeros outside the image. Pixel centres have whole places. The result [B, C, h, w] can be differentiated in the images as often as
 * wished; places are constants to it.
 *
 * @param row, column where each pixel of the result looks, [B, h, w].
 * @throws ShapeError when places do not fit the images, or a batch has 2^24 pixels or more.
 */
export function sampleBilinear(x: Tensor, row: Tensor, column: Tensor): Tensor {
  if (
    x.shape.length !== 4 ||
    row.shape.length !== 3 ||
    row.shape[0] !== x.shape[0] ||
    !sameShape(row.shape, column.shape)
  ) {
    throw new ShapeError(
      `sampleBilinear: expects images [B, C, H, W] and places [B, h, w], not ${[x, row, column].map(({ shape }) => formatShape(shape)).join(', ')}`,
    );
  }
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [, h, w] = row.shape as [number, number, number];
  if (batch * height * width >= LARGEST_PLACE) {
    throw new ShapeError(
      `sampleBilinear: images of ${formatShape(x.shape)} have too many pixels to be counted in float32; choose a smaller batch or size`,
    );
  }
  const vertical = neighbours(row, height);
  const horizontal = neighbours(column, width);
  const first = tensor(
    Float64Array.from({ length: batch }, (_, i) => i * height * width),
    [batch, 1, 1],
  );
  const corners = vertical.flatMap((y) =>
    horizontal.map((x) => ({
      place: reshape(add(add(mul(y.place, width), x.place), first), [1, batch, h, w]),
      weight: reshape(mul(y.weight, x.weight), [1, batch, h, w, 1]),
    })),
  );
  const places = concat(
    corners.map(({ place }) => place),
    0,
  );
  const weights = concat(
    corners.map(({ weight }) => weight),
    0,
  );
  const pixels = reshape(transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
  const found = gather(pixels, cast(places, 'int32')); // [4, B, h, w, C]
  return transpose(sum(mul(found, weights), { axes: 0 }), [0, 3, 1, 2]);
}

/** The pixels before and after each place on an axis, and their shares; pixels outside have none. */
function neighbours(place: Tensor, size: number): { place: Tensor; weight: Tensor }[] {
  const last = size - 1;
  const near = minimum(maximum(stopGradient(place), -1), size);
  // Casting cuts towards zero, so what is cut must not be negative.
  const low = sub(cast(cast(add(near, 1), 'int32'), 'float32'), 1);
  const share = sub(near, low);
  return [
    { at: low, share: sub(1, share) },
    { at: add(low, 1), share },
  ].map(({ at, share }) => {
    const inside = mul(cast(greaterEqual(at, 0), 'float32'), cast(lessEqual(at, last), 'float32'));
    return { place: minimum(maximum(at, 0), last), weight: mul(share, inside) };
  });
}
