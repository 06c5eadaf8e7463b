import { GansmithError } from '../base/errors.ts';
import type { Value } from './op.ts';
import { isLeaf, leafName } from './ops/leaf.ts';
import { formatShape, OPEN, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** Numbers for leaves by name, flat in row-major order. */
export type LeafValues = (name: string) => ArrayLike<number> | undefined;

/**
 * Prepares the float64 evaluation of a graph: the oracle of the tests, and an executor that needs no runtime.
 * The returned function evaluates all roots for the given leaf values.
 */
export function interpret(roots: readonly Tensor[]): (leaves: LeafValues) => Float64Array[] {
  const order = topologicalOrder(roots);
  for (const node of order) {
    if (node.shape.includes(OPEN)) {
      throw new GansmithError(
        'interpreter: the batch size is open; build the program for a fixed batch size',
      );
    }
  }
  const place = new Map(order.map((node, i) => [node, i]));
  const inputs = order.map((node) => node.inputs.map((input) => place.get(input)!));
  return (leaves) => {
    const values: Value[] = [];
    order.forEach((node, i) => {
      if (isLeaf(node)) {
        values.push({ shape: node.shape, data: leafValue(node, leaves) });
        return;
      }
      const out = { shape: node.shape, data: new Float64Array(sizeOf(node.shape)) };
      node.op.eval(
        inputs[i]!.map((from) => values[from]!),
        node.attributes,
        out,
      );
      values.push(out);
    });
    return roots.map((root) => values[place.get(root)!]!.data);
  };
}

function leafValue(node: Tensor, leaves: LeafValues): Float64Array {
  const given = leaves(leafName(node));
  if (!given) throw new GansmithError(`interpreter: no value given for '${leafName(node)}'`);
  if (given.length !== sizeOf(node.shape)) {
    throw new GansmithError(
      `interpreter: '${leafName(node)}' is ${formatShape(node.shape)}, which ${given.length} numbers do not fill`,
    );
  }
  return given instanceof Float64Array ? given : Float64Array.from(given);
}

/** The value of one tensor, for the given leaves by name. */
export function evaluate(
  root: Tensor,
  leaves: Readonly<Record<string, ArrayLike<number>>> = {},
): Float64Array {
  return interpret([root])((name) => leaves[name])[0]!;
}
