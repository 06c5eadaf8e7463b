import { describe, expect, it } from 'vitest';
import { checkDerivatives } from './checkDerivatives.ts';
import { input } from './index.ts';
import { operations } from './ops/index.ts';
import { sizeOf } from './shape.ts';

// Leaves have no rules of their own to test: they are fed.
const tested = operations.filter(({ name }) => name !== 'leaf');

describe.each(tested)('$name', (operation) => {
  it('has samples', () => {
    expect(operation.samples().length).toBeGreaterThan(0);
  });

  it('writes every element of its result, whatever was there before', () => {
    for (const { inputs, attributes } of operation.samples()) {
      const tensors = inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
      const { shape } = operation.infer(tensors, attributes);
      const [clean, used] = [0, 7].map((left) => ({
        shape,
        data: new Float64Array(sizeOf(shape)).fill(left),
      }));
      operation.eval(inputs, attributes, clean!);
      operation.eval(inputs, attributes, used!);
      expect(used!.data).toEqual(clean!.data);
    }
  });

  it.runIf(operation.grad !== 'none')('has the first and second derivatives of central differences', () => {
    const { first, second } = checkDerivatives(operation);
    expect(first).toBeLessThan(1e-7);
    expect(second).toBeLessThan(1e-7);
  });
});

it('knows operations by distinct names', () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
