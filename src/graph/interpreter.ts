import { GansmithError } from '../base/errors.ts';
import type { Value } from './op.ts';
import { constantData, isConstant, isLeaf, leafName } from './ops/leaf.ts';
import { formatShape, OPEN, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** Numbers for leaves by name, flat in row-major order. */
export type LeafValues = (name: string) => ArrayLike<number> | undefined;

/** Evaluates all roots for the given leaf values. The results are the caller's to keep; `spare` may give arrays to write them into. */
export type Evaluate = (
  leaves: LeafValues,
  spare?: (root: number) => Float64Array | undefined,
) => Float64Array[];

/**
 * Prepares the float64 evaluation of a graph: the oracle of the tests, and an executor that needs no runtime.
 *
 * @throws GansmithError when the batch size is open; the returned function, when a leaf has no value or one of another size.
 */
export function interpret(roots: readonly Tensor[]): Evaluate {
  const order = topologicalOrder(roots);
  for (const { shape } of order) {
    if (shape.includes(OPEN)) {
      throw new GansmithError(
        `interpreter: the batch size of ${formatShape(shape)} is open; build the program for a fixed batch size`,
      );
    }
  }
  const place = new Map(order.map((node, i) => [node, i]));
  const inputs = order.map((node) => node.inputs.map((input) => place.get(input)!));
  const released = lastUses(inputs, new Set(roots.map((root) => place.get(root)!)));
  const values = memoryFor(order, released);
  const steps = order.map((node, i) => ({
    node,
    operands: inputs[i]!.map((from) => values[from]!),
    value: values[i]!,
  }));
  const given = steps.filter(({ node }) => isLeaf(node));
  const computed = steps.filter(({ node }) => !isLeaf(node) && !isConstant(node));
  // What is computed for a root is handed over. Of leaves, which belong to the caller, of constants, which belong to the graph,
  // and of a root that is named again, copies are.
  const computedRoots = new Set(roots.filter((root) => !isLeaf(root) && !isConstant(root)));
  const results = roots.map((root) => ({
    value: values[place.get(root)!]!,
    isHandedOver: computedRoots.delete(root),
  }));
  return (leaves, spare) => {
    for (const { node, value } of given) value.data = leafValue(node, leaves);
    results.forEach(({ value, isHandedOver }, i) => {
      if (isHandedOver) value.data = spare?.(i) ?? new Float64Array(sizeOf(value.shape));
    });
    for (const { node, operands, value } of computed) node.op.eval(operands, node.attributes, value);
    return results.map(({ value, isHandedOver }) => (isHandedOver ? value.data : value.data.slice()));
  };
}

/**
 * Where each node's result lies, call after call. Long chains hold many intermediate values: the memory of those that nobody
 * reads any more goes to the next ones of their size.
 */
function memoryFor(order: readonly Tensor[], released: readonly (readonly number[])[]): Value[] {
  const values: Value[] = [];
  const free = new Map<number, Float64Array[]>();
  order.forEach((node, i) => {
    const { shape } = node;
    if (isConstant(node)) values.push({ shape, data: constantData(node) });
    else if (isLeaf(node)) values.push({ shape, data: new Float64Array(0) });
    else values.push({ shape, data: free.get(sizeOf(shape))?.pop() ?? new Float64Array(sizeOf(shape)) });
    for (const from of released[i]!) {
      if (isConstant(order[from]!) || isLeaf(order[from]!)) continue;
      const { data } = values[from]!;
      const others = free.get(data.length);
      if (others) others.push(data);
      else free.set(data.length, [data]);
    }
  });
  return values;
}

/** For each node, which earlier ones it is the last to read. Those in `kept` are never released. */
function lastUses(inputs: readonly (readonly number[])[], kept: ReadonlySet<number>): number[][] {
  const released: number[][] = inputs.map(() => []);
  const seen = new Set(kept);
  for (let i = inputs.length - 1; i >= 0; i--) {
    for (const from of inputs[i]!) {
      if (!seen.has(from)) released[i]!.push(from);
      seen.add(from);
    }
  }
  return released;
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
