import { ShapeError, UsageError } from '../base/errors.ts';
import { checkPair, type Distribution, sumOver } from './distribution.ts';

/**
 * The value of the game, V(D, G) = E_p[log D] + E_q[log(1 - D)] for data p, generator q and a critic's probabilities
 * D of "real", in nats, at most 0 (Goodfellow et al. 2014, arXiv:1406.2661, equation 1). Outcomes that never happen
 * count nothing.
 *
 * @param critic D for each outcome, in [0, 1], [n].
 */
export function gameValue(p: Distribution, q: Distribution, critic: ArrayLike<number>): number {
  checkPair('gameValue', p, q);
  if (critic.length !== p.length) {
    throw new ShapeError(
      `gameValue: ${critic.length} critic outputs for ${p.length} outcomes; give one for each outcome`,
    );
  }
  checkProbabilities('gameValue', 'critic', critic);
  const weightedLog = (weight: number, x: number) => (weight === 0 ? 0 : weight * Math.log(x));
  return sumOver(p, q, (a, b, i) => weightedLog(a, critic[i]!) + weightedLog(b, 1 - critic[i]!));
}

/** The largest number below 1. */
const NEARLY_ONE = 1 - Number.EPSILON / 2;

/**
 * The critic that maximises V for a fixed generator, D* = p / (p + q) (Goodfellow et al. 2014, arXiv:1406.2661,
 * proposition 1). V(D*, G) = 2 JSD(p, q) - log 4 (theorem 1). Where p = q = 0 every value is optimal and the paper
 * leaves D* open; it is 1/2 here, the value of a critic that has seen nothing. Where q > 0 it stays below 1 even if
 * p / (p + q) rounds to that, as in the tails of two normal densities: a critic that is sure there pays log 0.
 */
export function optimalCritic(p: Distribution, q: Distribution): number[] {
  checkPair('optimalCritic', p, q);
  return Array.from(p, (a, i) => {
    const b = q[i]!;
    if (a === 0 && b === 0) return 0.5;
    return b === 0 ? 1 : Math.min(a / (a + b), NEARLY_ONE);
  });
}

/**
 * The critic's loss on samples, -mean log D(real) - mean log(1 - D(fake)), in nats: each batch is averaged, the two
 * averages are added (Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1). Outputs 0.9, 0.7 on real and 0.3, 0.6 on
 * fake give -(log 0.9 + log 0.7) / 2 - (log 0.7 + log 0.4) / 2 = 0.2310 + 0.6365 = 0.8675.
 *
 * @param real D of real examples, in [0, 1]. @param fake D of generated ones.
 */
export function criticSampleLoss(real: ArrayLike<number>, fake: ArrayLike<number>): number {
  return meanOf('criticSampleLoss', 'real', real, surprise) + meanOf('criticSampleLoss', 'fake', fake, doubt);
}

/**
 * The generator's non-saturating loss on samples, -mean log D(fake), in nats (Goodfellow et al. 2014,
 * arXiv:1406.2661, section 3). Outputs 0.3, 0.6 give -(log 0.3 + log 0.6) / 2 = (1.2040 + 0.5108) / 2 = 0.8574.
 */
export const nonSaturatingSampleLoss = (fake: ArrayLike<number>): number =>
  meanOf('nonSaturatingSampleLoss', 'fake', fake, surprise);

/** The generator's loss in the minimax game on samples, mean log(1 - D(fake)), in nats (same paper, algorithm 1). */
export const saturatingSampleLoss = (fake: ArrayLike<number>): number =>
  -meanOf('saturatingSampleLoss', 'fake', fake, doubt);

const surprise = (probability: number) => -Math.log(probability);
const doubt = (probability: number) => -Math.log1p(-probability);

function meanOf(
  where: string,
  name: string,
  values: ArrayLike<number>,
  term: (value: number) => number,
): number {
  checkProbabilities(where, name, values);
  if (values.length === 0) throw new UsageError(`${where}: ${name} is empty; give at least one output`);
  return Array.from(values, term).reduce((sum, value) => sum + value, 0) / values.length;
}

function checkProbabilities(where: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0 && values[i]! <= 1)) {
      throw new UsageError(
        `${where}: ${name}[${i}] is ${values[i]}; expected a probability from 0 to 1 (the sigmoid of a logit)`,
      );
    }
  }
}
