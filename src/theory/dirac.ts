import { UsageError } from '../base/errors.ts';
import { grad } from '../graph/grad.ts';
import { interpret } from '../graph/interpreter.ts';
import { softplus, square } from '../graph/ops/composite.ts';
import { abs, add, mul, neg, sub } from '../graph/ops/elementwise.ts';
import { input, tensor } from '../graph/ops/leaf.ts';
import { sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { normalize } from './distribution.ts';
import { checkName } from './names.ts';
import { type Complex, eigenvalues, type Matrix } from './spectrum.ts';

// The Dirac-GAN of Mescheder et al. 2018 (arXiv:1801.04406, section 2.2): the data is a point mass at 0, the
// generator one at theta, the critic D(x) = psi x. In the paper's notation, kept here, a large D says "fake": the
// critic maximises L = E[f(D(fake))] + E[f(-D(real))] = f(psi theta) + f(0) with f(t) = -log(1 + e^-t), and the
// generator minimises it. The equilibrium is theta = psi = 0.

export const diracControls = [
  'minimax',
  'non-saturating',
  'wgan',
  'wgan-clipping',
  'wgan-gp',
  'instance-noise',
  'r1',
  'r2',
  'consensus',
] as const;
export type DiracControl = (typeof diracControls)[number];

export interface DiracOptions {
  /** Weight gamma of `r1`, `r2` and `consensus`; default 1. */
  readonly gamma?: number;
  /** Standard deviation of `instance-noise`, on real and fake alike; default 1. */
  readonly noise?: number;
  /** Weight lambda of `wgan-gp`; default 1. */
  readonly lambda?: number;
  /** Gradient norm that `wgan-gp` asks for; default 1. */
  readonly target?: number;
  /** `wgan-clipping` keeps psi in [-clip, clip]; default 1. */
  readonly clip?: number;
}

export interface DiracGan {
  readonly control: DiracControl;
  /** Where both players want to go: (-d/dtheta of the generator's loss, -d/dpsi of the critic's loss). */
  field(theta: number, psi: number): [number, number];
  /** Derivative of the field at the equilibrium, [2][2]; undefined for `wgan-gp`, whose field jumps there. */
  readonly jacobian: Matrix | undefined;
  /** Eigenvalues of the Jacobian, computed. */
  readonly eigenvalues: readonly Complex[] | undefined;
  /**
   * Whether training with small enough learning rates converges to the equilibrium at a linear rate from nearby: all
   * eigenvalues have negative real parts (Mescheder et al. 2018, section 2.1). True for instance noise, R1, R2 and
   * consensus; false for the unregularised losses, whose eigenvalues are imaginary, WGAN, clipping and WGAN-GP.
   */
  readonly locallyConvergent: boolean;
  /** What psi becomes after an update: itself, or clipped. */
  limit(psi: number): number;
}

type Filled = Required<DiracOptions>;
interface Losses {
  generator: Tensor;
  critic: Tensor;
}

/**
 * The Dirac-GAN under one control; fields and Jacobian are derivatives of the losses on the symbolic graph:
 * - `minimax`: the generator minimises L. Orbits are closed circles: theta v_theta + psi v_psi = 0;
 * - `non-saturating`: the generator maximises f(-psi theta). The same Jacobian; of flow along the field, theta^2 +
 *   psi^2 falls like 8 / time, slower than any exponential;
 * - `wgan`: f(t) = t; `wgan-clipping` (Arjovsky et al. 2017) also keeps psi in an interval;
 * - `wgan-gp` (Gulrajani et al. 2017): `wgan` with critic penalty lambda / 2 (|psi| - target)^2, |psi| being the norm
 *   of dD/dx;
 * - `instance-noise` (Sønderby et al. 2017; Mescheder et al. 2018, section 3): N(0, noise^2) on real and fake; the
 *   expectation is a sum over a grid, good to 1e-10 while noise times |psi| stays below 3;
 * - `r1`, `r2` (section 4.1): `minimax` with gamma / 2 E|dD/dx|^2 = gamma / 2 psi^2 on the data or the generator;
 *   equal here, as dD/dx is the same everywhere;
 * - `consensus` (Mescheder et al. 2017, arXiv:1705.10461): `minimax`, both players descending gamma / 2 |v|^2 as
 *   well.
 *
 * @throws UsageError for an unknown control or option, or a strength that is negative.
 */
export function diracGan(control: DiracControl, options: DiracOptions = {}): DiracGan {
  const filled = checked(control, options);
  const theta = input('theta', []);
  const psi = input('psi', []);
  const losses = lossesOf(control, theta, psi, filled);
  const plain = [neg(grad(losses.generator, [theta])[0]!), neg(grad(losses.critic, [psi])[0]!)];
  const field = control === 'consensus' ? withConsensus(plain, theta, psi, filled.gamma) : plain;
  const evaluate = (roots: readonly Tensor[]) => {
    const run = interpret(roots);
    return (at: number, slope: number) =>
      run((name) => [name === 'theta' ? at : slope]).map((value) => value[0]!);
  };
  const fieldAt = evaluate(field);
  const jacobianAt = evaluate(field.flatMap((component) => grad(component, [theta, psi])));
  const [a, b, c, d] = jacobianAt(0, 0);
  const smooth = control !== 'wgan-gp' || filled.lambda * filled.target === 0;
  const jacobian = smooth
    ? [
        [a!, b!],
        [c!, d!],
      ]
    : undefined;
  const values = jacobian && eigenvalues(jacobian);
  return {
    control,
    field(at, slope) {
      const [first, second] = fieldAt(at, slope);
      return [first!, second!];
    },
    jacobian,
    eigenvalues: values,
    locallyConvergent: values?.every(({ re }) => re < 0) ?? false,
    limit: (slope) =>
      control === 'wgan-clipping' ? Math.min(filled.clip, Math.max(-filled.clip, slope)) : slope,
  };
}

/**
 * The eigenvalues of the Jacobian at the equilibrium in closed form, with f'(0) = 1/2 and f''(0) = -1/4 (Mescheder et
 * al. 2018, sections 2 and 3): imaginary, +-i f'(0), without a control and +-i for WGAN; with control
 * - `instance-noise`: f''(0) noise^2 +- sqrt(f''(0)^2 noise^4 - f'(0)^2);
 * - `r1`, `r2`: -gamma / 2 +- sqrt(gamma^2 / 4 - f'(0)^2): best damped at gamma = 2 f'(0) = 1, slow again beyond;
 * - `consensus`: -gamma f'(0)^2 +- i f'(0).
 * Undefined for `wgan-gp`.
 */
export function diracEigenvalues(control: DiracControl, options: DiracOptions = {}): Complex[] | undefined {
  const { gamma, noise, lambda, target } = checked(control, options);
  const slope = control.startsWith('wgan') ? 1 : 0.5;
  const damping: Record<DiracControl, number> = {
    minimax: 0,
    'non-saturating': 0,
    wgan: 0,
    'wgan-clipping': 0,
    'wgan-gp': lambda / 2,
    'instance-noise': noise ** 2 / 4,
    r1: gamma / 2,
    r2: gamma / 2,
    consensus: gamma * slope ** 2,
  };
  if (control === 'wgan-gp' && lambda * target !== 0) return undefined;
  const middle = 0 - damping[control];
  if (control === 'consensus') return pair(middle, -(slope ** 2));
  return pair(middle, middle ** 2 - slope ** 2);
}

function pair(middle: number, discriminant: number): Complex[] {
  const root = Math.sqrt(Math.abs(discriminant));
  if (discriminant < 0) return [root, -root].map((im) => ({ re: middle, im }));
  return [root, -root].map((offset) => ({ re: middle + offset, im: 0 }));
}

/** f(t) = -log(1 + e^-t) = log sigmoid(t). */
const f = (t: Tensor): Tensor => neg(softplus(neg(t)));

function lossesOf(control: DiracControl, theta: Tensor, psi: Tensor, options: Filled): Losses {
  const output = mul(psi, theta); // D(fake); D(real) is 0
  const zeroSum = (value: Tensor, penalty?: Tensor): Losses => ({
    generator: value,
    critic: penalty ? sub(penalty, value) : neg(value),
  });
  switch (control) {
    case 'minimax':
    case 'consensus':
      return zeroSum(f(output));
    case 'non-saturating':
      return { generator: neg(f(neg(output))), critic: neg(f(output)) };
    case 'wgan':
    case 'wgan-clipping':
      return zeroSum(output);
    case 'wgan-gp': {
      // lambda / 2 (|psi| - target)^2, multiplied out: psi^2 is smooth at 0, |psi| is not.
      const kinked = sub(square(psi), mul(abs(psi), 2 * options.target));
      return zeroSum(output, mul(add(kinked, options.target ** 2), options.lambda / 2));
    }
    case 'instance-noise':
      return zeroSum(noisyValue(theta, psi, options.noise));
    case 'r1':
    case 'r2':
      return zeroSum(f(output), mul(square(psi), options.gamma / 2));
  }
}

/**
 * E[f(psi (theta + e))] + E[f(-psi e)] over e in N(0, noise^2), by the trapezoidal rule, which is spectrally accurate
 * here.
 */
function noisyValue(theta: Tensor, psi: Tensor, noise: number): Tensor {
  const nodes = Array.from({ length: 121 }, (_, i) => (i - 60) * 0.15); // standard deviations
  const weights = tensor(normalize(nodes.map((node) => Math.exp(-(node ** 2) / 2))));
  const errors = tensor(nodes.map((node) => node * noise));
  const fake = f(mul(psi, add(theta, errors)));
  const real = f(neg(mul(psi, errors)));
  return sum(mul(weights, add(fake, real)));
}

function withConsensus(field: readonly Tensor[], theta: Tensor, psi: Tensor, gamma: number): Tensor[] {
  const energy = mul(add(square(field[0]!), square(field[1]!)), gamma / 2);
  const slopes = grad(energy, [theta, psi]);
  return field.map((component, i) => sub(component, slopes[i]!));
}

function checked(control: DiracControl, options: DiracOptions): Filled {
  checkName('diracGan', 'control', control, diracControls);
  const defaults = { gamma: 1, noise: 1, lambda: 1, target: 1, clip: 1 };
  for (const name of Object.keys(options)) checkName('diracGan', 'option', name, Object.keys(defaults));
  const filled = { ...defaults, ...options };
  for (const [name, value] of Object.entries(filled)) {
    if (!(value >= 0 && value < Infinity)) {
      throw new UsageError(`diracGan: ${name} is ${value}; expected a finite number of at least 0`);
    }
  }
  return filled;
}
