import { describe, expect, it } from 'vitest';
import { add, grad, input, mul, sum, tensor } from '../graph/index.ts';
import { applyOperation, type Operation, type Sample } from '../graph/op.ts';
import { operations } from '../graph/ops/index.ts';
import { rand } from '../graph/ops/sample.ts';
import type { Tensor } from '../graph/tensor.ts';
import { distance, formsUnder, lastForms, norm, valuesOf } from './agreement.testing.ts';
import type { Feeds, Numbers } from './executor.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeExecutor } from './node.ts';

/**
 * One rounding to float32 errs by up to 6e-8. Samples are small: a few dozen roundings on the way to an element, and
 * kernels for sin, tanh or erf that err by a few units in the last place, stay well below 2e-6. Transforms to tiles of four
 * outputs make 2e-6 of it (graph/ops/winograd.ts), and up to three convolutions stand in a row here.
 */
const toleranceOf = (form: string): number => (form === 'winograd-4' ? 1e-5 : 2e-6);

// Leaves have no samples: they are fed, as all of this shows.
const tested = operations.filter((operation) => operation.samples().length > 0);

const isFloat = (x: Tensor) => x.dtype === 'float32';

function outputOf(operation: Operation, sample: Sample): { inputs: Tensor[]; output: Tensor } {
  const inputs = sample.inputs.map((value, i) => input(`x${i}`, value.shape, value.dtype ?? 'float32'));
  return { inputs, output: applyOperation(operation, inputs, sample.attributes) };
}

/** Gradients in all float inputs of the output times a fixed, uneven cotangent. */
function gradientsOf(output: Tensor, inputs: readonly Tensor[]): Tensor[] {
  const loss = sum(mul(output, tensor(rand(output.shape, 0.5, 1.5).data, output.shape)));
  return grad(loss, inputs.filter(isFloat));
}

/** Gradients of the squared norm of the gradients: what a gradient penalty computes. */
function secondGradientsOf(output: Tensor, inputs: readonly Tensor[]): Tensor[] {
  const penalty = gradientsOf(output, inputs)
    .map((gradient) => sum(mul(gradient, gradient)))
    .reduce((total, norm) => add(total, norm));
  return grad(penalty, inputs.filter(isFloat));
}

function feedsOf(sample: Sample): Feeds {
  const asFed = ({ data, dtype = 'float32' }: Sample['inputs'][number]): Numbers => {
    if (dtype === 'float32') return Float32Array.from(data);
    if (dtype === 'int32') return Int32Array.from(data);
    return dtype === 'bool' ? Uint8Array.from(data) : data;
  };
  return Object.fromEntries(sample.inputs.map((value, i) => [`x${i}`, asFed(value)]));
}

type Lowerings = (node: Tensor) => string | undefined;

/** Results in ONNX Runtime must equal the interpreter's under each choice of forms. */
async function expectAgreement(
  roots: readonly Tensor[],
  sample: Sample,
  choices: Record<string, Lowerings> = { default: () => undefined },
): Promise<void> {
  const feeds = feedsOf(sample);
  const expected = await valuesOf(interpreterExecutor, roots, feeds);
  for (const [choice, lowerings] of Object.entries(choices)) {
    const actual = await valuesOf(nodeExecutor, roots, feeds, { lowerings });
    roots.forEach((root, i) => {
      const [ours, oracle] = [actual[i]!, expected[i]!];
      expect(ours.length).toBe(oracle.length);
      if (!isFloat(root)) expect(ours).toEqual(oracle);
      else {
        const error = distance(ours, oracle) / Math.max(norm(oracle), 1e-3);
        expect(error, `result ${i}, ${choice} form`).toBeLessThan(toleranceOf(choice));
      }
    });
  }
}

const lowerings = ({ onnx }: Operation) => (typeof onnx === 'function' ? [] : onnx);

/** The preferred forms, the last ones, and each that some operation under the roots may be written in, wherever it fits. */
const allChoices = (roots: readonly Tensor[]): Record<string, Lowerings> => ({
  default: () => undefined,
  last: lastForms,
  ...Object.fromEntries(formsUnder(roots).map((name) => [name, () => name])),
});

describe.each(tested)('$name in ONNX Runtime', (operation) => {
  const samples = operation.samples();

  it('equals the interpreter', async () => {
    for (const sample of samples) await expectAgreement([outputOf(operation, sample).output], sample);
  });

  it.each(lowerings(operation))('equals the interpreter when written as $name', async ({ name, fits }) => {
    const fitting = samples.filter((sample) => {
      const { output } = outputOf(operation, sample);
      return fits?.(output, output.attributes) ?? true;
    });
    expect(fitting.length).toBeGreaterThan(0);
    for (const sample of fitting) {
      await expectAgreement([outputOf(operation, sample).output], sample, { [name]: () => name });
    }
  });
});

const differentiable = tested
  .filter(({ grad }) => grad !== 'none')
  .map((operation) => ({
    name: operation.name,
    forms: lowerings(operation).length,
    samples: operation
      .samples()
      .map((sample) => ({ sample, ...outputOf(operation, sample) }))
      .filter(({ inputs, output }) => isFloat(output) && inputs.some(isFloat)),
  }));

describe('in ONNX Runtime as in the interpreter is', () => {
  it.each(differentiable)('the derivative of $name', async ({ samples }) => {
    for (const { sample, inputs, output } of samples) {
      const gradients = gradientsOf(output, inputs);
      await expectAgreement(gradients, sample, allChoices(gradients));
    }
  });

  // Operations of several forms are those whose derivatives are made of such operations again.
  it.each(differentiable.filter(({ forms }) => forms > 0))(
    'the second derivative of $name',
    async ({ samples }) => {
      for (const { sample, inputs, output } of samples) {
        const gradients = secondGradientsOf(output, inputs);
        await expectAgreement(gradients, sample, allChoices(gradients));
      }
    },
  );
});

// A float16 has 11 bits, so each operand errs by up to 5e-4 and a sum of their products by less than twice that.
const halfTolerance = 1e-3;

/** Results with products in float16 must equal the interpreter's. */
async function expectHalfAgreement(roots: readonly Tensor[], sample: Sample, allowed: number): Promise<void> {
  const feeds = feedsOf(sample);
  const expected = await valuesOf(interpreterExecutor, roots, feeds);
  const actual = await valuesOf(nodeExecutor, roots, feeds, { precision: 'float16' });
  roots.forEach((_, i) => {
    const error = distance(actual[i]!, expected[i]!) / Math.max(norm(expected[i]!), 1e-3);
    expect(error, `result ${i}`).toBeLessThan(allowed);
  });
}

describe('with products in float16', () => {
  const products = tested.filter(({ terms }) => terms);

  it('are convolution, its adjoints and the matrix product', () => {
    expect(products.map(({ name }) => name)).toEqual(['matmul', 'conv', 'convInput', 'convWeight']);
  });

  it.each(products)('$name and its derivatives equal the interpreter', async (operation) => {
    for (const sample of operation.samples()) {
      const { inputs, output } = outputOf(operation, sample);
      await expectHalfAgreement([output], sample, halfTolerance);
      await expectHalfAgreement(gradientsOf(output, inputs), sample, halfTolerance);
      await expectHalfAgreement(secondGradientsOf(output, inputs), sample, 3 * halfTolerance);
    }
  });
});
