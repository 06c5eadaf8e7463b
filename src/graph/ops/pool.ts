import { ShapeError } from '../../base/errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { div, equal, mul } from './binary.ts';
import { requireFloat, requireWhole } from './checks.ts';
import { conv, convTranspose } from './conv.ts';
import { type ConvOptions, convShape, type Geometry, onnxGeometry, pairOf } from './convGeometry.ts';
import { tensor } from './leaf.ts';
import { broadcast, reshape } from './movement.ts';
import { sum } from './reduce.ts';
import { rand } from './sample.ts';
import { where } from './selection.ts';

type Pair = readonly [number, number];

/** Sizes are [height, width], padding the same amount before and after each axis. */
type Pooling = { window: Pair; stride: Pair; padding: Pair };

const geometryOf = ({ stride, padding: [vertical, horizontal] }: Pooling): Geometry => ({
  stride,
  padding: [vertical, horizontal, vertical, horizontal],
  dilation: [1, 1],
  groups: 1,
});

/** Shape of pooling x [N, C, H, W]: that of a convolution of one channel by a kernel of the window's size. */
function pooledShape(x: Shape, pooling: Pooling): number[] {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const kernel = [1, 1, ...pooling.window];
  return convShape([batch, 1, height, width], kernel, geometryOf(pooling), 'maxPool').with(1, channels);
}

const maxPoolNode = defineOp<Pooling>('maxPool', {
  infer([x], pooling) {
    requireFloat('maxPool', x!);
    if (x!.shape.length !== 4)
      throw new ShapeError(`maxPool: expects images [N, C, H, W], not ${formatShape(x!.shape)}`);
    if (pooling.padding.some((amount, axis) => 2 * amount > pooling.window[axis]!)) {
      throw new ShapeError(
        `maxPool: padding [${pooling.padding.join(', ')}] is more than half the window ${pooling.window.join('x')}, so a window could hold padding alone`,
      );
    }
    return { shape: pooledShape(x!.shape, pooling), dtype: 'float32' };
  },
  // Tied maxima share the cotangent equally, as those of `max` do.
  grad({ gy, inputs: [x], attributes, output }) {
    const [batch, channels, height, width] = output.shape as [number, number, number, number];
    const [taps, options] = [tapsOf(channels, attributes), convOptions(channels, attributes)];
    const apart = [batch, channels, attributes.window[0] * attributes.window[1], height, width];
    const alone = [batch, channels, 1, height, width];
    const seen = reshape(conv(x!, taps, options), apart);
    // Zeros of the padding that a maximum of zero equals are no part of the image.
    const ones = broadcast(tensor(1), [1, ...x!.shape.slice(1)]);
    const inside = reshape(conv(ones, taps, options), apart.with(0, 1));
    const winners = where(equal(seen, reshape(output, alone)), inside, 0);
    const shares = div(mul(reshape(gy, alone), winners), sum(winners, { axes: 2, keep: true }));
    const outputPadding = unreachedBy(x!.shape, attributes);
    return [
      convTranspose(reshape(shares, [batch, channels * apart[2]!, height, width]), taps, {
        ...options,
        outputPadding,
      }),
    ];
  },
  onnx(b, [x], pooling) {
    const { strides, pads } = onnxGeometry(geometryOf(pooling));
    return b.node('MaxPool', [x!], { kernel_shape: pooling.window, strides, pads });
  },
  eval([x], { window, stride, padding }, out) {
    const [, , height, width] = x!.shape as [number, number, number, number];
    const [, , rows, columns] = out.shape as [number, number, number, number];
    let to = 0;
    for (let plane = 0; plane < x!.data.length; plane += height * width) {
      for (let row = 0; row < rows; row++) {
        const top = row * stride[0] - padding[0];
        for (let column = 0; column < columns; column++) {
          const left = column * stride[1] - padding[1];
          let largest = Number.NEGATIVE_INFINITY;
          for (let y = Math.max(top, 0); y < Math.min(top + window[0], height); y++) {
            for (let x1 = Math.max(left, 0); x1 < Math.min(left + window[1], width); x1++) {
              largest = Math.max(largest, x!.data[plane + y * width + x1]!);
            }
          }
          out.data[to++] = largest;
        }
      }
    }
  },
  samples: () => [
    { inputs: [rand([2, 3, 7, 6])], attributes: { window: [3, 2], stride: [2, 1], padding: [1, 0] } },
    // Negative throughout: padding must not win. The stride leaves a row unreached.
    {
      inputs: [rand([1, 2, 6, 5], -2, -1)],
      attributes: { window: [3, 3], stride: [2, 2], padding: [0, 1] },
    },
    { inputs: [rand([2, 1, 4, 5])], attributes: { window: [2, 3], stride: [1, 3], padding: [0, 1] } },
  ],
});

/** Filters [C K, 1, kh, kw] that pick each of the K places of a window, for every channel by itself. */
function tapsOf(channels: number, { window: [height, width] }: Pooling): Tensor {
  const places = height * width;
  const picks = Float64Array.from({ length: places * places }, (_, i) =>
    i % places === Math.floor(i / places) ? 1 : 0,
  );
  const all = broadcast(tensor(picks, [1, places, 1, height, width]), [channels, places, 1, height, width]);
  return reshape(all, [channels * places, 1, height, width]);
}

const convOptions = (channels: number, pooling: Pooling): ConvOptions => ({
  ...geometryOf(pooling),
  groups: channels,
});

/** Rows and columns at the bottom and right that no window starts in. */
const unreachedBy = (x: Shape, { window, stride, padding }: Pooling): Pair => {
  const left = [0, 1].map((axis) => (x[axis + 2]! + 2 * padding[axis]! - window[axis]!) % stride[axis]!);
  return left as unknown as Pair;
};

export interface PoolOptions {
  /** Step between windows, one number or [vertical, horizontal]. Default: the window's size. */
  stride?: number | Pair;
  /** Places around the image that no maximum is taken of, at most half the window. Default 0. */
  padding?: number | Pair;
}

/**
 * Largest element of each window of [N, C, H, W]: PyTorch's max_pool2d, but for the derivative at ties, which equal
 * maxima share.
 * @throws ShapeError when x is no image, the window does not fit, or the padding is more than half of it.
 */
export function maxPool(
  x: Tensor,
  window: number | Pair,
  { stride = window, padding = 0 }: PoolOptions = {},
): Tensor {
  const pooling = { window: pairOf(window), stride: pairOf(stride), padding: pairOf(padding) };
  requireWhole('maxPool', 'the window', 1, pooling.window);
  requireWhole('maxPool', 'the stride', 1, pooling.stride);
  requireWhole('maxPool', 'the padding', 0, pooling.padding);
  return maxPoolNode([x], pooling);
}

export const poolOperations = [maxPoolNode.operation];
