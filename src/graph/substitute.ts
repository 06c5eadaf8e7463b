import { ShapeError } from '../base/errors.ts';
import { applyOperation } from './op.ts';
import { isLeaf, leafName } from './ops/leaf.ts';
import { within } from './origin.ts';
import { formatShape, sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/**
 * Rebuilds the graph under `roots` with leaves replaced, as when trained parameters become constants.
 * @param replacement the tensor to put in place of a leaf, or undefined to keep the leaf
 * @throws ShapeError when a replacement differs from its leaf in shape or element type.
 */
export function substitute(
  roots: readonly Tensor[],
  replacement: (leaf: Tensor) => Tensor | undefined,
): Tensor[] {
  const rebuilt = new Map<Tensor, Tensor>();
  for (const node of topologicalOrder(roots)) {
    if (isLeaf(node)) {
      rebuilt.set(node, checked(node, replacement(node) ?? node));
      continue;
    }
    const inputs = node.inputs.map((input) => rebuilt.get(input)!);
    const changed = inputs.some((input, i) => input !== node.inputs[i]);
    const again = () => applyOperation(node.op, inputs, node.attributes);
    rebuilt.set(node, changed ? within(node.origin, again) : node);
  }
  return roots.map((root) => rebuilt.get(root)!);
}

function checked(leaf: Tensor, replacement: Tensor): Tensor {
  if (sameShape(leaf.shape, replacement.shape) && leaf.dtype === replacement.dtype) return replacement;
  throw new ShapeError(
    `'${leafName(leaf)}' is ${leaf.dtype}${formatShape(leaf.shape)} and cannot be replaced by ${replacement.dtype}${formatShape(replacement.shape)}`,
  );
}
