import { constantData, isConstant, isLeaf, leafName } from './ops/leaf.ts';
import { formatShape } from './shape.ts';
import type { AttributeValue, Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** A graph as text, one line a node in order of evaluation; constants stand where they are used, long ones as a shape. */
export function print(roots: readonly Tensor[]): string {
  const names = new Map<Tensor, string>();
  const lines: string[] = [];
  for (const node of topologicalOrder(roots)) {
    const type = `${node.dtype}${formatShape(node.shape)}`;
    if (isLeaf(node)) {
      names.set(node, leafName(node));
      lines.push(`${leafName(node)}: ${node.attributes.role} ${type}`);
    } else if (isConstant(node)) {
      names.set(node, constantText(node));
    } else {
      const name = `%${lines.length}`;
      names.set(node, name);
      const inputs = node.inputs.map((input) => names.get(input));
      const attributes = Object.entries(node.attributes).map(([key, value]) => attributeText(key, value));
      const arguments_ = [...inputs, ...attributes.filter((text) => text !== '')].join(', ');
      lines.push(`${name} = ${node.op.name}(${arguments_}) ${type}`);
    }
  }
  lines.push(`return ${roots.map((root) => names.get(root)).join(', ')}`);
  return lines.join('\n');
}

/** A flag by its name alone, and only when set. */
const attributeText = (key: string, value: AttributeValue): string =>
  typeof value === 'boolean' ? (value ? key : '') : `${key}=${JSON.stringify(value)}`;

function constantText(node: Tensor): string {
  const data = constantData(node);
  const numbers = Array.from(data.subarray(0, 4), (x) => (Object.is(x, -0) ? '-0' : String(x)));
  if (data.length === 1) return numbers[0]!;
  return `constant${formatShape(node.shape)}(${numbers.join(', ')}${data.length > 4 ? ', ...' : ''})`;
}
