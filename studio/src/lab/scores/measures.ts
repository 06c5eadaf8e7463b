import {
  densityCoverage,
  type Features,
  frechetDistanceOfFeatures,
  polynomialDiscrepancy,
  precisionRecall,
} from 'gansmith/metrics';

/** A score of generated pictures beside real ones. */
export interface Score {
  name: 'frechet' | 'kernel' | 'precision' | 'recall' | 'coverage';
  title: string;
  better: 'lower' | 'higher';
}

export const scores: readonly Score[] = [
  { name: 'frechet', title: 'Frechet distance', better: 'lower' },
  { name: 'kernel', title: 'Kernel distance', better: 'lower' },
  { name: 'precision', title: 'Precision', better: 'higher' },
  { name: 'recall', title: 'Recall', better: 'higher' },
  { name: 'coverage', title: 'Coverage', better: 'higher' },
];

export type Measured = Record<Score['name'], number>;

/** All scores, by `gansmith/metrics`, on pixels as features. */
export function measureAll(real: Features, generated: Features): Measured {
  const { precision, recall } = precisionRecall(real, generated);
  return {
    frechet: frechetDistanceOfFeatures(real, generated),
    kernel: polynomialDiscrepancy(real, generated),
    precision,
    recall,
    coverage: densityCoverage(real, generated).coverage,
  };
}
