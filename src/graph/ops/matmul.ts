import { ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker, type OnnxBuilder } from '../op.ts';
import { broadcastShapes, formatShape, type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { broadcastStrides, walkStrided } from './broadcast.ts';
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
    const [rows, inner] = matrixOf(a!.shape, transposeA);
    const columns = out.shape.at(-1)!;
    const stack = out.shape.slice(0, -2);
    const aOffsets = matrixOffsets(a!.shape, stack);
    const bOffsets = matrixOffsets(b!.shape, stack);
    const [aRow, aInner] = transposeA ? [1, rows] : [inner, 1];
    const [bInner, bColumn] = transposeB ? [1, inner] : [columns, 1];
    for (let m = 0; m < sizeOf(stack); m++) {
      for (let i = 0; i < rows; i++) {
        const to = (m * rows + i) * columns;
        for (let k = 0; k < inner; k++) {
          const x = a!.data[aOffsets[m]! + i * aRow + k * aInner]!;
          const from = bOffsets[m]! + k * bInner;
          for (let j = 0; j < columns; j++)
            out.data[to + j] = out.data[to + j]! + x * b!.data[from + j * bColumn]!;
        }
      }
    }
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

function swapped(b: OnnxBuilder, x: string, rank: number): string {
  const order = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return b.node('Transpose', [x], { perm: order });
}

/** Where each matrix of the broadcast stack begins in the operand. */
function matrixOffsets(shape: Shape, stack: Shape): number[] {
  const own = shape.slice(0, -2);
  const size = shape.at(-2)! * shape.at(-1)!;
  const offsets: number[] = [];
  walkStrided(stack, broadcastStrides(own, stack), (_, offset) => offsets.push(offset * size));
  return offsets;
}

/** Matrix product of the last two axes, stacked over the broadcast leading ones; either side may be read transposed. */
export const matmul = (a: Tensor, b: Tensor, flags: Partial<Flags> = {}): Tensor =>
  matmulNode([a, b], { transposeA: flags.transposeA ?? false, transposeB: flags.transposeB ?? false });

export const matmulOperations = [matmulNode.operation];
