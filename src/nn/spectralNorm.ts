import { div, matmul, maximum, mul, sqrt, stopGradient, type Tensor } from '../graph/index.ts';
import { normal } from './initializers.ts';
import type { Initializer, Scope } from './scope.ts';

export interface SpectralNormOptions {
  /** Power iterations per training step. Default 1. */
  iterations?: number;
  /** Smallest length a vector is divided by. Default 1e-12. */
  eps?: number;
  /** Axis of the weight that counts outputs: 0, or 1 for a transposed convolution. Default 0. */
  axis?: 0 | 1;
}

/** What a network's step computes once and all its calls share. */
interface Shared {
  /** Left and right singular vectors so far, [out, 1] and [rest, 1]; constants to the gradient. */
  u: Tensor;
  v: Tensor;
  /** A call on replaced parameters meets another weight under the same name. */
  normalised: Map<Tensor, Tensor>;
}

/**
 * The weight divided by an estimate of its largest singular value, u'Wv, with W the weight as [out, rest] (Miyato et
 * al. 2018, arXiv:1802.05957). The state `u` follows the left singular vector by a power iteration, taken once for a
 * network and step; in sample mode it stays. The result has the weight's shape.
 *
 * An average of `u` over steps is shorter than 1, so in sample mode its direction alone counts.
 */
export function spectralNorm(
  scope: Scope,
  weight: Tensor,
  { iterations = 1, eps = 1e-12, axis = 0 }: SpectralNormOptions = {},
): Tensor {
  const rows = asRows(weight, axis);
  const outputs = rows.shape[0]!;
  const { u, v, normalised } = scope.once<Shared>('spectralNorm', () => {
    const stored = scope.state('u', [outputs], unitVector).reshape([outputs, 1]);
    const found =
      scope.mode === 'train'
        ? powerIteration(rows, stored, iterations, eps)
        : powerIteration(rows, unit(stored, eps), 0, eps);
    return { ...found, normalised: new Map() };
  });
  // Not within `once`, whose first caller may be a penalty, which advances nothing.
  if (scope.mode === 'train') scope.advance('u', u.reshape([outputs]));

  const known = normalised.get(weight);
  if (known) return known;
  const sigma = mul(u, matmul(rows, v)).sum();
  // One division of a scalar: dividing the weight would cost passes over it, above all in the gradient.
  const result = weight.mul(div(1, sigma));
  normalised.set(weight, result);
  return result;
}

/** [out, rest] */
function asRows(weight: Tensor, axis: 0 | 1): Tensor {
  const order = weight.shape.map((_, i) => (i < 2 && axis === 1 ? 1 - i : i));
  const outputsFirst = axis === 0 ? weight : weight.transpose(order);
  return outputsFirst.flatten();
}

function powerIteration(rows: Tensor, start: Tensor, steps: number, eps: number): { u: Tensor; v: Tensor } {
  const right = (u: Tensor) => unit(matmul(rows, u, { transposeA: true }), eps);
  const left = (v: Tensor) => unit(matmul(rows, v), eps);
  let u = start;
  let v = right(u);
  for (let step = 0; step < steps; step++) {
    if (step > 0) v = right(u);
    u = left(v);
  }
  return { u, v };
}

const unit = (x: Tensor, eps: number): Tensor => stopGradient(div(x, maximum(sqrt(mul(x, x).sum()), eps)));

/** A random direction. */
const unitVector: Initializer = (stream, shape) => {
  const values = normal(1)(stream, shape);
  const length = Math.hypot(...values);
  return values.map((x) => x / length);
};
