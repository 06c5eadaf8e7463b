import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker, type OnnxBuilder } from '../op.ts';
import { formatShape, type Shape, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  addTo,
  convShape,
  eachProduct,
  type Geometry,
  isWholeImage,
  onnxGeometry,
  requireClosedBatch,
} from './convGeometry.ts';
import { rand } from './sample.ts';

// The three operations below are linear in each operand and differentiate into each other, so convolution is closed
// under differentiation of any order.

const convNode: NodeMaker<Geometry> = defineOp<Geometry>('conv', {
  infer: ([x, weight], geometry) => ({
    shape: convShape(x!.shape, weight!.shape, geometry),
    dtype: 'float32',
  }),
  grad: ({ gy, inputs: [x, weight], attributes }) => [
    convInputNode([gy, weight!], { ...attributes, size: x!.shape.slice(2) }),
    convWeightNode([x!, gy], { ...attributes, kernel: weight!.shape.slice(2) }),
  ],
  onnx: [
    {
      name: 'gemm',
      fits: ({ inputs: [x, weight] }, geometry) => isWholeImage(x!.shape, weight!.shape, geometry),
      emit(b, [x, weight], _, node) {
        const rows = asRows(b, weight!, node.inputs[1]!.shape);
        const y = b.node('Gemm', [asRows(b, x!, node.inputs[0]!.shape), rows], { transB: 1 });
        return b.node('Reshape', [y, b.ints(node.shape)]);
      },
    },
    { name: 'conv', emit: (b, inputs, geometry) => b.node('Conv', inputs, onnxGeometry(geometry)) },
  ],
  eval([x, weight], geometry, out) {
    eachProduct(x!.shape, weight!.shape, out.shape, geometry, (i, j, k) =>
      addTo(out, k, x!.data[i]! * weight!.data[j]!),
    );
  },
  samples: () =>
    cases.map(({ x, weight, geometry }) => ({ inputs: [rand(x), rand(weight)], attributes: geometry })),
});

type InputAdjoint = Geometry & { size: readonly number[] };

/** Adjoint in the input, the "transposed convolution": cotangent [N, K, OH, OW] and weight [K, C, kh, kw] to [N, C, H, W]. */
const convInputNode: NodeMaker<InputAdjoint> = defineOp<InputAdjoint>('convInput', {
  infer([gy, weight], { size, ...geometry }) {
    const shape = [gy!.shape[0]!, weight!.shape[1]! * geometry.groups, size[0]!, size[1]!];
    const forward = convShape(shape, weight!.shape, geometry, 'transposed conv');
    if (!sameShape(forward, gy!.shape)) {
      throw new ShapeError(
        `transposed conv: ${formatShape(gy!.shape)} is not what the convolution of ${formatShape(shape)} by ${formatShape(weight!.shape)} gives, ${formatShape(forward)}`,
      );
    }
    return { shape, dtype: 'float32' };
  },
  grad: ({ gy, inputs: [y, weight], attributes: { size: _, ...geometry } }) => [
    convNode([gy, weight!], geometry),
    convWeightNode([gy, y!], { ...geometry, kernel: weight!.shape.slice(2) }),
  ],
  onnx: [
    {
      name: 'gemm',
      fits: (node, geometry) => isWholeImage(node.shape, node.inputs[1]!.shape, geometry),
      emit(b, [gy, weight], _, node) {
        const rows = asRows(b, weight!, node.inputs[1]!.shape);
        const x = b.node('Gemm', [asRows(b, gy!, node.inputs[0]!.shape), rows]);
        return b.node('Reshape', [x, b.ints(node.shape)]);
      },
    },
    {
      name: 'convTranspose',
      emit(b, inputs, { size, ...geometry }, node) {
        const { stride, padding, dilation } = geometry;
        const [gy, weight] = node.inputs.map((x) => x.shape);
        // Rows and columns of the input that no kernel position reached.
        const unreached = [0, 1].map((axis) => {
          const reach = (weight![axis + 2]! - 1) * dilation[axis]! + 1;
          return (
            size[axis]! + padding[axis]! + padding[axis + 2]! - stride[axis]! * (gy![axis + 2]! - 1) - reach
          );
        });
        return b.node('ConvTranspose', inputs, { ...onnxGeometry(geometry), output_padding: unreached });
      },
    },
  ],
  eval([gy, weight], { size: _, ...geometry }, out) {
    eachProduct(out.shape, weight!.shape, gy!.shape, geometry, (i, j, k) =>
      addTo(out, i, gy!.data[k]! * weight!.data[j]!),
    );
  },
  samples: () =>
    cases.map(({ x, weight, geometry }) => ({
      inputs: [rand(convShape(x, weight, geometry)), rand(weight)],
      attributes: { ...geometry, size: x.slice(2) },
    })),
});

type WeightAdjoint = Geometry & { kernel: readonly number[] };

/** Adjoint in the weight: input [N, C, H, W] and cotangent [N, K, OH, OW] to [K, C / groups, kh, kw]. */
const convWeightNode: NodeMaker<WeightAdjoint> = defineOp<WeightAdjoint>('convWeight', {
  infer([x, gy], { kernel, ...geometry }) {
    requireClosedBatch(x!.shape, 'gradient of conv');
    const shape = [gy!.shape[1]!, x!.shape[1]! / geometry.groups, kernel[0]!, kernel[1]!];
    const forward = convShape(x!.shape, shape, geometry, 'gradient of conv');
    if (!sameShape(forward, gy!.shape)) {
      throw new ShapeError(
        `gradient of conv: cotangent ${formatShape(gy!.shape)} does not fit ${formatShape(forward)}`,
      );
    }
    return { shape, dtype: 'float32' };
  },
  grad: ({ gy, inputs: [x, y], attributes: { kernel: _, ...geometry } }) => [
    convInputNode([y!, gy], { ...geometry, size: x!.shape.slice(2) }),
    convNode([x!, gy], geometry),
  ],
  onnx: [
    {
      name: 'gemm',
      fits: (node, geometry) => isWholeImage(node.inputs[0]!.shape, node.shape, geometry),
      emit(b, [x, gy], _, node) {
        const [xRows, gyRows] = [asRows(b, x!, node.inputs[0]!.shape), asRows(b, gy!, node.inputs[1]!.shape)];
        return b.node('Reshape', [b.node('Gemm', [gyRows, xRows], { transA: 1 }), b.ints(node.shape)]);
      },
    },
    {
      // Rows of few channels make the gather of patches slow; eight channels is where the two forms were seen to meet.
      name: 'patches',
      fits: ({ inputs: [x] }, { groups }) => groups === 1 && x!.shape[1]! >= 8,
      emit: emitWeightByPatches,
    },
    { name: 'dilated', emit: emitWeightByDilation },
  ],
  eval([x, gy], { kernel: _, ...geometry }, out) {
    eachProduct(x!.shape, out.shape, gy!.shape, geometry, (i, j, k) =>
      addTo(out, j, x!.data[i]! * gy!.data[k]!),
    );
  },
  samples: () =>
    cases.map(({ x, weight, geometry }) => ({
      inputs: [rand(x), rand(convShape(x, weight, geometry))],
      attributes: { ...geometry, kernel: weight.slice(2) },
    })),
});

const asRows = (b: OnnxBuilder, x: string, shape: Shape): string =>
  b.node('Reshape', [x, b.ints([shape[0]!, sizeOf(shape.slice(1))])]);

/** Gathers the patch of every output position as a row, channels innermost, and multiplies once by the cotangent. */
function emitWeightByPatches(
  b: OnnxBuilder,
  inputs: readonly string[],
  { padding, stride, dilation }: WeightAdjoint,
  node: Tensor,
): string {
  const [batch, channels, height, width] = node.inputs[0]!.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = node.inputs[1]!.shape as [number, number, number, number];
  const [outputs, , kernelHeight, kernelWidth] = node.shape as [number, number, number, number];
  const paddedHeight = height + padding[0] + padding[2];
  const paddedWidth = width + padding[1] + padding[3];
  const taps = kernelHeight * kernelWidth;

  const rows = new Int32Array(batch * outHeight * outWidth * taps);
  let at = 0;
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let i = 0; i < kernelHeight; i++)
          for (let j = 0; j < kernelWidth; j++) {
            const row = oy * stride[0] + i * dilation[0];
            rows[at++] = (n * paddedHeight + row) * paddedWidth + ox * stride[1] + j * dilation[1];
          }

  const padded = padding.some((amount) => amount > 0)
    ? b.node('Pad', [inputs[0]!, b.ints([0, 0, padding[0], padding[1], 0, 0, padding[2], padding[3]])])
    : inputs[0]!;
  const pixels = b.node('Reshape', [
    b.node('Transpose', [padded], { perm: [0, 2, 3, 1] }),
    b.ints([batch * paddedHeight * paddedWidth, channels]),
  ]);
  const patches = b.node('Reshape', [
    b.node('Gather', [pixels, b.indices(rows, [rows.length])], { axis: 0 }),
    b.ints([batch * outHeight * outWidth, taps * channels]),
  ]);
  const cotangent = b.node('Reshape', [
    b.node('Transpose', [inputs[1]!], { perm: [0, 2, 3, 1] }),
    b.ints([batch * outHeight * outWidth, outputs]),
  ]);
  const product = b.node('Gemm', [patches, cotangent], { transA: 1 }); // [taps * C, K]
  // Two permutations of one axis each are several times faster in the runtime than one of four axes.
  const byOutput = b.node('Reshape', [
    b.node('Transpose', [product], { perm: [1, 0] }),
    b.ints([outputs, taps, channels]),
  ]);
  return b.node('Reshape', [b.node('Transpose', [byOutput], { perm: [0, 2, 1] }), b.ints(node.shape)]);
}

/** A convolution over the batch: channels play the batch, the cotangent plays the kernel, stride and dilation swap. */
function emitWeightByDilation(
  b: OnnxBuilder,
  inputs: readonly string[],
  { padding, stride, dilation, groups }: WeightAdjoint,
  node: Tensor,
): string {
  const [batch, channels, height, width] = node.inputs[0]!.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = node.inputs[1]!.shape as [number, number, number, number];
  const [outputs, perGroup, kernelHeight, kernelWidth] = node.shape as [number, number, number, number];
  // [N, G, C/G, H, W] to [C/G, G * N, H, W]
  const split = b.node('Reshape', [inputs[0]!, b.ints([batch, groups, perGroup, height, width])]);
  const x = b.node('Reshape', [
    b.node('Transpose', [split], { perm: [2, 1, 0, 3, 4] }),
    b.ints([channels / groups, groups * batch, height, width]),
  ]);
  const kernel = b.node('Transpose', [inputs[1]!], { perm: [1, 0, 2, 3] }); // [K, N, OH, OW]
  // Bottom and right padding are set so that exactly the wanted taps come out, remainders of the stride cut off.
  const end = (size: number, out: number, taps: number, axis: 0 | 1) =>
    (out - 1) * stride[axis] + 1 + (taps - 1) * dilation[axis] - size - padding[axis];
  const bottom = end(height, outHeight, kernelHeight, 0);
  const right = end(width, outWidth, kernelWidth, 1);
  const cropped = crop(b, x, 2, height, bottom);
  const product = b.node('Conv', [crop(b, cropped, 3, width, right), kernel], {
    strides: dilation,
    dilations: stride,
    pads: [padding[0], padding[1], Math.max(bottom, 0), Math.max(right, 0)],
    group: groups,
  }); // [C/G, K, kh, kw]
  return b.node('Reshape', [
    b.node('Transpose', [product], { perm: [1, 0, 2, 3] }),
    b.ints([outputs, perGroup, kernelHeight, kernelWidth]),
  ]);
}

const crop = (b: OnnxBuilder, x: string, axis: number, size: number, end: number): string =>
  end >= 0 ? x : b.node('Slice', [x, b.ints([0]), b.ints([size + end]), b.ints([axis])]);

const cases: { x: Shape; weight: Shape; geometry: Geometry }[] = [
  {
    x: [2, 3, 5, 6],
    weight: [4, 3, 3, 2],
    geometry: { stride: [1, 1], padding: [1, 0, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    // A stride that leaves a remainder.
    x: [2, 3, 8, 7],
    weight: [2, 3, 4, 4],
    geometry: { stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    x: [2, 9, 6, 5],
    weight: [3, 9, 3, 3],
    geometry: { stride: [2, 1], padding: [0, 1, 2, 1], dilation: [1, 2], groups: 1 },
  },
  {
    x: [2, 4, 7, 6],
    weight: [6, 2, 3, 2],
    geometry: { stride: [3, 2], padding: [1, 0, 0, 1], dilation: [2, 1], groups: 2 },
  },
  {
    // Depthwise.
    x: [1, 3, 5, 5],
    weight: [3, 1, 3, 3],
    geometry: { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 3 },
  },
  {
    // The kernel covers the whole image.
    x: [3, 2, 4, 3],
    weight: [5, 2, 4, 3],
    geometry: { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
  },
];

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

function geometryOf({ stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions): Geometry {
  const pair = (value: number | readonly [number, number]): readonly [number, number] =>
    typeof value === 'number' ? [value, value] : value;
  const sides = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding;
  return { stride: pair(stride), padding: sides, dilation: pair(dilation), groups };
}

/** Cross-correlation of x [N, C, H, W] with weight [K, C / groups, kh, kw]: PyTorch's conv2d. */
export const conv = (x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor =>
  convNode([x, weight], geometryOf(options));

/**
 * Transposed convolution of x [N, K, h, w] with weight [K, C / groups, kh, kw]: PyTorch's conv_transpose2d.
 * `outputPadding` adds rows and columns at the bottom and right that no kernel position starts in.
 */
export function convTranspose(
  x: Tensor,
  weight: Tensor,
  { outputPadding = 0, ...options }: ConvOptions & { outputPadding?: number } = {},
): Tensor {
  const geometry = geometryOf(options);
  const { stride, padding, dilation } = geometry;
  const size = [0, 1].map(
    (axis) =>
      (x.shape[axis + 2]! - 1) * stride[axis]! +
      (weight.shape[axis + 2]! - 1) * dilation[axis]! +
      1 -
      padding[axis]! -
      padding[axis + 2]! +
      outputPadding,
  );
  return convInputNode([x, weight], { ...geometry, size });
}

export const convOperations = [convNode.operation, convInputNode.operation, convWeightNode.operation];
