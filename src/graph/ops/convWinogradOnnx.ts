import type { Lowering, OnnxBuilder } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Geometry } from './convGeometry.ts';
import {
  inputCotangentOf,
  kernelOf,
  outputsOf,
  productsCotangentOf,
  weightCotangentOf,
  windowsOf,
} from './winogradMaps.ts';
import { fitsWinograd, type Plan, paysWinograd, planOf, type Shapes } from './winogradPlan.ts';

// Forms of the three convolutions with fewer multiplications (Lavin and Gray 2015, arXiv:1509.09308). A convolution of
// stride s is one of stride 1 over the s x s phases of the image, with ceil(k / s) taps. Its outputs are cut into tiles of
// m x m, each made from a window of t x t inputs, t = m + taps - 1, in t^2 products instead of (m taps)^2:
//
//   windows  [t^2, images tiles, phases C]   input transform of x
//   kernel   [t^2, phases C, K]              kernel transform of the weight
//   products [t^2, images tiles, K]          windows x kernel, t^2 matrix products; the output transform makes m x m outputs
//
// The adjoints go the same ways backwards, so in a training step windows, kernels and the cotangents of products serve
// twice: the runtime merges equal nodes. Everything between the transforms is a gather of rows with channels innermost.

/** The forms of conv(x, weight), of its adjoint in x and of that in the weight, with tiles of m x m outputs. */
export function winogradForms<A extends Geometry>(
  tile: number,
): Record<'conv' | 'input' | 'weight', Lowering<A>> {
  const name = `winograd-${tile}`;
  /** A form of one of the three, given where its node keeps the shapes of x, weight and output. */
  const form = (
    shapesOf: (node: Tensor) => Shapes,
    emit: (b: OnnxBuilder, inputs: readonly string[], plan: Plan) => string,
  ): Lowering<A> => {
    const planFor = (node: Tensor, geometry: Geometry) => planOf(shapesOf(node), geometry, tile);
    return {
      name,
      fits: (node, geometry) => fitsWinograd(shapesOf(node), geometry),
      pays: (node, geometry) => paysWinograd(planFor(node, geometry)),
      emit: (b, inputs, geometry, node) => emit(b, inputs, planFor(node, geometry)),
    };
  };
  return {
    conv: form(
      ({ shape, inputs: [x, weight] }) => ({ x: x!.shape, weight: weight!.shape, y: shape }),
      (b, [x, weight], plan) =>
        outputsOf(b, b.node('MatMul', [windowsOf(b, x!, plan), kernelOf(b, weight!, plan)]), plan),
    ),
    input: form(
      ({ shape, inputs: [gy, weight] }) => ({ x: shape, weight: weight!.shape, y: gy!.shape }),
      (b, [gy, weight], plan) => {
        const kernel = b.node('Transpose', [kernelOf(b, weight!, plan)], { perm: [0, 2, 1] });
        return inputCotangentOf(b, b.node('MatMul', [productsCotangentOf(b, gy!, plan), kernel]), plan);
      },
    ),
    weight: form(
      ({ shape, inputs: [x, gy] }) => ({ x: x!.shape, weight: shape, y: gy!.shape }),
      (b, [x, gy], plan) => {
        const windows = b.node('Transpose', [windowsOf(b, x!, plan)], { perm: [0, 2, 1] });
        return weightCotangentOf(b, b.node('MatMul', [windows, productsCotangentOf(b, gy!, plan)]), plan);
      },
    ),
  };
}
