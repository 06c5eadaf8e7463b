import type { Dataset } from '../data/dataset.ts';

/** What a shipped classifier was trained on: the shape of its images, and data sets by their fingerprints and names. */
const CLASSIFIED: readonly {
  name: string;
  shape: string;
  fingerprints: readonly string[];
  named: RegExp;
}[] = [
  { name: 'mnist', shape: '1,28,28', fingerprints: ['b2c3ede8643f1d48'], named: /^mnist(:|$)/ },
  { name: 'fashion-mnist', shape: '1,28,28', fingerprints: ['7892b00ec4bc6e11'], named: /fashion/i },
  { name: 'stacked-mnist', shape: '3,28,28', fingerprints: [], named: /^stacked-mnist(:|$)/ },
];

/** The shipped classifier that was trained on a data set, as written after `--features`; undefined for others. */
export const classifierOf = ({ name, shape, fingerprint }: Dataset): string | undefined =>
  CLASSIFIED.find(
    (known) =>
      known.shape === shape.join() && (known.fingerprints.includes(fingerprint) || known.named.test(name)),
  )?.name;

/**
 * The features for a data set when the user names none: the classifier that was trained on it, else `self`.
 * @returns as written after `--features`.
 */
export const defaultFeatures = (data: Dataset): string => classifierOf(data) ?? 'self';
