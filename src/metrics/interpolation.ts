import { ShapeError, UsageError } from '../base/errors.ts';

type Vector = Float32Array | Float64Array;

/** (1 - t) a + t b, the straight path: StyleGAN's in w. Vectors [n], t usually in [0, 1]. */
export function lerp(a: Vector, b: Vector, t: number): Float64Array {
  checkLengths('lerp', a, b);
  return Float64Array.from(a, (value, i) => value + (b[i]! - value) * t);
}

/**
 * The point at angle t theta from a towards b on the unit sphere, where theta is the angle between them: StyleGAN's path in z.
 * Both ends are scaled to length 1 first, and so is the result. Vectors [n], t usually in [0, 1].
 *
 * @throws UsageError when an end is zero or the ends are opposite, for then no path is the shortest.
 */
export function slerp(a: Vector, b: Vector, t: number): Float64Array {
  checkLengths('slerp', a, b);
  const [from, to] = [normalized(a), normalized(b)];
  let cosine = 0;
  for (let i = 0; i < from.length; i++) cosine += from[i]! * to[i]!;
  const across = to.map((value, i) => value - cosine * from[i]!);
  const length = lengthOf(across);
  if (length < 1e-12) {
    if (cosine > 0) return from;
    throw new UsageError('slerp: the ends point in opposite directions; draw another pair');
  }
  const angle = t * Math.atan2(length, cosine);
  return normalized(
    from.map((value, i) => value * Math.cos(angle) + (across[i]! / length) * Math.sin(angle)),
  );
}

function lengthOf(vector: Vector): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

function normalized(vector: Vector): Float64Array {
  const length = lengthOf(vector);
  if (!(length > 0 && length < Infinity)) {
    throw new UsageError(`slerp: an end has length ${length}; expected a vector of finite length above 0`);
  }
  return Float64Array.from(vector, (value) => value / length);
}

function checkLengths(where: string, a: Vector, b: Vector): void {
  if (a.length !== b.length) {
    throw new ShapeError(`${where}: the ends have ${a.length} and ${b.length} elements; expected as many`);
  }
}
