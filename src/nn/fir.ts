import { ShapeError } from '../base/errors.ts';
import { conv, convTranspose, filterResample, formatShape, type Tensor } from '../graph/index.ts';

/** The low-pass filter of StyleGAN2, applied along both axes (arXiv:1912.04958, appendix B). StyleGAN blurs with [1, 2, 1]. */
export const STYLE_FILTER: readonly number[] = [1, 3, 3, 1];

/** Doubles height and width, [B, C, H, W] to [B, C, 2 H, 2 W], by zero insertion and the filter; keeps brightness. */
export function upsample2d(x: Tensor, filter = STYLE_FILTER): Tensor {
  const taps = filter.length;
  return filterResample(x, unit(filter), {
    up: 2,
    padding: [Math.floor((taps + 1) / 2), Math.floor((taps - 2) / 2)],
    gain: 4,
  });
}

/** Halves height and width by the filter and taking every second pixel. */
export function downsample2d(x: Tensor, filter = STYLE_FILTER): Tensor {
  const taps = filter.length;
  return filterResample(x, unit(filter), {
    down: 2,
    padding: [Math.floor((taps - 1) / 2), Math.floor((taps - 2) / 2)],
  });
}

/** Filters at the same size; pixels outside the image count as zero. */
export function blur2d(x: Tensor, filter = STYLE_FILTER): Tensor {
  const taps = filter.length;
  return filterResample(x, unit(filter), {
    padding: [Math.floor(taps / 2), Math.floor((taps - 1) / 2)],
  });
}

/**
 * Upsamples and convolves, [B, C, H, W] to [B, K, 2 H, 2 W], with weights [K, C, k, k], k odd: a transposed convolution and then
 * the filter, which equals the filter and then a convolution, at a quarter of its arithmetic. As in the authors' code the weight is
 * the kernel of a convolution proper, not of a cross-correlation.
 *
 * @throws ShapeError when the kernel has an even side.
 */
export function convUp(x: Tensor, weight: Tensor, filter = STYLE_FILTER): Tensor {
  const kernel = oddSide(weight, 'convUp');
  const byInput = weight.transpose([1, 0, 2, 3]);
  const half = (kernel - 1) / 2;
  // A 1x1 kernel, transposed, would leave out the last row of zeros between pixels.
  if (kernel === 1) return upsample2d(conv(x, weight), filter);
  const spread = convTranspose(x, byInput, { stride: 2 }); // [B, K, 2 H + k - 2, ...]
  const taps = filter.length;
  return filterResample(spread, unit(filter), {
    padding: [
      half + Math.floor((taps + 1) / 2) - (kernel - 1),
      half + Math.floor((taps - 2) / 2) - (kernel - 2),
    ],
    gain: 4,
  });
}

/**
 * Filters and convolves at every second place, [B, C, H, W] to [B, K, H / 2, W / 2], with weights [K, C, k, k], k odd.
 *
 * @throws ShapeError when the kernel has an even side.
 */
export function convDown(x: Tensor, weight: Tensor, filter = STYLE_FILTER): Tensor {
  const kernel = oddSide(weight, 'convDown');
  if (kernel === 1) return conv(downsample2d(x, filter), weight);
  const taps = filter.length;
  const half = (kernel - 1) / 2;
  const filtered = filterResample(x, unit(filter), {
    padding: [half + Math.floor((taps - 1) / 2), half + Math.floor((taps - 2) / 2)],
  });
  return conv(filtered, weight, { stride: 2 });
}

/** The filter at full brightness: its numbers sum to 1. */
function unit(filter: readonly number[]): number[] {
  const total = filter.reduce((sum, tap) => sum + tap, 0);
  return filter.map((tap) => tap / total);
}

function oddSide({ shape }: Tensor, where: string): number {
  const [, , height, width] = shape;
  if (shape.length !== 4 || height !== width || height! % 2 === 0) {
    throw new ShapeError(
      `${where}: expects weights [K, C, k, k] with k odd, not ${formatShape(shape)}; choose a kernel of 1 or 3`,
    );
  }
  return height!;
}
