import { ShapeError } from '../../base/errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { requireWhole } from './checks.ts';

/** How a 2-D convolution moves over its input. Sizes are [height, width]; padding is [top, left, bottom, right]. */
export type Geometry = {
  stride: readonly [number, number];
  padding: readonly [number, number, number, number];
  dilation: readonly [number, number];
  groups: number;
};

export interface ConvOptions {
  /** Step between positions, one number or [vertical, horizontal]. Default 1. */
  stride?: number | readonly [number, number];
  /** Zeros around the image: one number, or [top, left, bottom, right]. Default 0. */
  padding?: number | readonly [number, number, number, number];
  /** Distance between the taps of the kernel. Default 1. */
  dilation?: number | readonly [number, number];
  /** Channels are split into this many independent groups. Default 1. */
  groups?: number;
}

export const pairOf = (value: number | readonly [number, number]): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

export function geometryOf(options: ConvOptions, where: string): Geometry {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const sides = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding;
  const geometry = { stride: pairOf(stride), padding: sides, dilation: pairOf(dilation), groups };
  requireWhole(where, 'the stride', 1, geometry.stride);
  requireWhole(where, 'the padding', 0, geometry.padding);
  requireWhole(where, 'the dilation', 1, geometry.dilation);
  requireWhole(where, 'the number of groups', 1, [groups]);
  return geometry;
}

/** Positions a kernel takes along one axis. */
function outputSize(size: number, kernel: number, axis: 0 | 1, geometry: Geometry): number {
  const { stride, padding, dilation } = geometry;
  const reach = (kernel - 1) * dilation[axis] + 1;
  return Math.floor((size + padding[axis] + padding[axis + 2]! - reach) / stride[axis]) + 1;
}

/** Shape of conv(x, weight): x [N, C, H, W], weight [K, C / groups, kh, kw], result [N, K, OH, OW]. */
export function convShape(x: Shape, weight: Shape, geometry: Geometry, where = 'conv'): number[] {
  requireImages(x, weight, where);
  const { groups } = geometry;
  if (x[1] !== weight[1]! * groups) {
    throw new ShapeError(
      `${where}: weight ${formatShape(weight)} in ${groups} group(s) does not fit input ${formatShape(x)}, which has ${x[1]} channels`,
    );
  }
  if (weight[0]! % groups !== 0) {
    throw new ShapeError(`${where}: ${weight[0]} channels do not divide into ${groups} groups`);
  }
  const height = outputSize(x[2]!, weight[2]!, 0, geometry);
  const width = outputSize(x[3]!, weight[3]!, 1, geometry);
  if (height < 1 || width < 1) {
    throw new ShapeError(
      `${where}: a kernel of ${weight[2]}x${weight[3]} does not fit into ${formatShape(x)} with padding [${geometry.padding.join(', ')}]`,
    );
  }
  return [x[0]!, weight[0]!, height, width];
}

/** Height and width of a transposed convolution of x [N, K, h, w] by weight [K, C / groups, kh, kw]. */
export function transposedSize(
  x: Shape,
  weight: Shape,
  { stride, padding, dilation }: Geometry,
  outputPadding: readonly [number, number],
): number[] {
  const where = 'transposed conv';
  requireImages(x, weight, where);
  if (x[1] !== weight[0]) {
    throw new ShapeError(
      `${where}: weight ${formatShape(weight)} does not fit input ${formatShape(x)}, which has ${x[1]} channels`,
    );
  }
  requireWhole(where, 'outputPadding', 0, outputPadding);
  if (outputPadding.some((amount, axis) => amount >= stride[axis]!)) {
    throw new ShapeError(
      `${where}: outputPadding [${outputPadding.join(', ')}] must be less than the stride [${stride.join(', ')}]`,
    );
  }
  const size = outputPadding.map((extra, axis) => {
    const reach = (weight[axis + 2]! - 1) * dilation[axis]! + 1;
    const cut = padding[axis]! + padding[axis + 2]!;
    return (x[axis + 2]! - 1) * stride[axis]! + reach - cut + extra;
  });
  if (size.some((length) => length < 0)) {
    throw new ShapeError(
      `${where}: padding [${padding.join(', ')}] cuts off more than ${formatShape(x)} by ${formatShape(weight)} gives`,
    );
  }
  return size;
}

function requireImages(x: Shape, weight: Shape, where: string): void {
  if (x.length !== 4 || weight.length !== 4) {
    throw new ShapeError(
      `${where}: expects an input [N, C, H, W] and a weight [K, C, kh, kw], not ${formatShape(x)} and ${formatShape(weight)}`,
    );
  }
}

/** True when the kernel covers the whole unpadded input, so that the convolution is one matrix product. */
export const isWholeImage = (x: Shape, weight: Shape, { padding, dilation, groups }: Geometry): boolean =>
  groups === 1 &&
  x[2] === weight[2] &&
  x[3] === weight[3] &&
  padding.every((amount) => amount === 0) &&
  dilation.every((amount) => amount === 1);

/**
 * Visits the products y[yStart + t] += x[xStart + t * stride] * w[wIndex], t < count, of a convolution, row by row; its
 * two adjoints visit the same products and add to x or w instead. `stride` is the horizontal one.
 */
export function eachRow(
  x: Shape,
  weight: Shape,
  y: Shape,
  { stride, padding, dilation, groups }: Geometry,
  visit: (xStart: number, wIndex: number, yStart: number, count: number) => void,
): void {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [outputs, inputsPerGroup, kernelHeight, kernelWidth] = weight as [number, number, number, number];
  const [, , outHeight, outWidth] = y as [number, number, number, number];
  const outputsPerGroup = outputs / groups;
  for (let n = 0; n < batch; n++) {
    for (let k = 0; k < outputs; k++) {
      const firstChannel = Math.floor(k / outputsPerGroup) * inputsPerGroup;
      for (let c = 0; c < inputsPerGroup; c++) {
        const xPlane = (n * channels + firstChannel + c) * height * width;
        for (let i = 0; i < kernelHeight; i++) {
          for (let j = 0; j < kernelWidth; j++) {
            const wIndex = ((k * inputsPerGroup + c) * kernelHeight + i) * kernelWidth + j;
            // Output columns whose tap j lies inside the image.
            const shift = j * dilation[1] - padding[1];
            const first = Math.max(0, Math.ceil(-shift / stride[1]));
            const count = Math.min(outWidth, Math.ceil((width - shift) / stride[1])) - first;
            for (let oy = 0; oy < outHeight; oy++) {
              const row = oy * stride[0] + i * dilation[0] - padding[0];
              if (row < 0 || row >= height) continue;
              const yRow = ((n * outputs + k) * outHeight + oy) * outWidth;
              visit(xPlane + row * width + first * stride[1] + shift, wIndex, yRow + first, count);
            }
          }
        }
      }
    }
  }
}

/** ONNX attributes of a convolution. */
export const onnxGeometry = ({ stride, padding, dilation, groups }: Geometry) => ({
  strides: stride,
  pads: padding,
  dilations: dilation,
  group: groups,
});
