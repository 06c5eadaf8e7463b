import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker, type OnnxBuilder, type Value } from '../op.ts';
import { broadcastShapes, formatShape, OPEN, type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './binary.ts';
import { broadcastStrides, walkStrided } from './broadcast.ts';
import { requireFloat } from './checks.ts';
import { lastTwoSwapped, reshape, transposedMatrices } from './movement.ts';
import { multiplyInto } from './multiply.ts';
import { rand } from './sample.ts';

/** Which operand to read transposed, so that gradients never need a transpose of their own. */
type Flags = { transposeA: boolean; transposeB: boolean };

/** Rows and columns of a matrix stack, as read. */
const matrixOf = (shape: Shape, transposed: boolean): [number, number] => {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
};

const matmulNode: NodeMaker<Flags> = defineOp<Flags>('matmul', {
  infer([a, b], { transposeA, transposeB }) {
    requireFloat('matmul', a!, b!);
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw new ShapeError(
        `matmul: both need at least two axes, not ${formatShape(a!.shape)} and ${formatShape(b!.shape)}`,
      );
    }
    const [rows, inner] = matrixOf(a!.shape, transposeA);
    const [inner2, columns] = matrixOf(b!.shape, transposeB);
    if (inner !== inner2) {
      const marked = (shape: Shape, flag: boolean) => `${formatShape(shape)}${flag ? ' transposed' : ''}`;
      throw new ShapeError(
        `matmul: ${marked(a!.shape, transposeA)} times ${marked(b!.shape, transposeB)} does not fit`,
      );
    }
    if (inner === OPEN) {
      throw new ShapeError(
        `matmul: ${formatShape(a!.shape)} times ${formatShape(b!.shape)} would sum over the open batch; build for a fixed batch size`,
      );
    }
    const stack = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2), 'matmul');
    return { shape: [...stack, rows, columns], dtype: 'float32' };
  },
  // With C = op(A) op(B): dA = dC op(B)' and dB = op(A)' dC, written so that each is again one product.
  grad({ gy, inputs: [a, b], attributes: { transposeA, transposeB } }) {
    const da = transposeA
      ? matmulNode([b!, gy], { transposeA: transposeB, transposeB: true })
      : matmulNode([gy, b!], { transposeA: false, transposeB: !transposeB });
    const db = transposeB
      ? matmulNode([gy, a!], { transposeA: true, transposeB: transposeA })
      : matmulNode([a!, gy], { transposeA: !transposeA, transposeB: false });
    return [da, db];
  },
  flops: ({ shape, inputs: [a] }, { transposeA }) => 2 * sizeOf(shape) * matrixOf(a!.shape, transposeA)[1],
  terms: ({ inputs: [a] }, { transposeA }) => matrixOf(a!.shape, transposeA)[1],
  onnx: [
    {
      name: 'gemm',
      fits: (node) => node.inputs.every((x) => x.shape.length === 2),
      emit: (b, inputs, { transposeA, transposeB }) =>
        b.node('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) }),
    },
    {
      name: 'matmul',
      emit: (b, [x, y], { transposeA, transposeB }, node) =>
        b.node('MatMul', [
          transposeA ? swapped(b, x!, node.inputs[0]!.shape.length) : x!,
          transposeB ? swapped(b, y!, node.inputs[1]!.shape.length) : y!,
        ]),
    },
  ],
  eval([a, b], { transposeA, transposeB }, out) {
    const stack = out.shape.slice(0, -2);
    const [rows, terms] = matrixOf(a!.shape, transposeA);
    const columns = out.shape.at(-1)!;
    const right = transposeB ? transposedData(b!) : b!.data;
    const rightStarts = matrixStarts(b!.shape, stack);
    out.data.fill(0);
    matrixStarts(a!.shape, stack).forEach((start, m) => {
      multiplyInto(from(out.data, m * rows * columns), [rows, terms, columns], {
        left: from(a!.data, start),
        rowStep: transposeA ? 1 : terms,
        termStep: transposeA ? rows : 1,
        right: from(right, rightStarts[m]!),
      });
    });
  },
  simplify([a, b], { transposeA, transposeB }) {
    const [left, right] = [transposedMatrices(a!), transposedMatrices(b!)];
    if (left || right) {
      return matmulNode([left ?? a!, right ?? b!], {
        transposeA: transposeA !== Boolean(left),
        transposeB: transposeB !== Boolean(right),
      });
    }
    const [rows, inner] = matrixOf(a!.shape, transposeA);
    if (inner !== 1) return undefined;
    // A column times a row is every product of their elements.
    const columns = matrixOf(b!.shape, transposeB)[1];
    return mul(
      reshape(a!, [...a!.shape.slice(0, -2), rows, 1]),
      reshape(b!, [...b!.shape.slice(0, -2), 1, columns]),
    );
  },
  samples: () => [
    ...[false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => ({
        inputs: [rand(transposeA ? [3, 2] : [2, 3]), rand(transposeB ? [4, 3] : [3, 4])],
        attributes: { transposeA, transposeB },
      })),
    ),
    { inputs: [rand([2, 1, 3, 4]), rand([5, 4, 2])], attributes: { transposeA: false, transposeB: false } },
    { inputs: [rand([5, 4, 3]), rand([2, 4])], attributes: { transposeA: true, transposeB: true } },
  ],
});

const swapped = (b: OnnxBuilder, x: string, rank: number): string =>
  b.node('Transpose', [x], { perm: lastTwoSwapped(rank) });

/** Where each matrix of the broadcast stack begins in the operand. */
function matrixStarts(shape: Shape, stack: Shape): number[] {
  const size = shape.at(-2)! * shape.at(-1)!;
  const starts: number[] = [];
  walkStrided(stack, broadcastStrides(shape.slice(0, -2), stack), (_, offset) => starts.push(offset * size));
  return starts;
}

/** The data from a place on; making a view takes longer than many a small product. */
const from = (data: Float64Array, start: number): Float64Array => (start === 0 ? data : data.subarray(start));

/** A stack of matrices, each written transposed: right sides are read row by row. */
function transposedData({ shape, data }: Value): Float64Array {
  const [rows, columns] = matrixOf(shape, false);
  const out = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += rows * columns) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[start + j * rows + i] = data[start + i * columns + j]!;
    }
  }
  return out;
}

/** Matrix product of the last two axes, stacked over the broadcast leading ones; either side may be read transposed. */
export const matmul = (a: Tensor, b: Tensor, flags: Partial<Flags> = {}): Tensor =>
  matmulNode([a, b], { transposeA: flags.transposeA ?? false, transposeB: flags.transposeB ?? false });

export const matmulOperations = [matmulNode.operation];
