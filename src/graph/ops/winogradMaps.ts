import type { OnnxBuilder } from '../op.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { gatherRows, imagesOf, OUTSIDE, pixelRows, rowTable } from './rowsOnnx.ts';
import { transposed } from './winograd.ts';
import { type Axis, area, matricesOf, type Plan } from './winogradPlan.ts';

// The maps into and out of the domain where a convolution is a product, and their adjoints, as ONNX nodes.

/** x [N, C, H, W] to its transformed windows [t^2, N tiles^2, phases C]. */
export function windowsOf(b: OnnxBuilder, x: string, plan: Plan): string {
  const { batch, channels, vertical: v, horizontal: h } = plan;
  const rows = batch * area(plan, 'tiles');
  const indices = rowTable(
    [v.window, h.window, batch, v.tiles, h.tiles, v.stride, h.stride],
    ([i, j, n, p, q, e, f]) => {
      const y = (p! * v.tile + i!) * v.stride + e! - v.before;
      const x = (q! * h.tile + j!) * h.stride + f! - h.before;
      return inside(y, v.size) && inside(x, h.size) ? (n! * v.size + y) * h.size + x : OUTSIDE;
    },
  );
  const pixels = { rows: pixelRows(b, x, [batch, channels, v.size, h.size]), width: channels };
  const windows = gatherRows(b, pixels, batch * area(plan, 'size'), indices);
  const { input } = matricesOf(plan);
  const depth = area(plan, 'stride') * channels;
  return transform(b, input, windows, [area(plan, 'window'), rows, depth]);
}

/** weight [K, C, kh, kw] to its transform [t^2, phases C, K]. */
export function kernelOf(b: OnnxBuilder, weight: string, plan: Plan): string {
  const { channels, kernels, vertical: v, horizontal: h } = plan;
  const count = channels * v.kernel * h.kernel;
  const byTap = b.node('Transpose', [b.node('Reshape', [weight, b.ints([kernels, count])])], {
    perm: [1, 0],
  });
  const indices = rowTable([v.taps, h.taps, v.stride, h.stride, channels], ([p, q, e, f, c]) => {
    const [i, j] = [p! * v.stride + e!, q! * h.stride + f!];
    return i < v.kernel && j < h.kernel ? (c! * v.kernel + i) * h.kernel + j : OUTSIDE;
  });
  const taps = gatherRows(b, { rows: byTap, width: kernels }, count, indices);
  const { kernel } = matricesOf(plan);
  return transform(b, kernel, taps, [area(plan, 'window'), area(plan, 'stride') * channels, kernels]);
}

/** products [t^2, N tiles^2, K] to outputs [N, K, OH, OW]. */
export function outputsOf(b: OnnxBuilder, products: string, plan: Plan): string {
  const { batch, kernels, vertical: v, horizontal: h } = plan;
  const rows = batch * area(plan, 'tiles');
  const { output } = matricesOf(plan);
  const tiled = transform(b, output, products, [area(plan, 'tile') * rows, kernels]);
  const indices = rowTable([batch, v.outputs, h.outputs], ([n, y, x]) => {
    const place = (y! % v.tile) * h.tile + (x! % h.tile);
    return place * rows + (n! * v.tiles + Math.floor(y! / v.tile)) * h.tiles + Math.floor(x! / h.tile);
  });
  const pixels = gatherRows(b, { rows: tiled, width: kernels }, area(plan, 'tile') * rows, indices);
  return imagesOf(b, pixels, [batch, kernels, v.outputs, h.outputs]);
}

/** The cotangent of the outputs [N, K, OH, OW] to that of the products [t^2, N tiles^2, K]. */
export function productsCotangentOf(b: OnnxBuilder, gy: string, plan: Plan): string {
  const { batch, kernels, vertical: v, horizontal: h } = plan;
  const indices = rowTable([v.tile, h.tile, batch, v.tiles, h.tiles], ([i, j, n, p, q]) => {
    const [y, x] = [p! * v.tile + i!, q! * h.tile + j!];
    return y < v.outputs && x < h.outputs ? (n! * v.outputs + y) * h.outputs + x : OUTSIDE;
  });
  const pixels = { rows: pixelRows(b, gy, [batch, kernels, v.outputs, h.outputs]), width: kernels };
  const tiled = gatherRows(b, pixels, batch * area(plan, 'outputs'), indices);
  const { output } = matricesOf(plan);
  return transform(b, transposed(output), tiled, [
    area(plan, 'window'),
    batch * area(plan, 'tiles'),
    kernels,
  ]);
}

/** The cotangent of the windows [t^2, N tiles^2, phases C] to that of x [N, C, H, W]: windows overlap, so they are summed. */
export function inputCotangentOf(b: OnnxBuilder, windows: string, plan: Plan): string {
  const { batch, channels, vertical: v, horizontal: h } = plan;
  const count = area(plan, 'window') * batch * area(plan, 'tiles') * area(plan, 'stride');
  const { input } = matricesOf(plan);
  const rows = transform(b, transposed(input), windows, [count, channels]);
  /** Where in the windows of an axis a pixel lies: in the last tile that reaches it, or `back` tiles before. */
  const placeOf = (axis: Axis, pixel: number, back: number) => {
    const shifted = pixel + axis.before;
    const [step, phase] = [Math.floor(shifted / axis.stride), shifted % axis.stride];
    const tile = Math.min(Math.floor(step / axis.tile), axis.tiles - 1) - back;
    const at = step - tile * axis.tile;
    return tile >= 0 && at < axis.window ? { tile, at, phase } : undefined;
  };
  const rowOf = (n: number, y: number, x: number, up: number, left: number): number => {
    const [a, c] = [placeOf(v, y, up), placeOf(h, x, left)];
    if (!a || !c) return OUTSIDE;
    const tile = (n * v.tiles + a.tile) * h.tiles + c.tile;
    const place = (a.at * h.window + c.at) * batch * area(plan, 'tiles') + tile;
    return (place * v.stride + a.phase) * h.stride + c.phase;
  };
  const termOf = (up: number, left: number) =>
    rowTable([batch, v.size, h.size], ([n, y, x]) => rowOf(n!, y!, x!, up, left));
  const overlaps = (axis: Axis) =>
    Array.from({ length: Math.min(axis.tiles, Math.ceil(axis.window / axis.tile)) }, (_, back) => back);
  const windowRows = { rows, width: channels };
  let pixels = gatherRows(b, windowRows, count, termOf(0, 0));
  for (const up of overlaps(v)) {
    for (const left of overlaps(h)) {
      if (up + left === 0) continue;
      const term = termOf(up, left);
      const pixelsOfTerm = [...term.keys()].filter((pixel) => term[pixel] !== OUTSIDE);
      const sources = term.filter((row) => row !== OUTSIDE);
      const places = b.constant(pixelsOfTerm, [pixelsOfTerm.length, 1], 'int64');
      pixels = b.node('ScatterND', [pixels, places, gatherRows(b, windowRows, count, sources)], {
        reduction: 'add',
      });
    }
  }
  return imagesOf(b, pixels, [batch, channels, v.size, h.size]);
}

/** The cotangent of the kernel [t^2, phases C, K] to that of the weight [K, C, kh, kw]. */
export function weightCotangentOf(b: OnnxBuilder, cotangent: string, plan: Plan): string {
  const { channels, kernels, vertical: v, horizontal: h } = plan;
  const count = area(plan, 'taps') * area(plan, 'stride') * channels;
  const { kernel } = matricesOf(plan);
  const rows = transform(b, transposed(kernel), cotangent, [count, kernels]);
  const indices = rowTable([channels, v.kernel, h.kernel], ([c, i, j]) => {
    const tap = Math.floor(i! / v.stride) * h.taps + Math.floor(j! / h.stride);
    const phase = (i! % v.stride) * h.stride + (j! % h.stride);
    return (tap * area(plan, 'stride') + phase) * channels + c!;
  });
  const byTap = b.node('Reshape', [
    gatherRows(b, { rows, width: kernels }, count, indices),
    b.ints([channels * v.kernel * h.kernel, kernels]),
  ]);
  const weight = b.node('Transpose', [byTap], { perm: [1, 0] });
  return b.node('Reshape', [weight, b.ints([kernels, channels, v.kernel, h.kernel])]);
}

/** matrix [a, b] times x, which holds b rows of any length; the result is seen as `shape`, whose first axis starts the a rows. */
function transform(b: OnnxBuilder, matrix: readonly (readonly number[])[], x: string, shape: Shape): string {
  const [rows, columns] = [matrix.length, matrix[0]!.length];
  const constant = b.floats(matrix.flat(), [rows, columns]);
  const flat = b.node('Reshape', [x, b.ints([columns, sizeOf(shape) / rows])]);
  return b.node('Reshape', [b.node('Gemm', [constant, flat]), b.ints(shape)]);
}

const inside = (place: number, size: number): boolean => place >= 0 && place < size;
