import { UsageError } from '../base/errors.ts';
import type { DiracGan } from './dirac.ts';
import { checkName } from './names.ts';
import { eigenvalues, type Matrix, multiply, spectralRadius, type Verdict, verdictOf } from './spectrum.ts';
import { checkPath, type Turn, taken } from './turns.ts';

export const diracUpdates = ['simultaneous', 'alternating', 'extragradient', 'optimistic'] as const;
export type DiracUpdate = (typeof diracUpdates)[number];

export interface DiracTraining {
  /** Learning rate h of both players, > 0. */
  readonly rate: number;
  /**
   * With v the field and z = (theta, psi):
   * - `simultaneous`: both step from the same point, z' = z + h v(z);
   * - `alternating` (default): the critic first, then the generator against it;
   * - `extragradient`: z' = z + h v(z + h v(z)) (Korpelevich 1976; Gidel et al. 2019, arXiv:1802.10551);
   * - `optimistic`: z' = z + 2 h v(z) - h v(z_before) (Daskalakis et al. 2018, arXiv:1711.00141).
   */
  readonly update?: DiracUpdate;
  /** Critic steps for each generator step, of alternating updates; default 1. */
  readonly criticSteps?: number;
}

/**
 * The path of (theta, psi) under gradient steps, start included, [steps + 1][2] (Mescheder et al. 2018,
 * arXiv:1801.04406, section 2.1). With `turns`, one a step, theta moves alone where it is `first` and psi where it is `second`, one step
 * from where both stand; `steps` is then not looked at.
 */
export function diracTrajectory(
  gan: DiracGan,
  {
    start = [1, 1],
    steps = 500,
    turns,
    ...training
  }: DiracTraining & {
    readonly start?: readonly [number, number];
    readonly steps?: number;
    readonly turns?: readonly Turn[];
  },
): Point[] {
  const { rate, update, criticSteps } = checked(training);
  checkPath('Dirac-GAN', start, steps);
  const step = steppers[update](gan, rate, criticSteps);
  const alone = steppers[update === 'alternating' ? 'simultaneous' : update](gan, rate, 1);
  const path: Point[] = [[...start]];
  for (const [k, turn] of (turns ?? new Array<Turn>(steps).fill('both')).entries()) {
    const now = path[k]!;
    path.push(taken(turn, now, (turn === 'both' ? step : alone)(now, path[Math.max(0, k - 1)]!)));
  }
  return path;
}

type Point = [theta: number, psi: number];
/** The next point, from where the players stand and where they stood a step before: at the start, in the same place. */
type Step = (now: Point, before: Point) => Point;

/** A step of length h along a direction of the field, psi kept where the control keeps it. */
const along = (gan: DiracGan, [theta, psi]: Point, h: number, [v, w]: Point): Point => [
  theta + h * v,
  gan.limit(psi + h * w),
];

const steppers: Readonly<Record<DiracUpdate, (gan: DiracGan, h: number, criticSteps: number) => Step>> = {
  simultaneous: (gan, h) => (now) => along(gan, now, h, gan.field(...now)),
  alternating: (gan, h, criticSteps) => (now) => {
    let [theta, psi] = now;
    for (let k = 0; k < criticSteps; k++) psi = gan.limit(psi + h * gan.field(theta, psi)[1]);
    theta += h * gan.field(theta, psi)[0];
    return [theta, psi];
  },
  extragradient: (gan, h) => (now) => along(gan, now, h, gan.field(...along(gan, now, h, gan.field(...now)))),
  optimistic: (gan, h) => (now, before) => {
    const [v, w] = gan.field(...now);
    const [v0, w0] = gan.field(...before);
    return along(gan, now, h, [2 * v - v0, 2 * w - w0]);
  },
};

/**
 * What one round of training does near the equilibrium: the spectral radius of its linearisation, and the verdict it
 * implies. Where the radius is 1 the linear part circles for ever; what is left of the field then decides over long
 * times (`non-saturating` creeps inwards).
 *
 * `wgan-gp` has no linearisation there: its penalty pushes psi away from 0 at the constant speed lambda * target, so the
 * path never arrives. It circles while the rate is small enough for what is linear on each side of psi = 0 to shrink, and
 * runs away otherwise. `wgan-clipping` cannot run away: where its linear part does not shrink, it ends on a
 * cycle that may touch the bounds.
 */
export function diracVerdict(
  gan: DiracGan,
  training: DiracTraining,
): { spectralRadius: number | undefined; verdict: Verdict } {
  const { rate, update, criticSteps } = checked(training);
  const radiusOf = (jacobian: Matrix) =>
    spectralRadius(eigenvalues(linearised(jacobian, { rate, update, criticSteps })));
  if (!gan.jacobian) {
    const shrinks = verdictOf(radiusOf(jacobianBeside(gan))) === 'converges';
    return { spectralRadius: undefined, verdict: shrinks ? 'cycles' : 'diverges' };
  }
  const radius = radiusOf(gan.jacobian);
  const verdict = verdictOf(radius);
  const bounded = gan.control === 'wgan-clipping';
  return { spectralRadius: radius, verdict: bounded && verdict === 'diverges' ? 'cycles' : verdict };
}

/** The Jacobian of a field that is linear on each side of psi = 0, with a jump between them. */
function jacobianBeside(gan: DiracGan): Matrix {
  const [at, right, up] = [gan.field(0, 1), gan.field(1, 1), gan.field(0, 2)];
  return [0, 1].map((row) => [right[row]! - at[row]!, up[row]! - at[row]!]);
}

/**
 * One round near the equilibrium, with J the Jacobian of the field: simultaneous I + h J; alternating the product of the
 * players' steps; extragradient I + h J + (h J)^2; optimistic, on (z, z_before), [[I + 2 h J, -h J], [I, 0]].
 */
function linearised(jacobian: Matrix, { rate, update, criticSteps }: Required<DiracTraining>): Matrix {
  const [[a, b], [c, d]] = jacobian.map((row) => row.map((value) => rate * value)) as [Point, Point];
  switch (update) {
    case 'simultaneous':
      return [
        [1 + a, b],
        [c, 1 + d],
      ];
    case 'alternating':
      return Array.from({ length: criticSteps }).reduce<Matrix>(
        (product) =>
          multiply(product, [
            [1, 0],
            [c, 1 + d],
          ]),
        [
          [1 + a, b],
          [0, 1],
        ],
      );
    case 'extragradient':
      return [
        [1 + a + a * a + b * c, b + a * b + b * d],
        [c + c * a + d * c, 1 + d + c * b + d * d],
      ];
    case 'optimistic':
      return [
        [1 + 2 * a, 2 * b, -a, -b],
        [2 * c, 1 + 2 * d, -c, -d],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ];
  }
}

function checked({ rate, update = 'alternating', criticSteps = 1 }: DiracTraining): Required<DiracTraining> {
  checkName('Dirac-GAN', 'update', update, diracUpdates);
  if (!(rate > 0 && rate < Infinity)) {
    throw new UsageError(`Dirac-GAN: expected a positive learning rate, got ${rate}`);
  }
  if (!Number.isInteger(criticSteps) || criticSteps < 1) {
    throw new UsageError(`Dirac-GAN: expected a whole number of critic steps from 1, got ${criticSteps}`);
  }
  if (update !== 'alternating' && criticSteps !== 1) {
    throw new UsageError(`Dirac-GAN: ${update} updates take one critic step; several need alternating ones`);
  }
  return { rate, update, criticSteps };
}
