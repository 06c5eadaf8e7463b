import { ShapeError } from '../base/errors.ts';
import { requireFloat } from './ops/checks.ts';
import { add } from './ops/elementwise.ts';
import { tensor } from './ops/leaf.ts';
import { broadcast, reshape } from './ops/movement.ts';
import { sum } from './ops/reduce.ts';
import { derivativeOf, within } from './origin.ts';
import { formatShape, type Shape, sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/**
 * Derivatives of a scalar `y` in each of `xs`, as tensors of the same graph, so they can be differentiated again.
 * With a `cotangent` of y's shape, y may have any shape and the result is the vector-Jacobian product.
 * An x that y does not depend on gets zeros; so does one reached only through comparisons, `sign` or `stopGradient`. An x
 * in the middle of the graph is a variable of its own.
 *
 * @throws ShapeError when y is not a scalar and no cotangent is given, or a tensor is not float32.
 */
export function grad(y: Tensor, xs: readonly Tensor[], cotangent?: Tensor): Tensor[] {
  requireFloat('grad', y, ...xs, ...(cotangent ? [cotangent] : []));
  if (!cotangent && y.shape.some((size) => size !== 1)) {
    throw new ShapeError(`grad: y is ${formatShape(y.shape)}, not a scalar; reduce it or give a cotangent`);
  }
  if (cotangent && !sameShape(cotangent.shape, y.shape)) {
    throw new ShapeError(
      `grad: the cotangent is ${formatShape(cotangent.shape)} where y is ${formatShape(y.shape)}`,
    );
  }
  const order = topologicalOrder([y]);
  const depends = new Set<Tensor>(xs);
  for (const node of order) {
    if (node.inputs.some((input) => depends.has(input))) depends.add(node);
  }

  const cotangents = new Map<Tensor, Tensor>([[y, cotangent ?? broadcast(tensor(1), y.shape)]]);
  const wanted = new Set(xs);
  for (const node of order.reverse()) {
    const gy = cotangents.get(node);
    if (!gy || !depends.has(node) || !node.inputs.some((input) => depends.has(input))) continue;
    // An x in the middle of the graph is a variable of its own: still pass the cotangent on to those before it.
    if (!wanted.has(node)) cotangents.delete(node);
    const rule = node.op.grad;
    if (rule === 'none') continue;
    within(derivativeOf(node.origin), () => {
      const gradients = rule({ gy, inputs: node.inputs, attributes: node.attributes, output: node });
      node.inputs.forEach((input, position) => {
        const gradient = gradients[position];
        if (!gradient || !depends.has(input)) return;
        const fitted = sumTo(gradient, input.shape);
        const before = cotangents.get(input);
        cotangents.set(input, before ? add(before, fitted) : fitted);
      });
    });
  }
  return xs.map((x) => cotangents.get(x) ?? broadcast(tensor(0), x.shape));
}

/** Undoes broadcasting: brings a cotangent to its input's shape, by sums over the axes that repeat and by stretching. */
function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const repeated = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < extra || (shape[axis - extra] === 1 && gradient.shape[axis] !== 1));
  const summed = repeated.length > 0 ? sum(gradient, { axes: repeated, keep: true }) : gradient;
  const dropped = reshape(summed, summed.shape.slice(Math.max(extra, 0)));
  return broadcast(dropped, shape);
}
