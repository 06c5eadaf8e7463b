import { GansmithError, ShapeError } from '../../base/errors.ts';
import { formatShape, OPEN, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

// Checks that several operations share; `where` names the operation in the message.

export function requireFloat(where: string, ...inputs: readonly Tensor[]): void {
  for (const { dtype } of inputs) {
    if (dtype !== 'float32') throw new ShapeError(`${where}: works on float32, not ${dtype}; cast it first`);
  }
}

/** Refuses an open batch where an operation would sum over it or make it longer. */
export function requireClosed(where: string, shape: Shape, axis: number, deed: string): void {
  if (shape[axis] === OPEN) {
    throw new ShapeError(
      `${where}: the batch axis of ${formatShape(shape)} is open, so it cannot be ${deed}; build for a fixed batch size`,
    );
  }
}

/** Refuses amounts that are not whole numbers from `least` up. */
export function requireWhole(where: string, what: string, least: number, amounts: readonly number[]): void {
  if (amounts.some((amount) => !Number.isInteger(amount) || amount < least)) {
    throw new GansmithError(
      `${where}: ${what} must be ${least} or more, in whole numbers, not ${amounts.join(', ')}`,
    );
  }
}
