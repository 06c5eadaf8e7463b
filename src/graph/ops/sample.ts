import { randomStream } from '../../base/random.ts';
import type { Value } from '../op.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { DType } from '../tensor.ts';

/** Reproducible numbers for an operation's test cases, uniform in [low, high), kept 0.05 away from zero on request. */
export function rand(shape: Shape, low = -1, high = 1, awayFromZero = false): Value {
  const stream = randomStream(7, 'sample', shape.join('x'), low, high);
  const data = stream.fillUniform(new Float64Array(sizeOf(shape)), low, high);
  // Operations with a kink at zero are compared with central differences, which must not straddle it.
  const moved = awayFromZero ? data.map((x) => (x < 0 ? x - 0.05 : x + 0.05)) : data;
  return { shape, data: moved.map(Math.fround) };
}

/** Fixed numbers of a given element type. */
export const given = (shape: Shape, values: readonly number[], dtype?: DType): Value & { dtype?: DType } => ({
  shape,
  data: Float64Array.from(values),
  ...(dtype ? { dtype } : {}),
});
