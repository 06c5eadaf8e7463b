import { type Check, criticRate, found, numberOf, typed } from './verdict.ts';

/** A reported number of this size is on its way out of float32. */
const HUGE = 1e9;

/** A number stopped being finite, or is about to. */
export const nonFinite: Check = {
  sickness: 'non-finite',
  title: 'numbers that are not finite',
  look(evidence) {
    const { nonFinite, series, step } = evidence;
    const largest = series.buckets.at(-1)?.largest ?? 0;
    const [lr, rate] = [numberOf(evidence, 'lr', 0), criticRate(evidence)];
    const remedies = [
      {
        settings: `lr=${typed(lr / 10)} criticLr=${typed(rate / 10)}`,
        why: 'steps too long throw the weights out of range',
      },
      ...(evidence.config.objective === 'wasserstein'
        ? [
            {
              settings: 'gradientPenalty=two-sided',
              why: 'a Wasserstein critic without a bound on its slope has no bound on its scores',
            },
          ]
        : []),
      { settings: 'spectralNorm=true', why: 'bounded weights bound the scores' },
      { settings: 'optimizer=adam', why: 'its steps do not grow with the gradient' },
    ];
    if (nonFinite) {
      return found('non-finite', 'high', evidence, {
        from: nonFinite.step,
        to: nonFinite.step + 1,
        words: `A number stopped being finite in step ${nonFinite.step + 1}: ${nonFinite.message.split('. ')[0]}.`,
        evidence: { largest },
        remedies,
      });
    }
    if (largest < HUGE) return { healthy: 'all numbers are finite' };
    return found('non-finite', 'medium', evidence, {
      from: series.buckets.at(-1)!.from,
      to: step,
      words: `Numbers are on their way out of range: one of those reported is ${largest.toExponential(1)}.`,
      evidence: { largest },
      remedies,
    });
  },
};
