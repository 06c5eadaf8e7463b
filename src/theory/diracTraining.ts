import { UsageError } from '../base/errors.ts';
import type { DiracGan } from './dirac.ts';
import { eigenvalues, type Matrix, multiply, spectralRadius, type Verdict, verdictOf } from './spectrum.ts';

export interface DiracTraining {
  /** Learning rate h of both players, > 0. */
  readonly rate: number;
  /**
   * `simultaneous`: both step from the same point. `alternating` (default): the critic first, then the generator
   * against it.
   */
  readonly update?: 'simultaneous' | 'alternating';
  /** Critic steps for each generator step, of alternating updates; default 1. */
  readonly criticSteps?: number;
}

/**
 * The path of (theta, psi) under gradient steps, start included, [steps + 1][2] (Mescheder et al. 2018,
 * arXiv:1801.04406, section 2.1).
 */
export function diracTrajectory(
  gan: DiracGan,
  {
    start = [1, 1],
    steps = 500,
    ...training
  }: DiracTraining & { readonly start?: readonly [number, number]; readonly steps?: number },
): [theta: number, psi: number][] {
  const { rate, update, criticSteps } = checked(training);
  let [theta, psi] = start;
  const path: [number, number][] = [[theta, psi]];
  for (let step = 0; step < steps; step++) {
    const before = psi;
    for (let k = 0; k < criticSteps; k++) psi = gan.limit(psi + rate * gan.field(theta, psi)[1]);
    theta += rate * gan.field(theta, update === 'simultaneous' ? before : psi)[0];
    path.push([theta, psi]);
  }
  return path;
}

/**
 * What one round of training does near the equilibrium: the spectral radius of its linearisation (simultaneous: I + h
 * J; alternating: the product of the players' steps), and the verdict it implies. Where the radius is 1 the linear
 * part circles for ever; what is left of the field then decides over long times (`non-saturating` creeps inwards).
 *
 * `wgan-gp` has no linearisation: its penalty pushes psi away from 0 at the constant speed lambda * target, so the
 * path circles without arriving. `wgan-clipping` cannot run away: where its linear part grows, it ends on a cycle
 * that touches the bounds.
 */
export function diracVerdict(
  gan: DiracGan,
  training: DiracTraining,
): { spectralRadius: number | undefined; verdict: Verdict } {
  const { rate, update, criticSteps } = checked(training);
  if (!gan.jacobian) return { spectralRadius: undefined, verdict: 'cycles' };
  const [[a, b], [c, d]] = gan.jacobian as [[number, number], [number, number]];
  const round: Matrix =
    update === 'simultaneous'
      ? [
          [1 + rate * a, rate * b],
          [rate * c, 1 + rate * d],
        ]
      : Array.from({ length: criticSteps }).reduce<Matrix>(
          (product) =>
            multiply(product, [
              [1, 0],
              [rate * c, 1 + rate * d],
            ]),
          [
            [1 + rate * a, rate * b],
            [0, 1],
          ],
        );
  const radius = spectralRadius(eigenvalues(round));
  const bounded = gan.control === 'wgan-clipping';
  return { spectralRadius: radius, verdict: bounded ? 'cycles' : verdictOf(radius) };
}

function checked({ rate, update = 'alternating', criticSteps = 1 }: DiracTraining): Required<DiracTraining> {
  if (!(rate > 0 && rate < Infinity)) {
    throw new UsageError(`Dirac-GAN: expected a positive learning rate, got ${rate}`);
  }
  if (!Number.isInteger(criticSteps) || criticSteps < 1) {
    throw new UsageError(`Dirac-GAN: expected a whole number of critic steps from 1, got ${criticSteps}`);
  }
  if (update === 'simultaneous' && criticSteps !== 1) {
    throw new UsageError(
      'Dirac-GAN: simultaneous updates take one critic step; several need alternating ones',
    );
  }
  return { rate, update, criticSteps };
}
