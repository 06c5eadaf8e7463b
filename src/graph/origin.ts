/**
 * Which part of a model a tensor was made for: what a profile sums time over. It has no bearing on what the tensor is, so
 * tensors that differ in nothing else are equal, and one made nowhere in particular has none.
 */
export interface Origin {
  /** The layer's full name, such as `D/down2/conv`; a name in parentheses for what is no layer, such as `(loss)`. */
  layer: string;
  pass: Pass;
}

/** A derivative of what is itself a derivative, as a gradient penalty needs, is the double backward pass. */
export type Pass = 'forward' | 'backward' | 'double backward' | 'update';

let current: Origin | undefined;

/** Runs a body; tensors made in it are of that origin, unless made in a `within` of their own. */
export function within<T>(origin: Origin | undefined, body: () => T): T {
  const outer = current;
  current = origin;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** Where tensors made now come from. */
export const currentOrigin = (): Origin | undefined => current;

const derivedPass: Record<Pass, Pass> = {
  forward: 'backward',
  backward: 'double backward',
  'double backward': 'double backward',
  update: 'update',
};

/** Where the derivative of a tensor comes from: the same layer, one pass on. */
export const derivativeOf = (origin: Origin | undefined): Origin | undefined =>
  origin && { layer: origin.layer, pass: derivedPass[origin.pass] };
