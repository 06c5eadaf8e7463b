import { describe, expect, it } from 'vitest';
import { checkDerivatives } from './checkDerivatives.ts';
import { operations } from './ops/index.ts';

// Leaves have no rules of their own to test: they are fed.
const tested = operations.filter(({ name }) => name !== 'leaf');

describe.each(tested)('$name', (operation) => {
  it('has samples', () => {
    expect(operation.samples().length).toBeGreaterThan(0);
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
