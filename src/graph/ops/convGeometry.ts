import { ShapeError } from '../../base/errors.ts';
import type { Value } from '../op.ts';
import { formatShape, OPEN, type Shape } from '../shape.ts';

/** How a 2-D convolution moves over its input. Sizes are [height, width]; padding is [top, left, bottom, right]. */
export type Geometry = {
  stride: readonly [number, number];
  padding: readonly [number, number, number, number];
  dilation: readonly [number, number];
  groups: number;
};

/** Positions a kernel takes along one axis. */
function outputSize(size: number, kernel: number, axis: 0 | 1, geometry: Geometry): number {
  const { stride, padding, dilation } = geometry;
  const reach = (kernel - 1) * dilation[axis] + 1;
  return Math.floor((size + padding[axis] + padding[axis + 2]! - reach) / stride[axis]) + 1;
}

/** Shape of conv(x, weight): x [N, C, H, W], weight [K, C / groups, kh, kw], result [N, K, OH, OW]. */
export function convShape(x: Shape, weight: Shape, geometry: Geometry, where = 'conv'): number[] {
  if (x.length !== 4 || weight.length !== 4) {
    throw new ShapeError(
      `${where}: expects an input [N, C, H, W] and a weight [K, C, kh, kw], not ${formatShape(x)} and ${formatShape(weight)}`,
    );
  }
  const { groups } = geometry;
  if (x[1] !== weight[1]! * groups || weight[0]! % groups !== 0) {
    throw new ShapeError(
      `${where}: weight ${formatShape(weight)} in ${groups} group(s) does not fit input ${formatShape(x)}, which has ${x[1]} channels`,
    );
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

/** True when the kernel covers the whole unpadded input, so that the convolution is one matrix product. */
export const isWholeImage = (x: Shape, weight: Shape, { padding, dilation, groups }: Geometry): boolean =>
  groups === 1 &&
  x[2] === weight[2] &&
  x[3] === weight[3] &&
  padding.every((amount) => amount === 0) &&
  dilation.every((amount) => amount === 1);

/**
 * Visits every product of a convolution y[yIndex] += x[xIndex] * w[wIndex]; its two adjoints visit the same triples and
 * add to x or w instead.
 */
export function eachProduct(
  x: Shape,
  weight: Shape,
  y: Shape,
  { stride, padding, dilation, groups }: Geometry,
  visit: (xIndex: number, wIndex: number, yIndex: number) => void,
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
            for (let oy = 0; oy < outHeight; oy++) {
              const row = oy * stride[0] + i * dilation[0] - padding[0];
              if (row < 0 || row >= height) continue;
              const yRow = ((n * outputs + k) * outHeight + oy) * outWidth;
              for (let ox = 0; ox < outWidth; ox++) {
                const column = ox * stride[1] + j * dilation[1] - padding[1];
                if (column >= 0 && column < width) visit(xPlane + row * width + column, wIndex, yRow + ox);
              }
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

export const addTo = (value: Value, index: number, amount: number): void => {
  value.data[index] = value.data[index]! + amount;
};

/** Refuses an open batch where an operation sums over it. */
export function requireClosedBatch(x: Shape, where: string): void {
  if (x[0] === OPEN) throw new ShapeError(`${where}: needs a fixed batch size`);
}
