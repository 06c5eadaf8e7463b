import { applyOperation } from './op.ts';
import { constantData, isConstant, tensor } from './ops/leaf.ts';
import { within } from './origin.ts';
import { sizeOf } from './shape.ts';
import type { Attributes, AttributeValue, Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** Constants larger than this are neither folded into nor compared by content. */
const SMALL = 4096;

export interface SimplifyOptions {
  /** Apply each operation's own algebraic identities. */
  identities?: boolean;
  /** Compute small expressions of constants. */
  fold?: boolean;
  /** Make equal expressions one. */
  share?: boolean;
}

/**
 * Rebuilds the graph under `roots` with the same meaning and less work: dead code falls away, each operation's algebraic
 * identities are applied, small constant expressions are computed, equal expressions become one. Each can be switched off.
 * Values stay the same up to rounding, and what is not finite stays so; a zero may change its sign, and an overflow on the
 * way to a finite result may vanish. Simplifying twice gives what simplifying once gives.
 */
export function simplify(
  roots: readonly Tensor[],
  { identities = true, fold = true, share = true }: SimplifyOptions = {},
): Tensor[] {
  // From every tensor met to its simplest form, which is its own.
  const simplest = new Map<Tensor, Tensor>();
  const representative = share ? equalsShared() : (node: Tensor) => node;

  const settle = (root: Tensor): Tensor => {
    if (simplest.has(root)) return simplest.get(root)!;
    const isReady = root.inputs.every((input) => simplest.has(input));
    for (const node of isReady ? [root] : topologicalOrder([root], simplest)) {
      const inputs = node.inputs.map((input) => simplest.get(input)!);
      const { current, simpler } = within(node.origin, () => rewritten(node, inputs, identities));
      // What an identity makes anew is settled in turn; it is a few nodes on top of inputs that already are.
      const result = simpler ? settle(simpler) : representative(fold ? folded(current) : current);
      simplest.set(node, result);
      simplest.set(result, result);
    }
    return simplest.get(root)!;
  };
  return roots.map(settle);
}

/** The node on other inputs, and what its identity, if it has one that applies, makes of that. */
function rewritten(node: Tensor, inputs: readonly Tensor[], identities: boolean) {
  const changed = inputs.some((input, i) => input !== node.inputs[i]);
  const current = changed ? applyOperation(node.op, inputs, node.attributes) : node;
  const simpler = identities ? current.op.simplify?.(inputs, current.attributes, current) : undefined;
  return { current, simpler };
}

/** Finds, for a node whose inputs are representatives, the first one met that computes the same. */
function equalsShared(): (node: Tensor) => Tensor {
  const firsts = new Map<string, Tensor>();
  const numbers = new Map<Tensor, number>();
  const keyOf = attributeKeys();
  return (node) => {
    if (numbers.has(node)) return node;
    const inputs = node.inputs.map((input) => numbers.get(input)!);
    const key = `${node.op.name}(${inputs})${keyOf(node.attributes)}`;
    const first = firsts.get(key);
    if (first) return first;
    firsts.set(key, node);
    numbers.set(node, numbers.size);
    return node;
  };
}

/** Makes text that is equal for equal attributes. Large constants are equal only when they are the same array. */
function attributeKeys(): (attributes: Attributes) => string {
  const large = new Map<Float64Array, number>();
  const keyOf = (value: AttributeValue): string => {
    if (typeof value === 'number') return numberKey(value);
    if (!(value instanceof Float64Array)) return JSON.stringify(value);
    if (value.length <= SMALL) return Array.from(value, numberKey).join();
    if (!large.has(value)) large.set(value, large.size);
    return `large ${large.get(value)}`;
  };
  return (attributes) =>
    Object.entries(attributes)
      .map(([name, value]) => `${name}=${keyOf(value)}`)
      .join(' ');
}

/** -0 and 0 differ, for division shows it. */
const numberKey = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** The value of a node whose inputs are all constants, when it is small and no longer than they are; else the node. */
function folded(node: Tensor): Tensor {
  if (node.inputs.length === 0 || !node.inputs.every(isConstant)) return node;
  const size = sizeOf(node.shape);
  const longest = node.inputs.reduce((most, input) => Math.max(most, sizeOf(input.shape)), 0);
  if (size > SMALL || size > longest) return node;
  const out = { shape: node.shape, data: new Float64Array(size) };
  const values = node.inputs.map((input) => ({ shape: input.shape, data: constantData(input) }));
  node.op.eval(values, node.attributes, out);
  return tensor(out.data, node.shape, node.dtype);
}
