import { GansmithError, ShapeError } from '../base/errors.ts';
import { checkPair, type Features, takeRows } from './features.ts';
import { frechetDistanceOfFeatures } from './frechetDistance.ts';
import { mean } from './statistics.ts';

export interface IntraClassFrechet {
  /** Mean over the classes, from 0; smaller is better. */
  readonly value: number;
  /** Of each class, in the order of their labels. */
  readonly classes: { readonly label: number; readonly value: number }[];
}

/**
 * Intra-class Frechet distance (Miyato and Koyama 2018, arXiv:1802.05637, section 4.1): `frechetDistanceOfFeatures` within each
 * class, averaged. Unlike the whole distance it sees a class that is generated alike again and again.
 *
 * Protocol of the paper: 5,000 generated samples for each class. With fewer samples the bias is larger than that of the whole distance.
 *
 * @param realLabels, generatedLabels the class of each sample.
 * @throws ShapeError for other numbers of labels, GansmithError when a class has fewer than 2 samples on one side.
 */
export function intraClassFrechet(
  real: Features,
  realLabels: ArrayLike<number>,
  generated: Features,
  generatedLabels: ArrayLike<number>,
): IntraClassFrechet {
  checkPair('intraClassFrechet', ['real', 'generated'], [real, generated]);
  const realRows = rowsOfClasses('real', real, realLabels);
  const generatedRows = rowsOfClasses('generated', generated, generatedLabels);
  const labels = [...new Set([...realRows.keys(), ...generatedRows.keys()])].sort((a, b) => a - b);
  const classes = labels.map((label) => {
    const [a, b] = [realRows.get(label) ?? [], generatedRows.get(label) ?? []];
    if (a.length < 2 || b.length < 2) {
      throw new GansmithError(
        `intraClassFrechet: class ${label} has ${a.length} real and ${b.length} generated samples; at least 2 of each are needed`,
      );
    }
    return { label, value: frechetDistanceOfFeatures(takeRows(real, a), takeRows(generated, b)) };
  });
  return { value: mean(classes.map(({ value }) => value)), classes };
}

function rowsOfClasses(name: string, features: Features, labels: ArrayLike<number>): Map<number, number[]> {
  if (labels.length !== features.count) {
    throw new ShapeError(
      `intraClassFrechet: ${name} has ${features.count} samples and ${labels.length} labels; expected one label a sample`,
    );
  }
  const rows = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const known = rows.get(labels[i]!);
    if (known) known.push(i);
    else rows.set(labels[i]!, [i]);
  }
  return rows;
}
