import { type Check, criticRate, found, percent, typed, withR1 } from './verdict.ts';

/**
 * Distance to the nearest training example over that of held-out ones. A generator that learnt the distribution is at 1 or above, blurred
 * samples may lie below it.
 */
const NEAR = 0.7;
const COPIED = 0.45;
/** Share of samples twice as near to one training example as to any other, beyond the share that real examples have. */
const COPIES = 0.3;

/** Samples are training examples, learnt by heart. */
export const memorisation: Check = {
  sickness: 'memorisation',
  title: 'memorisation',
  look(evidence) {
    const { thorough, step } = evidence;
    if (!thorough?.novelty) {
      return {
        unchecked: thorough
          ? 'it is looked for in images'
          : "'gansmith doctor' looks through the training data for it",
      };
    }
    const { distance, copies, realCopies, searched, of } = thorough.novelty;
    const part = searched < of ? `${searched} of ${of} training examples` : `all ${of} training examples`;
    const words = `the typical sample is ${distance.toPrecision(2)} times as far from the nearest of ${part} as one held out from them`;
    const excess = copies - realCopies;
    if (distance > NEAR) return { healthy: words };
    return found('memorisation', distance <= COPIED || excess >= COPIES ? 'high' : 'medium', evidence, {
      from: step,
      to: step,
      words: `The generator has learnt training examples by heart: ${words}, and ${percent(copies)} of samples are at least twice as near to one as to any other.`,
      evidence: { distance, copies, realCopies, searched },
      remedies: [
        {
          settings: 'augment=translation,cutout',
          why: 'the same augmentation of real and fake makes few data go further',
        },
        { settings: withR1(evidence, 10), why: 'a smooth critic cannot single out training examples' },
        {
          settings: `dropout=0.3 criticLr=${typed(criticRate(evidence) / 4)}`,
          why: 'a weaker critic learns less by heart',
        },
      ],
    });
  },
};
