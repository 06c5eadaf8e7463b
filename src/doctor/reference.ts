import { type Clusters, foundClusters, labelledClusters, sharesOf } from './clusters.ts';
import { meanPairDistance, median, neighbours } from './distances.ts';
import { type Examples, type Features, featuresOf, joined, rowOf } from './features.ts';
import { type RealData, someExamples } from './realData.ts';
import { createSpectrum, type Spectrum } from './spectrum.ts';

/** Says which class each example shows, by index in `names`. */
export interface Classifier {
  names: readonly string[];
  classify(examples: Examples): Promise<Int32Array>;
}

/** What samples are compared with. */
export interface Reference {
  real: Features;
  /** Mean distance between two real examples. */
  spread: number;
  /** Median distance of a real example to the nearest other one. */
  distance: number;
  clusters: {
    names: readonly string[];
    assign(examples: Examples, features: Features): Int32Array | Promise<Int32Array>;
  };
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

/**
 * Looks at up to 1,000 real examples.
 * @param classifier tells classes; by default the label of the nearest real example does, or k-means where there are no labels
 */
export async function createReference(data: RealData, classifier?: Classifier): Promise<Reference> {
  const spectrum = data.kind === 'images' ? createSpectrum() : undefined;
  const parts: { features: Features; classified: Int32Array }[] = [];
  for (const { examples, labels } of someExamples(data, EXAMPLES, 'reference')) {
    spectrum?.add(examples);
    const classified = classifier ? await classifier.classify(examples) : labels;
    parts.push({ features: featuresOf(examples), classified });
  }
  const real = joined(parts.map(({ features }) => features));
  const nearest = Array.from(
    { length: Math.min(real.count, 200) },
    (_, i) => neighbours(real, rowOf(real, i), i).first,
  );
  const classified = parts.flatMap(({ classified }) => [...classified]);
  const { clusters, assigned } = clustersOf(data.classes, real, classified, classifier);
  return {
    real,
    spread: meanPairDistance(real),
    distance: median(nearest),
    clusters,
    shares: sharesOf(assigned, clusters.names.length),
    ...(spectrum ? { spectrum: spectrum.sum() } : {}),
  };
}

/** What tells clusters apart, and the cluster of each real example. */
function clustersOf(
  classes: readonly string[],
  real: Features,
  classified: readonly number[],
  classifier: Classifier | undefined,
): { clusters: Reference['clusters']; assigned: ArrayLike<number> } {
  if (classifier) {
    return { clusters: { names: classifier.names, assign: classifier.classify }, assigned: classified };
  }
  const byFeatures = ({ names, assign }: Clusters): Reference['clusters'] => ({
    names,
    assign: (_, features) => assign(features),
  });
  if (classes.length >= 2 && classes.length <= MOST_CLASSES) {
    return { clusters: byFeatures(labelledClusters(real, classified, classes)), assigned: classified };
  }
  const found = foundClusters(real, FOUND_CLUSTERS);
  return { clusters: byFeatures(found), assigned: found.assign(real) };
}
