import { grad } from './grad.ts';
import { evaluate } from './interpreter.ts';
import { applyOperation, type Operation } from './op.ts';
import { mul } from './ops/elementwise.ts';
import { input, tensor } from './ops/leaf.ts';
import { sum } from './ops/reduce.ts';
import { rand } from './ops/sample.ts';
import type { Tensor } from './tensor.ts';

/** Largest relative L2 errors over an operation's samples and inputs. */
export interface DerivativeErrors {
  /** Analytic first derivative against central differences of the value. */
  first: number;
  /** Analytic second derivative against central differences of the analytic first. */
  second: number;
}

/**
 * Compares an operation's derivatives with central differences in float64, for each of its samples. Both errors of a right
 * rule are below 1e-7; they are 0 for an operation without a derivative.
 */
export function checkDerivatives(operation: Operation): DerivativeErrors {
  const errors = { first: 0, second: 0 };
  if (operation.grad === 'none') return errors;
  for (const sample of operation.samples()) {
    const inputs = sample.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype ?? 'float32'));
    const output = applyOperation(operation, inputs, sample.attributes);
    if (output.dtype !== 'float32') continue;
    const loss = weightedSum(output);
    const leaves = Object.fromEntries(sample.inputs.map(({ data }, i) => [`x${i}`, data]));
    const floats = inputs.filter(({ dtype }) => dtype === 'float32');
    for (const x of floats) {
      const first = grad(loss, [x])[0]!;
      errors.first = Math.max(errors.first, differenceError(loss, x, leaves));
      // The square makes the scalar nonlinear in the first derivative, so that linear operations are tested too.
      const again = weightedSum(mul(first, first));
      for (const y of floats) errors.second = Math.max(errors.second, differenceError(again, y, leaves));
    }
  }
  return errors;
}

/** The sum of x times fixed asymmetric weights: a scalar that feels every element differently. */
function weightedSum(x: Tensor): Tensor {
  const weights = rand([...x.shape, 2], 0.5, 1.5).data.filter((_, i) => i % 2 === 0);
  return sum(mul(x, tensor(weights, x.shape)));
}

/** How far the analytic derivative of a scalar in a leaf is from central differences. */
function differenceError(scalar: Tensor, x: Tensor, leaves: Record<string, Float64Array>): number {
  const name = x.attributes.name as string;
  const step = 1e-5;
  const at = (i: number, value: number) =>
    evaluate(scalar, { ...leaves, [name]: leaves[name]!.with(i, value) })[0]!;
  // Fourth order, so that the truncation error stays below the rounding error.
  const expected = leaves[name]!.map(
    (value, i) =>
      (8 * (at(i, value + step) - at(i, value - step)) -
        (at(i, value + 2 * step) - at(i, value - 2 * step))) /
      (12 * step),
  );
  const actual = evaluate(grad(scalar, [x])[0]!, leaves);
  const norm = (values: Float64Array) => Math.hypot(...values);
  return norm(actual.map((value, i) => value - expected[i]!)) / Math.max(norm(expected), 1e-3);
}
