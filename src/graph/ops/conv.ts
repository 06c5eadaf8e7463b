import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker, type OnnxBuilder } from '../op.ts';
import { formatShape, type Shape, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { requireClosed, requireFloat } from './checks.ts';
import { convCases } from './convCases.ts';
import { emitInputFlipped, emitWeightFlipped, fitsFlipped } from './convFlippedOnnx.ts';
import {
  type ConvOptions,
  convShape,
  eachRow,
  type Geometry,
  geometryOf,
  isWholeImage,
  onnxGeometry,
  pairOf,
  transposedSize,
} from './convGeometry.ts';
import { emitWeightByDilation, emitWeightByPatches, type WeightAdjoint } from './convWeightOnnx.ts';
import { winogradForms } from './convWinogradOnnx.ts';
import { rand } from './sample.ts';

// The three operations below are linear in each operand and differentiate into each other, so convolution is closed
// under differentiation of any order.

/**
 * Channels below which forms that make rows, or results, of them are slow, such as the gather of patches: where the forms were seen to
 * meet.
 */
const FEW_CHANNELS = 8;

const [tilesOf4, tilesOf2] = [winogradForms(4), winogradForms(2)];

const convNode: NodeMaker<Geometry> = defineOp<Geometry>('conv', {
  infer([x, weight], geometry) {
    requireFloat('conv', x!, weight!);
    return { shape: convShape(x!.shape, weight!.shape, geometry), dtype: 'float32' };
  },
  grad: ({ gy, inputs: [x, weight], attributes }) => [
    convInputNode([gy, weight!], { ...attributes, size: x!.shape.slice(2) }),
    convWeightNode([x!, gy], { ...attributes, kernel: weight!.shape.slice(2) }),
  ],
  flops: ({ shape, inputs: [, weight] }) => flopsOf(shape, weight!.shape),
  terms: ({ inputs: [, weight] }) => sizeOf(weight!.shape.slice(1)),
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
    tilesOf4.conv,
    tilesOf2.conv,
    { name: 'conv', emit: (b, inputs, geometry) => b.node('Conv', inputs, onnxGeometry(geometry)) },
  ],
  eval([x, weight], geometry, out) {
    const [from, to] = [x!.data, out.data];
    to.fill(0);
    const step = geometry.stride[1];
    eachRow(x!.shape, weight!.shape, out.shape, geometry, (xStart, wIndex, yStart, count) => {
      const w = weight!.data[wIndex]!;
      for (let t = 0; t < count; t++) to[yStart + t]! += w * from[xStart + t * step]!;
    });
  },
  samples: () =>
    convCases.map(({ x, weight, geometry }) => ({ inputs: [rand(x), rand(weight)], attributes: geometry })),
});

type InputAdjoint = Geometry & { size: readonly number[] };

/** Adjoint in the input, the "transposed convolution": cotangent [N, K, OH, OW] and weight [K, C, kh, kw] to [N, C, H, W]. */
const convInputNode: NodeMaker<InputAdjoint> = defineOp<InputAdjoint>('convInput', {
  infer([gy, weight], { size, ...geometry }) {
    requireFloat('transposed conv', gy!, weight!);
    const shape = [gy!.shape[0]!, weight!.shape[1]! * geometry.groups, size[0]!, size[1]!];
    const forward = convShape(shape, weight!.shape, geometry, 'transposed conv');
    if (!sameShape(forward, gy!.shape)) {
      throw new ShapeError(
        `transposed conv: ${formatShape(shape)} is not what ${formatShape(gy!.shape)} can come from: its convolution by ${formatShape(weight!.shape)} is ${formatShape(forward)}`,
      );
    }
    return { shape, dtype: 'float32' };
  },
  grad: ({ gy, inputs: [y, weight], attributes: { size: _, ...geometry } }) => [
    convNode([gy, weight!], geometry),
    convWeightNode([gy, y!], { ...geometry, kernel: weight!.shape.slice(2) }),
  ],
  flops: ({ inputs: [gy, weight] }) => flopsOf(gy!.shape, weight!.shape),
  terms({ inputs: [, weight] }, { groups }) {
    const [outputs, , height, width] = weight!.shape as [number, number, number, number];
    return (outputs / groups) * height * width;
  },
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
    tilesOf4.input,
    tilesOf2.input,
    {
      name: 'flipped',
      fits: ({ inputs: [, weight] }, geometry) => fitsFlipped(geometry, weight!.shape.slice(2)),
      pays: ({ shape }) => shape[1]! >= FEW_CHANNELS,
      emit: emitInputFlipped,
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
    const [from, to] = [gy!.data, out.data];
    to.fill(0);
    const step = geometry.stride[1];
    eachRow(out.shape, weight!.shape, gy!.shape, geometry, (xStart, wIndex, yStart, count) => {
      const w = weight!.data[wIndex]!;
      for (let t = 0; t < count; t++) to[xStart + t * step]! += w * from[yStart + t]!;
    });
  },
  samples: () =>
    convCases.map(({ x, weight, geometry }) => ({
      inputs: [rand(convShape(x, weight, geometry)), rand(weight)],
      attributes: { ...geometry, size: x.slice(2) },
    })),
});

/** Adjoint in the weight: input [N, C, H, W] and cotangent [N, K, OH, OW] to [K, C / groups, kh, kw]. */
const convWeightNode: NodeMaker<WeightAdjoint> = defineOp<WeightAdjoint>('convWeight', {
  infer([x, gy], { kernel, ...geometry }) {
    requireFloat('gradient of conv', x!, gy!);
    requireClosed('gradient of conv', x!.shape, 0, 'summed over');
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
  flops: ({ shape, inputs: [, gy] }) => flopsOf(gy!.shape, shape),
  terms({ inputs: [, gy] }) {
    const [batch, , height, width] = gy!.shape as [number, number, number, number];
    return batch * height * width;
  },
  onnx: [
    {
      name: 'gemm',
      fits: (node, geometry) => isWholeImage(node.inputs[0]!.shape, node.shape, geometry),
      emit(b, [x, gy], _, node) {
        const [xRows, gyRows] = [asRows(b, x!, node.inputs[0]!.shape), asRows(b, gy!, node.inputs[1]!.shape)];
        return b.node('Reshape', [b.node('Gemm', [gyRows, xRows], { transA: 1 }), b.ints(node.shape)]);
      },
    },
    tilesOf4.weight,
    tilesOf2.weight,
    {
      name: 'flipped',
      fits: (_, geometry) =>
        fitsFlipped(geometry, geometry.kernel) && geometry.dilation.every((step) => step === 1),
      pays: ({ inputs: [x, gy] }) => gy!.shape[1]! < FEW_CHANNELS && x!.shape[1]! >= FEW_CHANNELS,
      emit: emitWeightFlipped,
    },
    {
      name: 'patches',
      fits: (_, { groups }) => groups === 1,
      pays: ({ inputs: [x] }) => x!.shape[1]! >= FEW_CHANNELS,
      emit: emitWeightByPatches,
    },
    { name: 'dilated', emit: emitWeightByDilation },
  ],
  eval([x, gy], { kernel: _, ...geometry }, out) {
    const [left, right] = [x!.data, gy!.data];
    out.data.fill(0);
    const step = geometry.stride[1];
    eachRow(x!.shape, out.shape, gy!.shape, geometry, (xStart, wIndex, yStart, count) => {
      let sum = 0;
      for (let t = 0; t < count; t++) sum += left[xStart + t * step]! * right[yStart + t]!;
      out.data[wIndex]! += sum;
    });
  },
  samples: () =>
    convCases.map(({ x, weight, geometry }) => ({
      inputs: [rand(x), rand(convShape(x, weight, geometry))],
      attributes: { ...geometry, kernel: weight.slice(2) },
    })),
});

/** A multiplication and an addition a tap, at every element [N, K, OH, OW] of the forward convolution's result. */
const flopsOf = (y: Shape, weight: Shape): number => 2 * sizeOf(y) * sizeOf(weight.slice(1));

const asRows = (b: OnnxBuilder, x: string, shape: Shape): string =>
  b.node('Reshape', [x, b.ints([shape[0]!, sizeOf(shape.slice(1))])]);

export type { ConvOptions } from './convGeometry.ts';

/** Cross-correlation of x [N, C, H, W] with weight [K, C / groups, kh, kw]: PyTorch's conv2d. */
export const conv = (x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor =>
  convNode([x, weight], geometryOf(options, 'conv'));

/**
 * Transposed convolution of x [N, K, h, w] with weight [K, C / groups, kh, kw]: PyTorch's conv_transpose2d.
 * `outputPadding`, less than the stride, adds rows and columns at the bottom and right that no kernel position starts in.
 */
export function convTranspose(
  x: Tensor,
  weight: Tensor,
  {
    outputPadding = 0,
    ...options
  }: ConvOptions & { outputPadding?: number | readonly [number, number] } = {},
): Tensor {
  const geometry = geometryOf(options, 'transposed conv');
  const size = transposedSize(x.shape, weight.shape, geometry, pairOf(outputPadding));
  return convInputNode([x, weight], { ...geometry, size });
}

export const convOperations = [convNode.operation, convInputNode.operation, convWeightNode.operation];
