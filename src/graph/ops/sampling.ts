import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker } from '../op.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { requireClosed, requireFloat } from './checks.ts';
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
import { reshape, transpose } from './movement.ts';
import { sum } from './reduce.ts';
import { given } from './sample.ts';
import { onnxType } from './selection.ts';
import { concat } from './slicing.ts';

type Layout = { height: number; width: number };

/** Where a batch of images of whole pixels has the pixel at a row and column [B, h, w] of each image. */
const pixelNode: NodeMaker<Layout> = defineOp<Layout>('pixel', {
  infer([row, column]) {
    requireFloat('pixel', row!, column!);
    requireClosed('places of pixels', row!.shape, 0, 'counted');
    return { shape: row!.shape, dtype: 'int32' };
  },
  grad: 'none',
  // Counted in int32, since float32 has no room for more than 2^24 whole numbers.
  onnx(b, [row, column], { height, width }, { shape: [batch] }) {
    const whole = (x: string) => b.node('Cast', [x], { to: onnxType.int32 });
    const scalar = (value: number) => b.indices(Int32Array.of(value), []);
    const firsts = Int32Array.from({ length: batch! }, (_, i) => i * height * width);
    const inImage = b.node('Add', [b.node('Mul', [whole(row!), scalar(width)]), whole(column!)]);
    return b.node('Add', [inImage, b.indices(firsts, [batch!, 1, 1])]);
  },
  eval([row, column], { height, width }, { shape: [, h, w], data }) {
    for (let i = 0; i < data.length; i++) {
      const image = Math.floor(i / (h! * w!));
      data[i] = (image * height + Math.trunc(row!.data[i]!)) * width + Math.trunc(column!.data[i]!);
    }
  },
  samples: () => [
    {
      inputs: [given([2, 1, 3], [0, 1, 3, 2, 0, 1]), given([2, 1, 3], [4, 0, 1, 3, 2, 4])],
      attributes: { height: 4, width: 5 },
    },
  ],
});

export const samplingOperations = [pixelNode.operation];

/** An axis of images of which not every place is stored, since some are equal. */
export interface StoredAxis {
  /** Places there are. */
  size: number;
  /** Where the image has what belongs to places, which are whole numbers from 0 to below `size`. */
  stored(place: Tensor): Tensor;
}

const asItIs = (size: number): StoredAxis => ({ size, stored: (place) => place });

/**
 * Images [B, C, H, W] looked up between their pixels: each result is the bilinear mean of the four pixels around its place, with
 * zeros outside the image. Pixel centres have whole places. The result [B, C, h, w] can be differentiated in the images as often as
 * wished; places are constants to it.
 *
 * @param row, column where each pixel of the result looks, [B, h, w].
 * @param axes what rows and columns mean, where images are not stored whole.
 * @throws ShapeError when places do not fit the images, or a batch has 2^31 pixels or more.
 */
export function sampleBilinear(
  x: Tensor,
  row: Tensor,
  column: Tensor,
  axes: { rows?: StoredAxis; columns?: StoredAxis } = {},
): Tensor {
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
  if (batch * height * width >= MOST_PIXELS) {
    throw new ShapeError(
      `sampleBilinear: images of ${formatShape(x.shape)} have too many pixels to be counted in int32; choose a smaller batch or size`,
    );
  }
  const vertical = neighbours(row, axes.rows ?? asItIs(height));
  const horizontal = neighbours(column, axes.columns ?? asItIs(width));
  const corners = vertical.flatMap((y) =>
    horizontal.map((x) => ({
      place: reshape(pixelNode([y.place, x.place], { height, width }), [1, batch, h, w]),
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
  const found = gather(pixels, places); // [4, B, h, w, C]
  return transpose(sum(mul(found, weights), { axes: 0 }), [0, 3, 1, 2]);
}

const MOST_PIXELS = 2 ** 31;

/** The pixels before and after each place on an axis, and their shares; pixels outside have none. */
function neighbours(place: Tensor, { size, stored }: StoredAxis): { place: Tensor; weight: Tensor }[] {
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
    return { place: stored(minimum(maximum(at, 0), last)), weight: mul(share, inside) };
  });
}
