import { mean } from './distances.ts';
import type { Evidence } from './evidence.ts';
import { distanceBeyondReal, movement } from './examine.ts';
import { lastSteps, valuesOf } from './series.ts';
import { type Check, criticRate, found, numberOf, percent, typed, withR1 } from './verdict.ts';

/** Steps over which samples must have moved. */
export const LASTING = 300;
/** Samples that moved less than this share of the real spread have not: so much averaged running statistics move by themselves. */
export const STILL = 0.025;
/** Samples that lie so much of the real spread beyond real examples are no use yet. */
export const FAR = 0.1;
/** Accuracy from which the critic sees that. */
const TOLD_APART = 0.9;

/**
 * How far the samples are at most from where a look that is remembered found them, at least 300 steps ago, over the real spread; undefined
 * when they were not looked at long enough. Step 0 does not count: its running statistics are none yet.
 */
export function recentMovement({ samples }: Evidence): { from: number; moved: number } | undefined {
  const latest = samples.at(-1);
  const before = samples.filter(({ step }) => step > 0 && latest && latest.step - step >= LASTING);
  if (!latest || before.length === 0) return undefined;
  return { from: before[0]!.step, moved: Math.max(...before.map((seen) => movement(seen, latest))) };
}

/** The generator makes the same bad samples step after step, though the critic tells them from real ones. */
export const generatorStuck: Check = {
  sickness: 'generator-stuck',
  title: 'a stuck generator',
  look(evidence) {
    const recent = lastSteps(evidence.series, LASTING);
    const motion = recentMovement(evidence);
    if (!recent || !motion) return { unchecked: `it takes samples from ${LASTING} steps apart to tell` };
    const beyond = distanceBeyondReal(evidence.samples.at(-1)!);
    const { moved, from } = motion;
    const way = `samples moved by ${(100 * moved).toPrecision(2)} % of the real spread in ${evidence.step - from} steps`;
    if (moved >= STILL || beyond < FAR) return { healthy: way };
    const accuracy = valuesOf(recent, 'accuracy');
    const told = accuracy.length === 0 || mean(accuracy) > TOLD_APART;
    const gradient = mean(valuesOf(recent, 'generatorGradient'));
    const lr = numberOf(evidence, 'lr', 0);
    return found('generator-stuck', told ? 'high' : 'medium', evidence, {
      from,
      to: evidence.step,
      words: `The generator is stuck: ${way}, though they lie ${percent(beyond)} of that spread farther from real examples than those do from each other.`,
      evidence: {
        moved,
        distanceBeyondReal: beyond,
        generatorGradient: gradient,
        ...(accuracy.length > 0 ? { accuracy: mean(accuracy) } : {}),
      },
      remedies: [
        ...(evidence.config.objective === 'minimax'
          ? [
              {
                settings: 'objective=non-saturating',
                why: 'the saturating loss has no gradient while the critic wins',
              },
            ]
          : []),
        ...(lr < 1e-4
          ? [{ settings: 'lr=0.0002', why: `the learning rate ${lr} is too low to get anywhere` }]
          : [
              {
                settings: `criticLr=${typed(criticRate(evidence) / 4)}`,
                why: 'a slower critic leaves the generator a gradient',
              },
            ]),
        { settings: 'criticSteps=1', why: 'the critic then gets no further ahead' },
        { settings: withR1(evidence, 1), why: 'a smooth critic has a gradient wherever the samples are' },
      ],
    });
  },
};
