import { describe, expect, it } from 'vitest';
import { grad } from './grad.ts';
import { evaluate } from './interpreter.ts';
import { applyOperation, type Operation, type Sample } from './op.ts';
import { mul } from './ops/elementwise.ts';
import { operations } from './ops/index.ts';
import { input, tensor } from './ops/leaf.ts';
import { sum } from './ops/reduce.ts';
import { rand } from './ops/sample.ts';
import type { Tensor } from './tensor.ts';

// Leaves have no rules of their own to test: they are fed.
const tested = operations.filter(({ name }) => name !== 'leaf');

function outputOf(operation: Operation, sample: Sample): { inputs: Tensor[]; output: Tensor } {
  const inputs = sample.inputs.map((value, i) => input(`x${i}`, value.shape, value.dtype ?? 'float32'));
  return { inputs, output: applyOperation(operation, inputs, sample.attributes) };
}

/** The sample as a scalar of named inputs: the sum of the output times a fixed asymmetric cotangent. */
function scalarOf(operation: Operation, sample: Sample): { inputs: Tensor[]; loss: Tensor } {
  const { inputs, output } = outputOf(operation, sample);
  const cotangent = rand([...output.shape, 2], 0.5, 1.5).data.filter((_, i) => i % 2 === 0);
  return { inputs, loss: sum(mul(output, tensor(cotangent, output.shape))) };
}

const leavesOf = (sample: Sample) => Object.fromEntries(sample.inputs.map(({ data }, i) => [`x${i}`, data]));

/** Central differences of a scalar in one input. */
function differences(loss: Tensor, leaves: Record<string, Float64Array>, name: string): Float64Array {
  const step = 1e-5;
  return leaves[name]!.map((x, i) => {
    const at = (value: number) => evaluate(loss, { ...leaves, [name]: leaves[name]!.with(i, value) })[0]!;
    // Fourth order, so that the truncation error stays below the rounding error.
    return (8 * (at(x + step) - at(x - step)) - (at(x + 2 * step) - at(x - 2 * step))) / (12 * step);
  });
}

function relativeError(actual: Float64Array, expected: Float64Array): number {
  const norm = (x: Float64Array) => Math.hypot(...x);
  return norm(actual.map((x, i) => x - expected[i]!)) / Math.max(norm(expected), 1e-3);
}

const floatInputs = (sample: Sample) =>
  sample.inputs.map((_, i) => i).filter((i) => (sample.inputs[i]!.dtype ?? 'float32') === 'float32');

describe.each(tested)('$name', (operation) => {
  const samples = operation.samples();

  it('has samples', () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  const differentiable = samples.filter((sample) => outputOf(operation, sample).output.dtype === 'float32');

  it.runIf(operation.grad !== 'none')('has the first derivative of central differences', () => {
    for (const sample of differentiable) {
      const { inputs, loss } = scalarOf(operation, sample);
      const leaves = leavesOf(sample);
      for (const i of floatInputs(sample)) {
        const analytic = evaluate(grad(loss, [inputs[i]!])[0]!, leaves);
        expect(relativeError(analytic, differences(loss, leaves, `x${i}`))).toBeLessThan(1e-7);
      }
    }
  });

  it.runIf(operation.grad !== 'none')('has the second derivative of the differenced first', () => {
    for (const sample of differentiable) {
      const { inputs, loss } = scalarOf(operation, sample);
      const leaves = leavesOf(sample);
      const floats = floatInputs(sample);
      for (const i of floats) {
        const first = grad(loss, [inputs[i]!])[0]!;
        // The square makes the scalar nonlinear in the first derivative, so linear operations are tested too.
        const again = sum(mul(mul(first, first), tensor(rand(first.shape, 0.5, 1.5).data, first.shape)));
        for (const j of floats) {
          const analytic = evaluate(grad(again, [inputs[j]!])[0]!, leaves);
          expect(relativeError(analytic, differences(again, leaves, `x${j}`))).toBeLessThan(1e-7);
        }
      }
    }
  });
});

it('knows operations by distinct names', () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
