import { constantData, isConstant, isLeaf, leafName } from './ops/leaf.ts';
import { formatShape } from './shape.ts';
import type { AttributeValue, Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** A graph as text, one line a node in order of evaluation; small constants stand where they are used. */
export function print(roots: readonly Tensor[]): string {
  const names = new Map<Tensor, string>();
  const lines: string[] = [];
  for (const node of topologicalOrder(roots)) {
    if (isLeaf(node)) {
      names.set(node, leafName(node));
      lines.push(`${leafName(node)}: ${node.attributes.role} ${node.dtype}${formatShape(node.shape)}`);
    } else if (isConstant(node)) {
      const data = constantData(node);
      names.set(node, data.length === 1 ? String(data[0]) : `constant${formatShape(node.shape)}`);
    } else {
      const name = `%${lines.length}`;
      names.set(node, name);
      const inputs = node.inputs.map((input) => names.get(input));
      const attributes = Object.entries(node.attributes).map(([key, value]) => `${key}=${format(value)}`);
      lines.push(
        `${name} = ${node.op.name}(${[...inputs, ...attributes].join(', ')}) ${node.dtype}${formatShape(node.shape)}`,
      );
    }
  }
  lines.push(`return ${roots.map((root) => names.get(root)).join(', ')}`);
  return lines.join('\n');
}

const format = (value: AttributeValue): string => JSON.stringify(value);
