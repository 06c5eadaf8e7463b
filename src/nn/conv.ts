import { ShapeError } from '../base/errors.ts';
import { conv, convTranspose, pad, type Tensor } from '../graph/index.ts';
import { addBias, expectCount, expectLayout, type WeightOptions, weightParam } from './parameters.ts';
import type { Scope } from './scope.ts';

/** One number for both axes, or [vertical, horizontal]. */
export type PerAxis = number | readonly [number, number];

export interface ConvLayerOptions extends WeightOptions {
  /** Channels of the result. */
  channels: number;
  kernel: PerAxis;
  /** Step between positions. Default 1. */
  stride?: PerAxis;
  /** Zeros around the image. Default 0. */
  padding?: PerAxis;
  /** Distance between the taps of the kernel. Default 1. */
  dilation?: PerAxis;
  /** Channels are split into this many independent groups. Default 1. */
  groups?: number;
}

export interface ConvTransposeLayerOptions extends ConvLayerOptions {
  /** Rows and columns added at the bottom and right, smaller than the stride or the dilation. Default 0. */
  outputPadding?: PerAxis;
}

const pair = (value: PerAxis): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

/**
 * Cross-correlation of [B, C, H, W] with `weight` [channels, C / groups, kh, kw], plus `bias` [channels]: PyTorch's
 * Conv2d.
 *
 * @throws ShapeError when x is no image, or groups or kernel do not fit it.
 */
export const conv2d = (scope: Scope, name: string, x: Tensor, options: ConvLayerOptions): Tensor =>
  scope.in(name, (scope) => {
    const { kernel, inputs, groups } = check('conv2d', x, options);
    const shape = [options.channels, inputs / groups, ...kernel];
    const [vertical, horizontal] = pair(options.padding ?? 0);
    const y = conv(x, weightParam(scope, shape, options), {
      stride: options.stride ?? 1,
      padding: [vertical, horizontal, vertical, horizontal],
      dilation: options.dilation ?? 1,
      groups,
    });
    return addBias(scope, y, shape, options);
  });

/**
 * Transposed convolution of [B, C, H, W] with `weight` [C, channels / groups, kh, kw], plus `bias` [channels]:
 * PyTorch's ConvTranspose2d. Each side becomes (size - 1) stride + (kernel - 1) dilation + 1 - 2 padding + outputPadding.
 *
 * @throws ShapeError when x is no image, groups do not divide the channels, or outputPadding is too large.
 */
export const convTranspose2d = (
  scope: Scope,
  name: string,
  x: Tensor,
  options: ConvTransposeLayerOptions,
): Tensor =>
  scope.in(name, (scope) => {
    const { kernel, inputs, groups } = check('convTranspose2d', x, options);
    const { padding, extra } = transposedPadding(options);
    const shape = [inputs, options.channels / groups, ...kernel];
    const y = convTranspose(x, weightParam(scope, shape, options, 1), {
      stride: options.stride ?? 1,
      padding,
      dilation: options.dilation ?? 1,
      groups,
    });
    const extended = extra.reduce((y, rows, axis) => (rows > 0 ? pad(y, axis + 2, 0, rows) : y), y);
    return addBias(scope, extended, shape, options);
  });

/**
 * Padding crops a transposed convolution's result, so rows added at the bottom are rows not cropped there. Rows beyond
 * the uncropped result are out of every kernel's reach: zeros.
 */
function transposedPadding({
  stride = 1,
  padding = 0,
  dilation = 1,
  outputPadding = 0,
}: ConvTransposeLayerOptions): {
  padding: readonly [number, number, number, number];
  extra: readonly [number, number];
} {
  const added = pair(outputPadding);
  const cropped = pair(padding);
  for (const axis of [0, 1] as const) {
    const limit = Math.max(pair(stride)[axis], pair(dilation)[axis]);
    if (!(Number.isInteger(added[axis]) && added[axis] >= 0 && added[axis] < limit)) {
      throw new ShapeError(
        `convTranspose2d: outputPadding must be a whole number below the larger of stride and dilation, ${limit}, ` +
          `not ${added[axis]}`,
      );
    }
  }
  const after = ([0, 1] as const).map((axis) => cropped[axis] - added[axis]) as [number, number];
  return {
    padding: [cropped[0], cropped[1], Math.max(after[0], 0), Math.max(after[1], 0)],
    extra: [Math.max(-after[0], 0), Math.max(-after[1], 0)],
  };
}

function check(where: string, x: Tensor, { channels, kernel, groups = 1 }: ConvLayerOptions) {
  expectLayout(x, where, ['[B, C, H, W]'], 'reshape it to images first');
  const sizes = pair(kernel);
  for (const size of sizes) expectCount(size, where, 'kernel');
  expectCount(channels, where, 'channels');
  expectCount(groups, where, 'groups');
  const inputs = x.shape[1]!;
  if (inputs % groups !== 0 || channels % groups !== 0) {
    throw new ShapeError(
      `${where}: ${groups} groups must divide the ${inputs} channels of the input and the ${channels} of the result`,
    );
  }
  return { kernel: sizes, inputs, groups };
}
