import { ShapeError } from '../base/errors.ts';
import { checkPair, type Distribution, sumOver } from './distribution.ts';

/**
 * A convex function f with f(1) = 0 on u > 0, which makes the divergence D_f(p || q) = sum q f(p / q), and its dual.
 */
export interface Generator {
  /** f(u), u > 0. */
  f(u: number): number;
  /** The limit of f at 0, which counts where p = 0. */
  atZero: number;
  /** The limit of f(u) / u at infinity, which counts where q = 0. */
  slopeAtInfinity: number;
  /** f'(u): the output of the optimal critic where p / q = u. */
  derivative(u: number): number;
  /** The convex conjugate f*(t) = sup over u > 0 of (u t - f(u)); infinite outside its domain. */
  conjugate(t: number): number;
}

const LOG_2 = Math.log(2);
const below = (limit: number, value: (t: number) => number) => (t: number) =>
  t < limit ? value(t) : Infinity;

/**
 * The divergences of Nowozin et al. 2016 (arXiv:1606.00709), tables 1 and 2, as functions of u = p / q.
 * `jensenShannon` is halved to have its usual meaning, `totalVariation` to lie in [0, 1]; `gan` is 2 JSD - log 4, the
 * value of the original game.
 */
export const generators = {
  kl: {
    f: (u) => u * Math.log(u),
    atZero: 0,
    slopeAtInfinity: Infinity,
    derivative: (u) => 1 + Math.log(u),
    conjugate: (t) => Math.exp(t - 1),
  },
  reverseKl: {
    f: (u) => -Math.log(u),
    atZero: Infinity,
    slopeAtInfinity: 0,
    derivative: (u) => -1 / u,
    conjugate: below(0, (t) => -1 - Math.log(-t)),
  },
  pearson: {
    f: (u) => (u - 1) ** 2,
    atZero: 1,
    slopeAtInfinity: Infinity,
    derivative: (u) => 2 * (u - 1),
    // Below -2 the supremum lies at u = 0.
    conjugate: (t) => (t < -2 ? -1 : t ** 2 / 4 + t),
  },
  squaredHellinger: {
    f: (u) => (Math.sqrt(u) - 1) ** 2,
    atZero: 1,
    slopeAtInfinity: 1,
    derivative: (u) => 1 - 1 / Math.sqrt(u),
    conjugate: below(1, (t) => t / (1 - t)),
  },
  totalVariation: {
    f: (u) => Math.abs(u - 1) / 2,
    atZero: 0.5,
    slopeAtInfinity: 0.5,
    derivative: (u) => Math.sign(u - 1) / 2,
    conjugate: (t) => (t > 0.5 ? Infinity : Math.max(t, -0.5)),
  },
  jensenShannon: {
    f: (u) => (u * Math.log(u) - (u + 1) * Math.log((u + 1) / 2)) / 2,
    atZero: LOG_2 / 2,
    slopeAtInfinity: LOG_2 / 2,
    derivative: (u) => Math.log((2 * u) / (u + 1)) / 2,
    conjugate: below(LOG_2 / 2, (t) => -Math.log(2 - Math.exp(2 * t)) / 2),
  },
  gan: {
    f: (u) => u * Math.log(u) - (u + 1) * Math.log(u + 1),
    atZero: 0,
    slopeAtInfinity: 0,
    derivative: (u) => Math.log(u / (u + 1)),
    conjugate: below(0, (t) => -Math.log(1 - Math.exp(t))),
  },
} satisfies Record<string, Generator>;

/**
 * D_f(p || q) = sum q f(p / q), with p f'(inf) where q = 0 or p / q is out of range (Nowozin et al. 2016, arXiv:1606.00709, section 2.1). Nats
 * for those with a logarithm.
 */
export function fDivergence(p: Distribution, q: Distribution, generator: Generator): number {
  checkPair('fDivergence', p, q);
  return sumOver(p, q, (a, b) => {
    if (a === 0) return b === 0 ? 0 : b * generator.atZero;
    const ratio = a / b;
    return ratio === Infinity ? a * generator.slopeAtInfinity : b * generator.f(ratio);
  });
}

/**
 * What a critic with outputs t proves about D_f(p || q): E_p[t] - E_q[f*(t)], never more than the divergence, and
 * equal to it for t = f'(p / q) (Nowozin et al. 2016, arXiv:1606.00709, equations 4 and 5).
 *
 * @param outputs the critic's output for each outcome, [n]; one outside the domain of f* proves nothing: minus
 *   infinity.
 */
export function variationalBound(
  p: Distribution,
  q: Distribution,
  outputs: ArrayLike<number>,
  generator: Generator,
): number {
  checkPair('variationalBound', p, q);
  if (outputs.length !== p.length) {
    throw new ShapeError(
      `variationalBound: ${outputs.length} critic outputs for ${p.length} outcomes; give one for each outcome`,
    );
  }
  const weighted = (weight: number, value: number) => (weight === 0 ? 0 : weight * value);
  return sumOver(p, q, (a, b, i) => weighted(a, outputs[i]!) - weighted(b, generator.conjugate(outputs[i]!)));
}
