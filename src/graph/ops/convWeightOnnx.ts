import type { OnnxBuilder } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Geometry } from './convGeometry.ts';

// Two ways to write the weight adjoint of a convolution as ONNX nodes.

/** Attributes of the weight adjoint: the kernel's size [height, width], which the operands do not tell. */
export type WeightAdjoint = Geometry & { kernel: readonly number[] };

/**
 * Gathers the patch of every output position as a row, channels innermost, and multiplies by the cotangent: image by image, which leaves
 * the cotangent as it lies, and added up; or in one product where there are more outputs than positions, for its result is small.
 */
export function emitWeightByPatches(
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
  const gathered = b.node('Gather', [pixels, b.indices(rows, [rows.length])], { axis: 0 });
  const positions = outHeight * outWidth;
  if (outputs <= positions) {
    const patches = b.node('Reshape', [gathered, b.ints([batch, positions, taps * channels])]);
    const cotangent = b.node('Reshape', [inputs[1]!, b.ints([batch, outputs, positions])]);
    const products = b.node('MatMul', [cotangent, patches]); // [B, K, taps * C]
    const sum = b.node('ReduceSum', [products, b.ints([0])], { keepdims: 0 });
    return channelsBeforeTaps(b, b.node('Reshape', [sum, b.ints([outputs, taps, channels])]), node);
  }
  const patches = b.node('Reshape', [gathered, b.ints([batch * positions, taps * channels])]);
  const cotangent = b.node('Reshape', [
    b.node('Transpose', [inputs[1]!], { perm: [0, 2, 3, 1] }),
    b.ints([batch * positions, outputs]),
  ]);
  const product = b.node('Gemm', [patches, cotangent], { transA: 1 }); // [taps * C, K]
  // Two permutations of one axis each are several times faster in the runtime than one of four axes.
  const byOutput = b.node('Transpose', [product], { perm: [1, 0] });
  return channelsBeforeTaps(b, b.node('Reshape', [byOutput, b.ints([outputs, taps, channels])]), node);
}

/** [K, taps, C] to [K, C, kh, kw]. */
const channelsBeforeTaps = (b: OnnxBuilder, product: string, { shape }: Tensor): string =>
  b.node('Reshape', [b.node('Transpose', [product], { perm: [0, 2, 1] }), b.ints(shape)]);

/** A convolution over the batch: channels play the batch, the cotangent plays the kernel, stride and dilation swap. */
export function emitWeightByDilation(
  b: OnnxBuilder,
  inputs: readonly string[],
  { padding, stride, dilation, groups }: WeightAdjoint,
  node: Tensor,
): string {
  const [batch, channels, height, width] = node.inputs[0]!.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = node.inputs[1]!.shape as [number, number, number, number];
  const [outputs, perGroup, kernelHeight, kernelWidth] = node.shape as [number, number, number, number];
  /** Rows or columns of the padded image that taps meet, from the first. */
  const reached = (out: number, taps: number, axis: 0 | 1) =>
    (out - 1) * stride[axis] + 1 + (taps - 1) * dilation[axis];
  const [down, across] = [reached(outHeight, kernelHeight, 0), reached(outWidth, kernelWidth, 1)];
  // Where taps meet padding alone there is no image left to convolve.
  if (down <= padding[0] || across <= padding[1]) {
    return b.floats(new Float32Array(sizeOf(node.shape)), node.shape);
  }
  // [N, G, C/G, H, W] to [C/G, G * N, H, W]
  const split = b.node('Reshape', [inputs[0]!, b.ints([batch, groups, perGroup, height, width])]);
  const x = b.node('Reshape', [
    b.node('Transpose', [split], { perm: [2, 1, 0, 3, 4] }),
    b.ints([channels / groups, groups * batch, height, width]),
  ]);
  const kernel = b.node('Transpose', [inputs[1]!], { perm: [1, 0, 2, 3] }); // [K, N, OH, OW]
  // Bottom and right padding are set so that exactly the wanted taps come out, remainders of the stride cut off.
  const bottom = down - height - padding[0];
  const right = across - width - padding[1];
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
