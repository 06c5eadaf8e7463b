import { type Check, criticRate, found, percent, typed, withR1 } from './verdict.ts';

/** How far held-out examples may have fallen towards the fakes; ADA steers its counterpart to 0.6 (arXiv:2006.06676, section 3.1). */
const SOME = 0.25;
const MUCH = 0.5;
/** Standard errors by which training and held-out scores must differ. */
const SURE = 5;

/** The critic knows its training data by heart: real data it has not seen look fake to it. */
export const overfittingCritic: Check = {
  sickness: 'overfitting-critic',
  title: 'an overfitting critic',
  look(evidence) {
    const { thorough, step } = evidence;
    if (!thorough?.heldOut) {
      return {
        unchecked: thorough
          ? 'it takes real data that were not trained on; name them by --held-out'
          : "'gansmith doctor' asks the critic about held-out data",
      };
    }
    const { training, heldOut, fake, error, overfit } = thorough.heldOut;
    const scores = `it scores training data ${training.toPrecision(3)} on average, held-out data ${heldOut.toPrecision(3)} and samples ${fake.toPrecision(3)}`;
    if (overfit < SOME || training - heldOut < SURE * error) return { healthy: scores };
    return found('overfitting-critic', overfit >= MUCH ? 'high' : 'medium', evidence, {
      from: step,
      to: step,
      words: `The critic overfits: ${scores}, so held-out data have fallen ${percent(Math.min(1, overfit))} of the way to the samples.`,
      evidence: { training, heldOut, fake, standardError: error, overfit },
      remedies: [
        {
          settings: 'augment=translation,cutout',
          why: 'the critic then never sees a training example twice',
        },
        { settings: 'dropout=0.3', why: 'a critic with units missing learns less by heart' },
        { settings: withR1(evidence, 10), why: 'a smooth critic cannot single out training examples' },
        {
          settings: `criticLr=${typed(criticRate(evidence) / 4)}`,
          why: 'a slower critic learns less by heart',
        },
      ],
    });
  },
};
