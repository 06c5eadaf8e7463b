import type { Tensor } from './tensor.ts';

/**
 * Every tensor the roots depend on, inputs before users; those `known`, and what only they depend on, are left out.
 * An explicit stack, so graphs 50,000 deep are fine.
 */
export function topologicalOrder(
  roots: readonly Tensor[],
  known: { has(tensor: Tensor): boolean } = new Set(),
): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { tensor: Tensor; next: number }[] = [];
  for (const root of roots) {
    if (known.has(root) || seen.has(root)) continue;
    seen.add(root);
    stack.push({ tensor: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.tensor.inputs[top.next++];
      if (!input) {
        order.push(top.tensor);
        stack.pop();
      } else if (!known.has(input) && !seen.has(input)) {
        seen.add(input);
        stack.push({ tensor: input, next: 0 });
      }
    }
  }
  return order;
}
