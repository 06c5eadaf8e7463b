import type { Remedy } from '../train/findings.ts';
import { mean } from './distances.ts';
import type { Evidence } from './evidence.ts';
import { lastSteps, valuesOf } from './series.ts';
import { type Check, criticRate, found, isLogistic, numberOf, percent, typed, withR1 } from './verdict.ts';

/** Steps that the critic must have won for. */
const LASTING = 300;
/** Share of examples that leave the critic nothing to learn. Healthy runs stay below nine tenths. */
const WON = 0.95;
/** The generator's gradient over its largest: below this it has vanished. */
const VANISHED = 1e-2;
/** A non-saturating generator's loss -log D(fake) at which the critic is sure of each fake. */
const LOST = 6;

/**
 * The critic has won: its loss is next to nothing because almost every example is clear to it, so its verdicts no longer say which
 * way is better. The saturating loss then has no gradient (Goodfellow et al. 2014, arXiv:1406.2661, section 3; Arjovsky and Bottou
 * 2017, arXiv:1701.04862, theorem 2.4).
 */
export const criticTooStrong: Check = {
  sickness: 'critic-too-strong',
  title: 'a critic too strong',
  look(evidence) {
    const { series } = evidence;
    const recent = lastSteps(series, LASTING);
    if (!recent) return { unchecked: `it takes ${LASTING} steps to tell` };
    const saturated = valuesOf(recent, 'saturated');
    if (saturated.length === 0) {
      return { unchecked: 'no phase reports the share of examples that are clear to the critic (saturated)' };
    }
    const share = mean(saturated);
    const clear = `${percent(share)} of examples are clear to the critic`;
    if (Math.min(...saturated) < WON - 0.05 || share < WON) return { healthy: clear };
    const criticLoss = mean(valuesOf(recent, 'criticLoss'));
    const generatorLoss = mean(valuesOf(recent, 'generatorLoss'));
    const gradient = mean(valuesOf(recent, 'generatorGradient')) / (series.peaks.generatorGradient || 1);
    const vanished = gradient < VANISHED;
    const lost = vanished || (isLogistic(evidence) && generatorLoss > LOST);
    const effect = vanished
      ? `the generator's gradient has shrunk to ${percent(gradient)} of its largest`
      : `the generator's loss stands at ${generatorLoss.toPrecision(2)}`;
    return found('critic-too-strong', lost ? 'high' : 'medium', evidence, {
      from: recent[0]!.from,
      to: evidence.step,
      words: `The critic is too strong: for ${LASTING} steps ${clear}, its loss is ${criticLoss.toPrecision(2)}, and ${effect}.`,
      evidence: { saturated: share, criticLoss, generatorLoss, generatorGradientOfPeak: gradient },
      remedies: remedies(evidence),
    });
  },
};

function remedies(evidence: Evidence): Remedy[] {
  const steps = numberOf(evidence, 'criticSteps', 1);
  const [lr, rate] = [numberOf(evidence, 'lr', 0), criticRate(evidence)];
  return [
    ...(evidence.config.objective === 'minimax'
      ? [{ settings: 'objective=non-saturating', why: 'its gradient does not vanish where the critic wins' }]
      : []),
    ...(steps > 1
      ? [{ settings: 'criticSteps=1', why: `the critic takes ${steps} steps for each of the generator's` }]
      : []),
    ...(rate > lr ? [{ settings: sameRate(lr), why: 'the critic learns faster than the generator' }] : []),
    { settings: withR1(evidence, 1), why: 'a penalty on its gradient at real data keeps the critic smooth' },
    { settings: 'realLabel=0.9', why: 'one-sided label smoothing keeps the critic from being sure' },
    { settings: 'instanceNoise=0.1', why: 'noise on all the critic sees makes real and fake overlap' },
  ];
}

/** Both learn at the generator's rate, or at a usual one where that is next to none. */
const sameRate = (lr: number): string => (lr < 1e-4 ? 'lr=0.0002 criticLr=0.0002' : `criticLr=${typed(lr)}`);
