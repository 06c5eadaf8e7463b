/** How a critic scores real examples it was trained on, others, and samples. */
export interface HeldOutScores {
  training: number;
  heldOut: number;
  fake: number;
  /** Standard error of `training - heldOut`. */
  error: number;
  /**
   * How far held-out examples have fallen from the training data towards the fakes, 0 for a critic that does not overfit and 1 for
   * one that knows its training data by heart: r_v of Karras et al. 2020 (arXiv:2006.06676, equation 1).
   */
  overfit: number;
}

/** Compares the scores of one critic. */
export function compareScores(
  training: readonly number[],
  heldOut: readonly number[],
  fake: readonly number[],
): HeldOutScores {
  const [ofTraining, ofHeldOut, ofFake] = [training, heldOut, fake].map(moments) as [
    Moments,
    Moments,
    Moments,
  ];
  const gap = ofTraining.mean - ofFake.mean;
  return {
    training: ofTraining.mean,
    heldOut: ofHeldOut.mean,
    fake: ofFake.mean,
    error: Math.sqrt(ofTraining.variance / training.length + ofHeldOut.variance / heldOut.length),
    overfit: gap === 0 ? 0 : (ofTraining.mean - ofHeldOut.mean) / gap,
  };
}

interface Moments {
  mean: number;
  variance: number;
}

function moments(values: readonly number[]): Moments {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, variance: squares / Math.max(1, values.length - 1) };
}
