import type { OnnxBuilder } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Geometry } from './convGeometry.ts';
import type { WeightAdjoint } from './convWeightOnnx.ts';

// At stride 1 both adjoints of a convolution are convolutions themselves, of kernels turned by half a circle. The runtime's
// convolution is faster than its transposed one, and than one whose kernel is as large as an image.

/** Padding [top, left, bottom, right] of the convolution by the turned kernel of a size. */
const turnedPadding = ({ padding, dilation }: Geometry, kernel: readonly number[]): number[] =>
  padding.map((amount, side) => (kernel[side % 2]! - 1) * dilation[side % 2]! - amount);

/** Whether the adjoints of a convolution by a kernel [height, width] can be written so. */
export const fitsFlipped = (geometry: Geometry, kernel: readonly number[]): boolean =>
  geometry.groups === 1 &&
  geometry.stride.every((step) => step === 1) &&
  turnedPadding(geometry, kernel).every((amount) => amount >= 0);

/** Both image axes read backwards. */
const turned = (b: OnnxBuilder, x: string): string =>
  b.node('Slice', [x, b.ints([-1, -1]), b.ints([-PAST, -PAST]), b.ints([2, 3]), b.ints([-1, -1])]);

/** Further back than the first place of any axis. */
const PAST = 2 ** 31;

/** The input adjoint: the cotangent convolved by the turned kernel, whose inputs and outputs change places. */
export function emitInputFlipped(
  b: OnnxBuilder,
  [gy, weight]: readonly string[],
  geometry: Geometry,
  node: Tensor,
): string {
  const kernel = node.inputs[1]!.shape.slice(2);
  const byInput = b.node('Transpose', [turned(b, weight!)], { perm: [1, 0, 2, 3] });
  return b.node('Conv', [gy!, byInput], {
    dilations: geometry.dilation,
    pads: turnedPadding(geometry, kernel),
  });
}

/**
 * The weight adjoint with the parts of operands changed: the batch plays the channels, the cotangent is the image and the input the
 * kernel. What comes out is turned.
 */
export function emitWeightFlipped(
  b: OnnxBuilder,
  [x, gy]: readonly string[],
  geometry: WeightAdjoint,
): string {
  const apart = (image: string) => b.node('Transpose', [image], { perm: [1, 0, 2, 3] });
  const product = b.node('Conv', [apart(gy!), apart(x!)], { pads: turnedPadding(geometry, geometry.kernel) });
  return turned(b, product);
}
