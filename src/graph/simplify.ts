import { applyOperation } from './op.ts';
import { constantData, isConstant, isLeaf, tensor } from './ops/leaf.ts';
import { sizeOf } from './shape.ts';
import type { Attributes, Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** Constants larger than this are neither folded into nor compared by content. */
const SMALL = 4096;

export interface SimplifyOptions {
  identities?: boolean;
  fold?: boolean;
  share?: boolean;
}

/**
 * Rebuilds the graph under `roots` with the same meaning and less work: dead code falls away, each operation's algebraic
 * identities are applied, small constant expressions are computed, equal expressions become one. Each can be switched off.
 */
export function simplify(
  roots: readonly Tensor[],
  { identities = true, fold = true, share = true }: SimplifyOptions = {},
): Tensor[] {
  const rebuilt = new Map<Tensor, Tensor>();
  const shared = new Map<string, Tensor>();
  const numbers = new Map<Tensor, number>();

  const unique = (node: Tensor): Tensor => {
    if (!share) return node;
    const inputs = node.inputs.map((input) => numbers.get(input)!);
    const key = `${node.op.name}(${inputs})${node.dtype}${keyOf(node.attributes)}`;
    const found = shared.get(key);
    if (found) return found;
    shared.set(key, node);
    return node;
  };
  /** Simplifies one node whose inputs are already simple; what an identity makes anew is simplified in turn. */
  const settle = (node: Tensor): Tensor => {
    if (numbers.has(node)) return node;
    for (const input of node.inputs) if (!numbers.has(input)) return settleAll(node);
    const simpler = identities ? node.op.simplify?.(node.inputs, node.attributes, node) : undefined;
    if (simpler) return settle(simpler);
    const result = unique(fold ? folded(node) : node);
    if (!numbers.has(result)) numbers.set(result, numbers.size);
    return result;
  };
  const settleAll = (root: Tensor): Tensor => {
    for (const node of topologicalOrder([root])) {
      if (rebuilt.has(node)) continue;
      const inputs = node.inputs.map((input) => rebuilt.get(input)!);
      const changed = inputs.some((input, i) => input !== node.inputs[i]);
      rebuilt.set(node, settle(changed ? applyOperation(node.op, inputs, node.attributes) : node));
    }
    return rebuilt.get(root)!;
  };
  return roots.map(settleAll);
}

/** The value of a node whose inputs are all constants, when it is small; else the node. */
function folded(node: Tensor): Tensor {
  if (node.inputs.length === 0 || !node.inputs.every(isConstant)) return node;
  const size = sizeOf(node.shape);
  if (size > SMALL || size > Math.max(...node.inputs.map((x) => sizeOf(x.shape)))) return node;
  const out = { shape: node.shape, data: new Float64Array(size) };
  const values = node.inputs.map((input) => ({ shape: input.shape, data: constantData(input) }));
  node.op.eval(values, node.attributes, out);
  return tensor(out.data, node.shape, node.dtype);
}

let largeConstants = 0;
const largeConstantNames = new WeakMap<Float64Array, number>();

/** Text that is equal for equal attributes. Large constants are equal only when they are the same array. */
function keyOf(attributes: Attributes): string {
  return JSON.stringify(attributes, (_, value) => {
    if (!(value instanceof Float64Array)) return value;
    // -0 and 0 differ for division, and JSON writes both as 0.
    if (value.length <= SMALL) return Array.from(value, (x) => (Object.is(x, -0) ? '-0' : String(x)));
    if (!largeConstantNames.has(value)) largeConstantNames.set(value, largeConstants++);
    return `large ${largeConstantNames.get(value)}`;
  });
}

/** True when nothing below the roots is a leaf: the graph has one fixed value. */
export const isClosed = (roots: readonly Tensor[]): boolean => !topologicalOrder(roots).some(isLeaf);
