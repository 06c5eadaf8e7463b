import { ShapeError, UsageError } from '../base/errors.ts';
import { checkPair, type Distribution, sumOver } from './distribution.ts';
import { checkName } from './names.ts';

/** One example's losses as functions of the critic's output t, all to be minimised, with their derivatives in t. */
export interface Objective {
  /** The critic's loss on a real example. */
  real(t: number): number;
  /** The critic's loss on a generated example. */
  fake(t: number): number;
  /** The generator's loss on a generated example. */
  generator(t: number): number;
  realSlope(t: number): number;
  fakeSlope(t: number): number;
  /** How strongly the generator is told to raise t, as a negative number. */
  generatorSlope(t: number): number;
  /** The limit of generatorSlope at t = -inf, where the critic is sure that the example is fake; 0 means vanishing. */
  rejectedSlope: number;
}

export type ObjectiveName = 'minimax' | 'non-saturating' | 'least-squares' | 'hinge' | 'wasserstein';

/** 1 / (1 + e^-t), without overflow. */
export const sigmoid = (t: number): number =>
  t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t));

/** log(1 + e^t), without overflow. */
const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

// The output is a logit: D = sigmoid(t), -log D = softplus(-t), -log(1 - D) = softplus(t).
const logistic = {
  real: (t: number) => softplus(-t),
  fake: softplus,
  realSlope: (t: number) => -sigmoid(-t),
  fakeSlope: sigmoid,
};

/**
 * The objectives, each with both sides as its paper has them:
 * - `minimax`: critic -log D on real, -log(1 - D) on fake; generator log(1 - D), whose slope -D vanishes with D
 *   (Goodfellow et al. 2014, arXiv:1406.2661, equation 1);
 * - `non-saturating`: the same critic; generator -log D, with slope D - 1 (same paper, section 3);
 * - `least-squares`: (t - 1)^2 / 2 on real, t^2 / 2 on fake; generator (t - 1)^2 / 2 (Mao et al. 2017,
 *   arXiv:1611.04076, section 3.2: labels 0 and 1);
 * - `hinge`: max(0, 1 - t) on real, max(0, 1 + t) on fake; generator -t (Lim and Ye 2017, arXiv:1705.02894; Miyato et
 *   al. 2018, arXiv:1802.05957, equations 16 and 17). At the kinks the slope is 0, as in `relu`;
 * - `wasserstein`: -t on real, t on fake; generator -t; the critic must be 1-Lipschitz (Arjovsky et al. 2017,
 *   arXiv:1701.07875, algorithm 1).
 */
export const objectives: Readonly<Record<ObjectiveName, Objective>> = {
  minimax: {
    ...logistic,
    generator: (t) => -softplus(t),
    generatorSlope: (t) => -sigmoid(t),
    rejectedSlope: 0,
  },
  'non-saturating': {
    ...logistic,
    generator: (t) => softplus(-t),
    generatorSlope: (t) => -sigmoid(-t),
    rejectedSlope: -1,
  },
  'least-squares': {
    real: (t) => (t - 1) ** 2 / 2,
    fake: (t) => t ** 2 / 2,
    generator: (t) => (t - 1) ** 2 / 2,
    realSlope: (t) => t - 1,
    fakeSlope: (t) => t,
    generatorSlope: (t) => t - 1,
    rejectedSlope: -Infinity,
  },
  hinge: {
    real: (t) => Math.max(0, 1 - t),
    fake: (t) => Math.max(0, 1 + t),
    generator: (t) => -t,
    realSlope: (t) => (t < 1 ? -1 : 0),
    fakeSlope: (t) => (t > -1 ? 1 : 0),
    generatorSlope: () => -1,
    rejectedSlope: -1,
  },
  wasserstein: {
    real: (t) => -t,
    fake: (t) => t,
    generator: (t) => -t,
    realSlope: () => -1,
    fakeSlope: () => 1,
    generatorSlope: () => -1,
    rejectedSlope: -1,
  },
};

/**
 * The critic's expected loss E_p[real(t)] + E_q[fake(t)] for data p, generator q and one output t an outcome, [n].
 * Outputs may be infinite; outcomes that never happen count nothing.
 */
export function criticLoss(
  p: Distribution,
  q: Distribution,
  outputs: ArrayLike<number>,
  objective: ObjectiveName,
): number {
  checkPair('criticLoss', p, q);
  checkName('criticLoss', 'objective', objective, Object.keys(objectives));
  if (outputs.length !== p.length) {
    throw new ShapeError(
      `criticLoss: ${outputs.length} critic outputs for ${p.length} outcomes; give one for each outcome`,
    );
  }
  const { real, fake } = objectives[objective];
  const weighted = (weight: number, loss: (t: number) => number, t: number) =>
    weight === 0 ? 0 : weight * loss(t);
  return sumOver(p, q, (a, b, i) => weighted(a, real, outputs[i]!) + weighted(b, fake, outputs[i]!));
}

/**
 * The outputs that minimise the critic's loss for a fixed generator, [n]:
 * - `minimax`, `non-saturating`: the logit log(p / q) of D* = p / (p + q); the loss is log 4 - 2 JSD;
 * - `least-squares`: p / (p + q); the loss is sum p q / (p + q) / 2 (Mao et al. 2017, arXiv:1611.04076, section 3.2);
 * - `hinge`: sign(p - q), any value of [-1, 1] where p = q, 0 here; the loss is 2 - 2 TV (Lim and Ye 2017,
 *   arXiv:1705.02894).
 * Where p = q = 0 every output is optimal; the one for p = q > 0 is given. The Wasserstein critic depends on where
 * the outcomes lie: see `kantorovichOnLine`, whose value is the negated loss.
 */
export function optimalOutputs(p: Distribution, q: Distribution, objective: ObjectiveName): number[] {
  checkPair('optimalOutputs', p, q);
  checkName('optimalOutputs', 'objective', objective, Object.keys(objectives));
  const output = outputAt[objective];
  if (!output) {
    throw new UsageError(
      'optimalOutputs: the optimal Wasserstein critic depends on where the outcomes lie; use kantorovichOnLine or transport',
    );
  }
  return Array.from(p, (a, i) => output(a, q[i]!));
}

const logRatio = (p: number, q: number) => (p === q ? 0 : Math.log(p) - Math.log(q));
const outputAt: Partial<Record<ObjectiveName, (p: number, q: number) => number>> = {
  minimax: logRatio,
  'non-saturating': logRatio,
  'least-squares': (p, q) => (p === q ? 0.5 : p / (p + q)),
  hinge: (p, q) => Math.sign(p - q),
};

/**
 * The least squares game with labels a (fake), b (real) and c (what the generator wants), at the critic's optimum D*
 * = (b p + a q) / (p + q): C(G) = (E_p[(D* - c)^2] + E_q[(D* - c)^2]) / 2. With b - c = 1 and b - a = 2, 2 C(G) = sum
 * (p - q)^2 / (p + q), the Pearson chi-square of p + q against 2 q (Mao et al. 2017, arXiv:1611.04076, section 3.2).
 */
export function leastSquaresCriterion(
  p: Distribution,
  q: Distribution,
  { a = -1, b = 1, c = 0 }: { a?: number; b?: number; c?: number } = {},
): number {
  checkPair('leastSquaresCriterion', p, q);
  const doubled = sumOver(p, q, (real, fake) => {
    const both = real + fake;
    return both === 0 ? 0 : both * ((b * real + a * fake) / both - c) ** 2;
  });
  return doubled / 2;
}
