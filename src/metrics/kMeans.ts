import { randomStream } from '../base/random.ts';
import { checkFeatures, checkWhole, type Features, takeRows } from './features.ts';
import { nearestNeighbours } from './nearest.ts';
import { squaredDifference } from './squaredDistances.ts';

export interface KMeansOptions {
  readonly clusters: number;
  readonly seed?: number;
  /** Rounds at most (default 100); it ends sooner when no sample changes its cluster. */
  readonly rounds?: number;
}

export interface KMeans {
  /** [clusters, width] */
  readonly centres: Features;
  /** The cluster of each sample, [count]. */
  readonly clusters: Uint32Array;
}

/**
 * K-means by Lloyd's rounds (Lloyd 1982) from the centres that k-means++ draws (Arthur and Vassilvitskii 2007): each new centre is a
 * sample drawn in proportion to its squared distance from those before. A cluster that loses all samples starts again at the
 * sample farthest from its centre.
 *
 * @throws UsageError for more clusters than samples.
 */
export function kMeans(features: Features, { clusters, seed = 0, rounds = 100 }: KMeansOptions): KMeans {
  checkFeatures('kMeans', 'features', features);
  checkWhole('kMeans', 'clusters', clusters, 1, features.count);
  return lloyd(features, initialCentres(features, clusters, seed), rounds);
}

/** Lloyd's rounds from given centres. */
export function lloyd(features: Features, initial: Features, rounds: number): KMeans {
  let centres = initial;
  let nearest = nearestNeighbours(features, centres);
  for (let round = 0; round < rounds; round++) {
    centres = clusterMeans(features, nearest.indices, nearest.squared, centres.count);
    const next = nearestNeighbours(features, centres);
    const settled = next.indices.every((cluster, i) => cluster === nearest.indices[i]);
    nearest = next;
    if (settled) break;
  }
  return { centres, clusters: nearest.indices };
}

function initialCentres(features: Features, clusters: number, seed: number): Features {
  const stream = randomStream(seed, 'k-means');
  const chosen = [stream.integer(features.count)];
  const squared = new Float64Array(features.count).fill(Infinity);
  while (chosen.length < clusters) {
    const latest = chosen.at(-1)!;
    let total = 0;
    for (let i = 0; i < features.count; i++) {
      squared[i] = Math.min(squared[i]!, squaredDifference(features, i, features, latest));
      total += squared[i]!;
    }
    let left = stream.uniform() * total;
    let drawn = 0;
    while (drawn < features.count - 1 && left >= squared[drawn]!) left -= squared[drawn++]!;
    chosen.push(drawn);
  }
  return takeRows(features, chosen);
}

function clusterMeans(
  features: Features,
  assigned: Uint32Array,
  squared: Float64Array,
  clusters: number,
): Features {
  const { data, count, width } = features;
  const centres = new Float64Array(clusters * width);
  const sizes = new Uint32Array(clusters);
  for (let i = 0; i < count; i++) {
    sizes[assigned[i]!]!++;
    for (let k = 0; k < width; k++) centres[assigned[i]! * width + k]! += data[i * width + k]!;
  }
  const empty: number[] = [];
  for (let c = 0; c < clusters; c++) {
    if (sizes[c] === 0) empty.push(c);
    for (let k = 0; k < width && sizes[c]! > 0; k++) centres[c * width + k]! /= sizes[c]!;
  }
  if (empty.length > 0) {
    const farthest = Array.from(squared.keys()).sort((a, b) => squared[b]! - squared[a]!);
    empty.forEach((c, taken) => {
      const i = farthest[taken]!;
      centres.set(data.subarray(i * width, (i + 1) * width), c * width);
    });
  }
  return { data: centres, count: clusters, width };
}
