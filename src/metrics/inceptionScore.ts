import { UsageError } from '../base/errors.ts';
import { checkFeatures, checkWhole, type Features } from './features.ts';
import { mean, squaresAboutMean } from './statistics.ts';

export interface InceptionScore {
  /** Mean over the splits, from 1 to the number of classes; larger is better. */
  readonly value: number;
  /** Over the splits, with divisor `splits`, as published values have it. */
  readonly standardDeviation: number;
  /** The score of each split. */
  readonly scores: Float64Array;
}

/**
 * Inception Score exp(E KL(p(y|x) || p(y))) (Salimans et al. 2016, arXiv:1606.03498, section 4), the mean over consecutive
 * splits of the samples, each with its own p(y).
 *
 * Protocol of published values: 50,000 samples in 10 splits, the Inception network's 1008 or 1000 outputs. With another classifier
 * it is that classifier's score. It does not look at real data, and a sample that is repeated in each class maximises it.
 *
 * @param probabilities p(y|x), a row for each sample; see `softmax`. Shuffle samples that come class by class.
 * @throws UsageError when a row is no distribution or there are more splits than samples.
 */
export function inceptionScore(probabilities: Features, { splits = 10 } = {}): InceptionScore {
  checkFeatures('inceptionScore', 'probabilities', probabilities);
  checkWhole('inceptionScore', 'splits', splits, 1, probabilities.count);
  checkRows(probabilities);
  const bound = (split: number) => Math.floor((split * probabilities.count) / splits);
  const scores = Float64Array.from({ length: splits }, (_, split) =>
    scoreOf(probabilities, bound(split), bound(split + 1)),
  );
  return { value: mean(scores), standardDeviation: Math.sqrt(squaresAboutMean(scores) / splits), scores };
}

function scoreOf({ data, width }: Features, from: number, to: number): number {
  const marginal = new Float64Array(width);
  for (let i = from; i < to; i++) {
    for (let k = 0; k < width; k++) marginal[k]! += data[i * width + k]! / (to - from);
  }
  let divergence = 0;
  for (let i = from; i < to; i++) {
    for (let k = 0; k < width; k++) {
      const p = data[i * width + k]!;
      if (p > 0) divergence += p * Math.log(p / marginal[k]!);
    }
  }
  return Math.exp(divergence / (to - from));
}

/** Rows as probabilities in float64, from the outputs of a classifier before its softmax. */
export function softmax(logits: Features): Features {
  checkFeatures('softmax', 'logits', logits);
  const { count, width } = logits;
  const data = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const row = logits.data.subarray(i * width, (i + 1) * width);
    let largest = -Infinity;
    for (const logit of row) largest = Math.max(largest, logit);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += data[i * width + k] = Math.exp(row[k]! - largest);
    for (let k = 0; k < width; k++) data[i * width + k]! /= sum;
  }
  return { data, count, width };
}

function checkRows({ data, count, width }: Features): void {
  for (let i = 0; i < count; i++) {
    let sum = 0;
    let least = 0;
    for (let k = 0; k < width; k++) {
      sum += data[i * width + k]!;
      least = Math.min(least, data[i * width + k]!);
    }
    if (least < 0 || Math.abs(sum - 1) > 1e-4) {
      throw new UsageError(
        `inceptionScore: the probabilities of sample ${i} sum to ${sum} and the least is ${least}; expected a distribution, pass logits through softmax() first`,
      );
    }
  }
}
