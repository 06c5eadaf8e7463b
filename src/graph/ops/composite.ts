import { ShapeError } from '../../base/errors.ts';
import { formatShape, normalizeAxis, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { requireClosed, requireWhole } from './checks.ts';
import { type ConvOptions, conv } from './conv.ts';
import { add, div, exp, log, mul, neg, relu, stopGradient, sub } from './elementwise.ts';
import { tensor } from './leaf.ts';
import { matmul } from './matmul.ts';
import { broadcast, reshape, transpose } from './movement.ts';
import { max, mean, sum } from './reduce.ts';
import { concat, flip, pad, slice } from './slicing.ts';

// Functions made of operations. Their gradients, of any order, come from their parts.

/** A tensor of one repeated number. */
export const full = (shape: Shape, value: number): Tensor => broadcast(tensor(value), shape);
export const zeros = (shape: Shape): Tensor => full(shape, 0);
export const ones = (shape: Shape): Tensor => full(shape, 1);

/**
 * log(1 + e^x), without overflow: log(e^(x - m) + e^-m) + m with m = max(x, 0). Nothing in it has a kink, so derivatives of
 * every order are right everywhere, at zero too.
 */
export function softplus(x: Tensor): Tensor {
  const shift = stopGradient(relu(x));
  return add(log(add(exp(sub(x, shift)), exp(neg(shift)))), shift);
}

/** Exponentials along an axis over their sum, shifted by the largest so that nothing overflows. */
export function softmax(x: Tensor, axis: number): Tensor {
  // The result does not depend on the shift, so the shift has no part in the gradient.
  const shift = stopGradient(max(x, { axes: axis, keep: true }));
  const weights = exp(sub(x, shift));
  return mul(weights, div(1, sum(weights, { axes: axis, keep: true })));
}

/** x squared. */
export const square = (x: Tensor): Tensor => mul(x, x);

/** Exponential linear unit: x where positive, e^x - 1 elsewhere (Clevert et al. 2016, arXiv:1511.07289). */
export function elu(x: Tensor): Tensor {
  const positive = relu(x);
  // x - positive is min(x, 0), with derivative 1 at zero, so that the whole has derivative 1 there.
  return add(positive, sub(exp(sub(x, positive)), 1));
}

/** Reflects the elements next to each end of an axis outwards, the end element not repeated (PyTorch's 'reflect'). */
export function padReflect(x: Tensor, axis: number, before: number, after: number): Tensor {
  const size = paddedAxis('padReflect', x, axis, before, after);
  if (Math.max(before, after) >= size) {
    throw new ShapeError(
      `padReflect: cannot reflect ${Math.max(before, after)} elements of axis ${axis} of ${formatShape(x.shape)}`,
    );
  }
  const parts = [x];
  if (before > 0) parts.unshift(flip(slice(x, axis, 1, before + 1), axis));
  if (after > 0) parts.push(flip(slice(x, axis, size - 1 - after, size - 1), axis));
  return concat(parts, axis);
}

/** Repeats the end elements of an axis outwards (PyTorch's 'replicate'). */
export function padEdge(x: Tensor, axis: number, before: number, after: number): Tensor {
  const size = paddedAxis('padEdge', x, axis, before, after);
  const parts = [x];
  if (before > 0) parts.unshift(broadcast(slice(x, axis, 0, 1), x.shape.with(axis, before)));
  if (after > 0) parts.push(broadcast(slice(x, axis, size - 1, size), x.shape.with(axis, after)));
  return concat(parts, axis);
}

/** The size of the axis to be padded, after checks. */
function paddedAxis(where: string, x: Tensor, axis: number, before: number, after: number): number {
  const position = normalizeAxis(axis, x.shape, where);
  requireWhole(where, 'amounts', 0, [before, after]);
  requireClosed(where, x.shape, position, 'padded');
  return x.shape[position]!;
}

/**
 * Mean over windows of [N, C, H, W]; windows touch when `stride` is left out. Zero padding counts towards the mean unless
 * `countPadding` is false: then each window is averaged over its part of the image, as TensorFlow does.
 */
export function averagePool(
  x: Tensor,
  window: number,
  { stride = window, padding = 0, countPadding = true } = {},
): Tensor {
  const [batch, channels, height, width] = imageShape(x, 'averagePool');
  requireWhole('averagePool', 'the window', 1, [window]);
  if (stride === window && padding === 0 && height % window === 0 && width % window === 0) {
    const tiles = [batch, channels, height / window, window, width / window, window];
    return mean(reshape(x, tiles), { axes: [3, 5] });
  }
  if (countPadding || padding === 0) {
    return filterChannels(x, full([1, 1, window, window], 1 / window ** 2), { stride, padding });
  }
  if (padding >= window) {
    throw new ShapeError(
      `averagePool: padding ${padding} must be less than the window ${window}, or a window would hold padding alone`,
    );
  }
  const ones = full([1, 1, window, window], 1);
  const counts = conv(full([1, 1, height, width], 1), ones, { stride, padding });
  return div(filterChannels(x, ones, { stride, padding }), counts);
}

/** Every pixel of [N, C, H, W] repeated `factor` times both ways. */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = imageShape(x, 'upsampleNearest');
  requireWhole('upsampleNearest', 'the factor', 1, [factor]);
  const spread = broadcast(reshape(x, [batch, channels, height, 1, width, 1]), [
    batch,
    channels,
    height,
    factor,
    width,
    factor,
  ]);
  return reshape(spread, [batch, channels, height * factor, width * factor]);
}

/**
 * Resizes [N, C, H, W] as PyTorch's interpolate does. Resampling is linear along each axis, so it is written as two
 * matrix products, which makes any size and any order of gradient right by construction.
 */
export function resize(
  x: Tensor,
  [height, width]: readonly [number, number],
  mode: 'nearest' | 'bilinear' = 'bilinear',
  { alignCorners = false } = {},
): Tensor {
  const [, , fromHeight, fromWidth] = imageShape(x, 'resize');
  requireWhole('resize', 'the size', 1, [height, width]);
  const rows = resizeMatrix(fromHeight, height, mode, alignCorners);
  const columns = resizeMatrix(fromWidth, width, mode, alignCorners);
  return matmul(matmul(rows, x), columns, { transposeB: true });
}

/** Weights [to, from] of each source pixel in each target pixel. */
function resizeMatrix(from: number, to: number, mode: 'nearest' | 'bilinear', alignCorners: boolean): Tensor {
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    if (mode === 'nearest') {
      weights[i * from + Math.min(Math.floor((i * from) / to), from - 1)] = 1;
      continue;
    }
    const scale = alignCorners ? (to > 1 ? (from - 1) / (to - 1) : 0) : from / to;
    const position = alignCorners ? i * scale : Math.max((i + 0.5) * scale - 0.5, 0);
    const low = Math.min(Math.floor(position), from - 1);
    const high = Math.min(low + 1, from - 1);
    weights[i * from + low]! += 1 - (position - low);
    weights[i * from + high]! += position - low;
  }
  return tensor(weights, [to, from]);
}

/** [N, C r^2, H, W] to [N, C, H r, W r] (Shi et al. 2016, arXiv:1609.05158, equation 4). */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = imageShape(x, 'pixelShuffle');
  if (channels % factor ** 2 !== 0) {
    throw new ShapeError(`pixelShuffle: ${channels} channels do not divide by ${factor} squared`);
  }
  const kept = channels / factor ** 2;
  const split = reshape(x, [batch, kept, factor, factor, height, width]);
  return reshape(transpose(split, [0, 1, 4, 2, 5, 3]), [batch, kept, height * factor, width * factor]);
}

/**
 * Zero insertion, padding, FIR filtering and decimation in one (upfirdn2d of StyleGAN2, arXiv:1912.04958, appendix B).
 * `kernel` is a separable 1-D filter, applied both ways and flipped as convolution demands; it is used as it is, so one
 * that keeps brightness sums to 1. Padding counts in samples of the upsampled image, [before, after] on both axes. `gain`
 * multiplies the result: factor squared makes up for inserted zeros.
 *
 * Small images are multiplied by a banded matrix along each axis: more arithmetic than a filter of every channel by itself, but
 * in the runtime's fastest kernel, forwards and backwards.
 */
export function filterResample(
  x: Tensor,
  kernel: readonly number[],
  { up = 1, down = 1, padding = [0, 0] as readonly [number, number], gain = 1 } = {},
): Tensor {
  const [, , height, width] = imageShape(x, 'filterResample');
  requireWhole('filterResample', 'factors', 1, [up, down]);
  const taps = kernel.toReversed();
  const [before, after] = padding;
  if (Math.max(height, width) <= (up === 1 ? LARGEST_BANDED : 2 * LARGEST_BANDED)) {
    const along = (size: number, gain: number) => bandedMatrix(size, taps, { up, down, before, after, gain });
    return matmul(matmul(along(height, gain), x), along(width, 1), { transposeB: true });
  }
  const outer = taps.flatMap((a) => taps.map((b) => a * b * gain));
  const weight = tensor(Float64Array.from(outer), [1, 1, taps.length, taps.length]);
  const spread = up === 1 ? x : insertZeros(x, up);
  return filterChannels(spread, weight, { stride: down, padding: [before, before, after, after] });
}

/** Side up to which a filter is faster as a matrix; twice that where a convolution would read inserted zeros (measured). */
const LARGEST_BANDED = 64;

/** One axis of `filterResample` as a matrix [to, from]. */
function bandedMatrix(
  from: number,
  taps: readonly number[],
  { up, down, before, after, gain }: Record<'up' | 'down' | 'before' | 'after' | 'gain', number>,
): Tensor {
  const to = Math.floor((from * up + before + after - taps.length) / down) + 1;
  if (to < 1) {
    throw new ShapeError(
      `filterResample: ${taps.length} taps do not fit a padded side of ${from * up + before + after}`,
    );
  }
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    taps.forEach((tap, k) => {
      const place = i * down + k - before; // in the upsampled image
      const isPixel = place >= 0 && place < from * up && place % up === 0;
      if (isPixel) weights[i * from + place / up]! += tap * gain;
    });
  }
  return tensor(weights, [to, from]);
}

/** Each pixel followed by factor - 1 zeros, both ways. */
function insertZeros(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = imageShape(x, 'insertZeros');
  const pixels = reshape(x, [batch, channels, height, 1, width, 1]);
  const spread = pad(pad(pixels, 3, 0, factor - 1), 5, 0, factor - 1);
  return reshape(spread, [batch, channels, height * factor, width * factor]);
}

/** Applies one filter [1, 1, kh, kw] to every channel by itself. */
function filterChannels(x: Tensor, filter: Tensor, options: ConvOptions): Tensor {
  const channels = x.shape[1]!;
  const weight = broadcast(filter, [channels, ...filter.shape.slice(1)]);
  return conv(x, weight, { ...options, groups: channels });
}

function imageShape(x: Tensor, where: string): [number, number, number, number] {
  if (x.shape.length !== 4)
    throw new ShapeError(`${where}: expects images [N, C, H, W], not ${formatShape(x.shape)}`);
  return x.shape as unknown as [number, number, number, number];
}
