import { describe, expect, it } from 'vitest';
import { add, grad, input, mul, sum, tensor } from '../graph/index.ts';
import { applyOperation, type Operation, type Sample } from '../graph/op.ts';
import { operations } from '../graph/ops/index.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { rand } from '../graph/ops/sample.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Executor, Feeds, Numbers } from './executor.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeExecutor } from './node.ts';

// One rounding to float32 errs by up to 6e-8. Samples are small: a few dozen roundings on the way to an element, and
// kernels for sin, tanh or erf that err by a few units in the last place, stay well below this.
const tolerance = 2e-6;

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

async function run(executor: Executor, roots: readonly Tensor[], feeds: Feeds, lowerings: Lowerings) {
  const outputs = new Map(roots.map((root, i) => [`y${i}`, root]));
  const program: Program = { name: 'sample', outputs, updates: new Map() };
  const compiled = await executor.compile(program, { threads: 1, lowerings });
  // Derivatives of a linear operation do not depend on all of its inputs.
  const names = leavesOf(program).inputs.map(leafName);
  const needed = Object.fromEntries(names.map((name) => [name, feeds[name]!]));
  const result = await compiled.run(needed, executor.createStates());
  await compiled.release();
  return result.outputs;
}

function relativeError(actual: Numbers, expected: Numbers): number {
  const norm = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));
  const difference = Array.from(actual, (x, i) => x - expected[i]!);
  return norm(difference) / Math.max(norm(expected), 1e-3);
}

async function expectAgreement(
  roots: readonly Tensor[],
  sample: Sample,
  lowerings: Lowerings = () => undefined,
): Promise<void> {
  const feeds = feedsOf(sample);
  const expected = await run(interpreterExecutor, roots, feeds, lowerings);
  const actual = await run(nodeExecutor, roots, feeds, lowerings);
  roots.forEach((root, i) => {
    const [ours, oracle] = [actual[`y${i}`]!, expected[`y${i}`]!];
    expect(ours.length).toBe(oracle.length);
    if (isFloat(root)) expect(relativeError(ours, oracle)).toBeLessThan(tolerance);
    else expect(ours).toEqual(oracle);
  });
}

const lowerings = ({ onnx }: Operation) => (typeof onnx === 'function' ? [] : onnx);

/** Every operation by its last form, so that derivatives are seen by other forms than the preferred ones too. */
const lastLowerings: Lowerings = ({ op }) => lowerings(op).at(-1)?.name;

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
      await expectAgreement([outputOf(operation, sample).output], sample, () => name);
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
      await expectAgreement(gradientsOf(output, inputs), sample);
      await expectAgreement(gradientsOf(output, inputs), sample, lastLowerings);
    }
  });

  // Operations of several forms are those whose derivatives are made of such operations again.
  it.each(differentiable.filter(({ forms }) => forms > 0))(
    'the second derivative of $name',
    async ({ samples }) => {
      for (const { sample, inputs, output } of samples) {
        await expectAgreement(secondGradientsOf(output, inputs), sample);
        await expectAgreement(secondGradientsOf(output, inputs), sample, lastLowerings);
      }
    },
  );
});
