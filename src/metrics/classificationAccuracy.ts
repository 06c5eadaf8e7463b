import { GansmithError, ShapeError } from '../base/errors.ts';

export interface ClassificationAccuracy {
  /** Share of right predictions, 0 to 1. */
  readonly value: number;
  /** Accuracy on the test samples of each class, in the order of labels. */
  readonly classes: { readonly label: number; readonly count: number; readonly value: number }[];
  /** 1 for each right prediction, else 0 (for `bootstrapMean`). */
  readonly hits: Uint8Array;
}

/**
 * Classification accuracy score (Ravuri and Vinyals 2019, arXiv:1905.10887, section 3), the pure part: the accuracy of predictions. The
 * protocol around it is to train a classifier on generated samples with the labels they were generated for, and to predict the
 * labels of real test samples; compare with the same classifier trained on the real training set. GAN-test (Shmelkov et al. 2018,
 * arXiv:1807.09499) is the reverse: trained on real samples, predicting generated ones.
 *
 * @throws ShapeError for unequal numbers of labels, GansmithError for none.
 */
export function classificationAccuracy(
  predicted: ArrayLike<number>,
  expected: ArrayLike<number>,
): ClassificationAccuracy {
  if (predicted.length !== expected.length) {
    throw new ShapeError(
      `classificationAccuracy: ${predicted.length} predictions for ${expected.length} labels; expected one for each`,
    );
  }
  if (expected.length === 0) throw new GansmithError('classificationAccuracy: there are no predictions');
  const hits = Uint8Array.from(expected, (label, i) => (label === predicted[i] ? 1 : 0));
  const right = new Map<number, { count: number; hits: number }>();
  for (let i = 0; i < hits.length; i++) {
    const { count, hits: before } = right.get(expected[i]!) ?? { count: 0, hits: 0 };
    right.set(expected[i]!, { count: count + 1, hits: before + hits[i]! });
  }
  const classes = [...right]
    .sort(([a], [b]) => a - b)
    .map(([label, { count, hits: ofClass }]) => ({ label, count, value: ofClass / count }));
  return { value: hits.reduce((sum, hit) => sum + hit, 0) / hits.length, classes, hits };
}
