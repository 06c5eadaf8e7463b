import type { DataShape } from '../base/dataShape.ts';
import { randomStream } from '../base/random.ts';
import { type Clusters, foundClusters, labelledClusters, sharesOf } from './clusters.ts';
import { meanPairDistance, median, neighbours } from './distances.ts';
import { type Examples, type Features, featuresOf, rowOf } from './features.ts';
import { type Spectrum, spectrumOf } from './spectrum.ts';

/** Real data as the doctor needs them; a Dataset is one. */
export interface RealData extends DataShape {
  count: number;
  read(indices: ArrayLike<number>): { real: Float32Array; labels: Int32Array };
}

/** Says which class each example shows, by index in `names`. */
export interface Classifier {
  names: readonly string[];
  classify(examples: Examples): Int32Array;
}

/** What samples are compared with. */
export interface Reference {
  real: Features;
  /** Mean distance between two real examples. */
  spread: number;
  /** Median distance of a real example to the nearest other one. */
  distance: number;
  clusters: { names: readonly string[]; assign(examples: Examples, features: Features): Int32Array };
  /** Share of real examples in each cluster. */
  shares: readonly number[];
  /** Of images. */
  spectrum?: Spectrum;
}

/** Real examples looked at, at most. */
const EXAMPLES = 1000;
/** With more classes than this, clusters are found instead. */
const MOST_CLASSES = 50;
const FOUND_CLUSTERS = 10;

/** The same few examples whenever they are asked for. */
export function someExamples(
  data: RealData,
  count: number,
  purpose: string,
): { examples: Examples; labels: Int32Array } {
  const order = randomStream(0, 'doctor', purpose).permutation(data.count);
  const { real, labels } = data.read(order.slice(0, Math.min(count, data.count)));
  return { examples: { shape: [labels.length, ...data.shape], data: real }, labels };
}

/**
 * Looks at up to 1,000 real examples.
 * @param classifier tells classes; by default the label of the nearest real example does, or k-means where there are no labels
 */
export function createReference(data: RealData, classifier?: Classifier): Reference {
  const { examples, labels } = someExamples(data, EXAMPLES, 'reference');
  const real = featuresOf(examples);
  const nearest = Array.from({ length: Math.min(real.count, 200) }, (_, i) => {
    return neighbours(real, rowOf(real, i), i).first;
  });
  const { clusters, assigned } = clustersOf(data, examples, labels, real, classifier);
  return {
    real,
    spread: meanPairDistance(real),
    distance: median(nearest),
    clusters,
    shares: sharesOf(assigned, clusters.names.length),
    ...(data.kind === 'images' ? { spectrum: spectrumOf(examples) } : {}),
  };
}

/** What tells clusters apart, and the cluster of each real example. */
function clustersOf(
  { classes }: RealData,
  examples: Examples,
  labels: Int32Array,
  real: Features,
  classifier: Classifier | undefined,
): { clusters: Reference['clusters']; assigned: Int32Array } {
  if (classifier) {
    const { names, classify } = classifier;
    return { clusters: { names, assign: classify }, assigned: classify(examples) };
  }
  const byFeatures = ({ names, assign }: Clusters): Reference['clusters'] => ({
    names,
    assign: (_, features) => assign(features),
  });
  if (classes.length >= 2 && classes.length <= MOST_CLASSES) {
    return { clusters: byFeatures(labelledClusters(real, labels, classes)), assigned: labels };
  }
  const found = foundClusters(real, FOUND_CLUSTERS);
  return { clusters: byFeatures(found), assigned: found.assign(real) };
}
