import { UsageError } from '../../base/errors.ts';
import { softplus, square } from '../../graph/ops/composite.ts';
import { add, cast, greater, less, mul, neg, relu, sub } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/reduce.ts';
import { concat } from '../../graph/ops/slicing.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** The objectives of the two players; each is defined in `objectiveRules`. */
export const OBJECTIVES = [
  'non-saturating',
  'minimax',
  'least-squares',
  'hinge',
  'wasserstein',
  'relativistic-average',
  'relativistic-average-ls',
  'relativistic-average-hinge',
  'relativistic-pairing',
] as const;

export type Objective = (typeof OBJECTIVES)[number];

export interface ObjectiveOptions {
  /** Default 'non-saturating'. */
  objective?: Objective;
  /** Targets of least squares for fake, for real, and for fakes in the generator's eyes. Default [0, 1, 1]. */
  leastSquares?: readonly number[];
}

/** The losses of one objective, score by score. A score is the critic's raw output, [B, 1]. */
export interface ObjectiveRule {
  /** The critic's loss of the score of a real example. */
  onReal(score: Tensor): Tensor;
  /** The critic's loss of the score of a fake. */
  onFake(score: Tensor): Tensor;
  /** The generator's loss of the score of a fake. Relativistic generators play the critic's part with the roles swapped. */
  onFooled?(score: Tensor): Tensor;
  /** What a score is compared with before it is judged: nothing, the mean of the other side, or its partner there. */
  relative?: 'average' | 'pairing';
  /** Score above which the critic calls an example real; a Wasserstein critic, which ranks only, has none. */
  boundary?: number;
}

/**
 * How each objective judges scores s. With sigmoid(s) = D(x), -log D = softplus(-s) and -log(1 - D) = softplus(s).
 *
 * - `minimax`: -log D(real) - log(1 - D(fake)); the generator minimises log(1 - D(fake)), which saturates; `non-saturating`: it
 *   minimises -log D(fake) (Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and section 3)
 * - `least-squares`: (s - b)^2 / 2 on real, (s - a)^2 / 2 on fake, (s - c)^2 / 2 for the generator (Mao et al. 2017, arXiv:1611.04076,
 *   equation 2)
 * - `hinge`: max(0, 1 - s) on real, max(0, 1 + s) on fake, -s for the generator (Lim and Ye 2017, arXiv:1705.02894; Miyato et al.
 *   2018, arXiv:1802.05957, equations 16 and 17)
 * - `wasserstein`: -s on real, s on fake, -s for the generator (Arjovsky et al. 2017, arXiv:1701.07875, equations 2 and 3)
 * - `relativistic-average`, `-ls`, `-hinge`: s less the mean score of the other side (Jolicoeur-Martineau 2019, arXiv:1807.00734,
 *   appendix B: RaSGAN, RaLSGAN with targets 1 and -1, RaHingeGAN)
 * - `relativistic-pairing`: softplus(-(s_real - s_fake)), real i beside fake i; the generator swaps them (same paper, RpGAN; Huang et al.
 *   2024, arXiv:2501.05441, equation 2)
 */
export function objectiveRule({
  objective = 'non-saturating',
  leastSquares: [a = 0, b = 1, c = 1] = [],
}: ObjectiveOptions = {}): ObjectiveRule {
  const logistic = { onReal: (s: Tensor) => softplus(neg(s)), onFake: softplus };
  const margin = { onReal: (s: Tensor) => relu(sub(1, s)), onFake: (s: Tensor) => relu(add(s, 1)) };
  const distance = (target: number) => (s: Tensor) => mul(square(sub(s, target)), 0.5);
  const squares = (target: number) => (s: Tensor) => square(sub(s, target));
  const rules: Record<Objective, ObjectiveRule> = {
    'non-saturating': { ...logistic, onFooled: (s) => softplus(neg(s)), boundary: 0 },
    minimax: { ...logistic, onFooled: (s) => neg(softplus(s)), boundary: 0 },
    'least-squares': {
      onReal: distance(b),
      onFake: distance(a),
      onFooled: distance(c),
      boundary: (a + b) / 2,
    },
    hinge: { ...margin, onFooled: neg, boundary: 0 },
    wasserstein: { onReal: neg, onFake: (s) => s, onFooled: neg },
    'relativistic-average': { ...logistic, relative: 'average', boundary: 0 },
    'relativistic-average-ls': {
      onReal: squares(1),
      onFake: squares(-1),
      relative: 'average',
      boundary: 0,
    },
    'relativistic-average-hinge': { ...margin, relative: 'average', boundary: 0 },
    'relativistic-pairing': { ...logistic, relative: 'pairing', boundary: 0 },
  };
  if (!Object.hasOwn(rules, objective)) {
    throw new UsageError(`objective '${objective}' is unknown; choose from ${OBJECTIVES.join(', ')}`);
  }
  return rules[objective];
}

/** Changes to what the critic is told, against its overconfidence. */
export interface LabelNoise {
  /** Target of real examples, below 1 for one-sided label smoothing. Default 1. */
  realTarget?: number;
  /** 1 where an example's side is told wrongly, [B, 1]. Default: nowhere. */
  flipReal?: Tensor;
  flipFake?: Tensor;
}

/**
 * The critic's loss, to be minimised: the mean over real examples plus the mean over fakes. Scores [B, 1].
 *
 * `realTarget` t makes the loss on real examples t onReal + (1 - t) onFake: for the logistic losses the cross entropy with target t
 * (Salimans et al. 2016, arXiv:1606.03498, section 3.4). Flips exchange the two losses of single examples.
 */
export function criticLoss(
  real: Tensor,
  fake: Tensor,
  { realTarget = 1, flipReal, flipFake, ...options }: ObjectiveOptions & LabelNoise = {},
): Tensor {
  const rule = objectiveRule(options);
  const [ofReal, ofFake] = compared(rule, real, fake);
  // One term a pair: the fake's side would say the same again.
  if (rule.relative === 'pairing') return mean(rule.onReal(ofReal));
  const onReal =
    realTarget === 1
      ? rule.onReal(ofReal)
      : add(mul(rule.onReal(ofReal), realTarget), mul(rule.onFake(ofReal), 1 - realTarget));
  const onFake = rule.onFake(ofFake);
  return add(
    mean(flipReal ? exchanged(onReal, rule.onFake(ofReal), flipReal) : onReal),
    mean(flipFake ? exchanged(onFake, rule.onReal(ofFake), flipFake) : onFake),
  );
}

const exchanged = (told: Tensor, wrongly: Tensor, flip: Tensor): Tensor =>
  add(mul(told, sub(1, flip)), mul(wrongly, flip));

/**
 * The generator's loss, to be minimised, from scores [B, 1] of fakes, and of real examples for the relativistic objectives.
 *
 * @throws UsageError when a relativistic objective is given no real scores.
 */
export function generatorLoss(
  fake: Tensor,
  options: Objective | (ObjectiveOptions & { real?: Tensor }) = {},
): Tensor {
  const { real, ...rest } = typeof options === 'string' ? { objective: options } : options;
  const rule = objectiveRule(rest);
  if (rule.onFooled) return mean(rule.onFooled(fake));
  if (!real) {
    throw new UsageError(
      `generatorLoss: the objective '${rest.objective}' compares fakes with real examples; give their scores as 'real'`,
    );
  }
  return criticLoss(fake, real, rest);
}

/** Scores as an objective judges them: by themselves, or less what they are compared with. */
function compared({ relative }: ObjectiveRule, real: Tensor, fake: Tensor): [Tensor, Tensor] {
  if (!relative) return [real, fake];
  if (relative === 'pairing') return [sub(real, fake), sub(fake, real)];
  return [sub(real, mean(fake)), sub(fake, mean(real))];
}

/**
 * How often the critic is right on average, in [0, 1]: half at equilibrium. Relativistic critics are right where a score is
 * above what it is compared with; a Wasserstein critic counts as if its boundary were 0.
 */
export function criticAccuracy(real: Tensor, fake: Tensor, options: ObjectiveOptions = {}): Tensor {
  const rule = objectiveRule(options);
  const [ofReal, ofFake] = compared(rule, real, fake);
  const share = (right: Tensor) => mean(cast(right, 'float32'));
  const { boundary = 0 } = rule;
  return mul(add(share(greater(ofReal, boundary)), share(less(ofFake, boundary))), 0.5);
}

/** A critic's loss of one example below which there is next to nothing to learn from it: sigmoid(3) is 0.95. */
const SATURATED = 0.05;

/**
 * Share of examples, real and fake together, whose side is so clear to the critic that their loss is below 0.05: near 1 when the
 * critic has won. For objectives with a boundary; a Wasserstein critic's loss has no floor to come near.
 */
export function criticSaturation(real: Tensor, fake: Tensor, options: ObjectiveOptions = {}): Tensor {
  const rule = objectiveRule(options);
  const [ofReal, ofFake] = compared(rule, real, fake);
  const losses = concat([rule.onReal(ofReal), rule.onFake(ofFake)], 0); // [2 B, 1]
  return mean(cast(less(losses, SATURATED), 'float32'));
}
