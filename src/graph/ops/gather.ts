import { GansmithError, ShapeError } from '../../base/errors.ts';
import { defineOp, type NodeMaker, type Value } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { requireClosed } from './checks.ts';
import { given, rand } from './sample.ts';

type None = Record<string, never>;

/** Calls `visit(row, position)` for every index. */
function eachRow({ data }: Value, rows: number, visit: (row: number, position: number) => void): void {
  for (let position = 0; position < data.length; position++) {
    const row = data[position]!;
    if (!(row >= 0 && row < rows)) {
      throw new GansmithError(`gather: index ${row} lies outside a table of ${rows} rows`);
    }
    visit(row, position);
  }
}

const gatherNode: NodeMaker<None> = defineOp<None>('gather', {
  infer([table, indices]) {
    if (indices!.dtype !== 'int32' && indices!.dtype !== 'int64') {
      throw new ShapeError(`gather: indices must be int32 or int64, not ${indices!.dtype}`);
    }
    if (table!.shape.length === 0) throw new ShapeError('gather: the table needs rows, it is a scalar');
    return { shape: [...indices!.shape, ...table!.shape.slice(1)], dtype: table!.dtype };
  },
  grad: ({ gy, inputs: [table, indices] }) => [scatterNode([gy, indices!], { rows: table!.shape[0]! }), null],
  onnx: (b, inputs) => b.node('Gather', inputs, { axis: 0 }),
  eval([table, indices], _, out) {
    const width = sizeOf(table!.shape.slice(1));
    eachRow(indices!, table!.shape[0]!, (row, position) => {
      out.data.set(table!.data.subarray(row * width, (row + 1) * width), position * width);
    });
  },
  samples: () => [
    { inputs: [rand([5, 3]), given([4], [1, 0, 4, 1], 'int32')], attributes: {} },
    { inputs: [rand([4, 2, 2]), given([2, 2], [3, 0, 0, 2], 'int32')], attributes: {} },
  ],
});

type Rows = { rows: number };

/** Adds rows of the first input into a table of zeros at the given places: the adjoint of gather. */
const scatterNode: NodeMaker<Rows> = defineOp<Rows>('scatter', {
  infer([values, indices], { rows }) {
    requireClosed('gradient of gather', indices!.shape, 0, 'summed over');
    return { shape: [rows, ...values!.shape.slice(indices!.shape.length)], dtype: 'float32' };
  },
  grad: ({ gy, inputs: [, indices] }) => [gatherNode([gy, indices!], {}), null],
  onnx(b, [values, indices], _, node) {
    const zeros = b.node('Expand', [b.floats([0], []), b.ints(node.shape)]);
    const places = b.node('Reshape', [
      b.node('Cast', [indices!], { to: 7 }),
      b.ints([...node.inputs[1]!.shape, 1]),
    ]);
    return b.node('ScatterND', [zeros, places, values!], { reduction: 'add' });
  },
  eval([values, indices], { rows }, out) {
    const width = sizeOf(out.shape.slice(1));
    out.data.fill(0);
    eachRow(indices!, rows, (row, position) => {
      for (let j = 0; j < width; j++) out.data[row * width + j]! += values!.data[position * width + j]!;
    });
  },
  samples: () => [
    { inputs: [rand([4, 3]), given([4], [1, 0, 4, 1], 'int32')], attributes: { rows: 5 } },
    { inputs: [rand([2, 2, 3]), given([2, 2], [3, 0, 0, 2], 'int32')], attributes: { rows: 4 } },
  ],
});

/** Rows of a table by index: [V, ...] and indices [...] give [..., ...]. Every index is in [0, V). */
export const gather = (table: Tensor, indices: Tensor): Tensor => gatherNode([table, indices], {});

export const gatherOperations = [gatherNode.operation, scatterNode.operation];
