import { checkPair, type Features } from './features.ts';
import { nearestNeighbours } from './nearest.ts';

export interface Memorisation {
  /**
   * Probability that a generated sample is nearer to the training set than a held-out sample is, 0 to 1, ties counting half.
   * About 0.5 is right; above it training samples are copied, below it the generator misses the data.
   */
  readonly value: number;
  /** `value` in standard deviations from 0.5 under equal distributions: above 3 is copying beyond doubt. */
  readonly z: number;
  /** Share of generated samples that equal a training sample exactly. */
  readonly duplicates: number;
  /** For each generated sample the number of the nearest training sample: look at the pairs. */
  readonly nearest: Uint32Array;
  /** Distance to it. */
  readonly distances: Float64Array;
  /** Distance of each held-out sample to the nearest training sample. */
  readonly heldOutDistances: Float64Array;
}

/**
 * Nearest-neighbour memorisation test: the distances of generated samples to their nearest training samples against those
 * of held-out real samples, by the rank test of Mann and Whitney 1947, as in the data-copying test of Meehan, Chaudhuri and
 * Dasgupta 2020 (arXiv:2004.05675, section 3, with one cell). The z has the usual correction for ties.
 *
 * Protocol: as many held-out as generated samples, none of which was trained on.
 *
 * @throws ShapeError for other widths, GansmithError for features that are not finite.
 */
export function memorisation(training: Features, heldOut: Features, generated: Features): Memorisation {
  checkPair('memorisation', ['training', 'heldOut'], [training, heldOut]);
  checkPair('memorisation', ['training', 'generated'], [training, generated]);
  const own = nearestNeighbours(generated, training);
  const distances = own.squared.map(Math.sqrt);
  const heldOutDistances = nearestNeighbours(heldOut, training).squared.map(Math.sqrt);
  return {
    ...nearerThan(distances, heldOutDistances),
    duplicates: distances.reduce((sum, distance) => sum + (distance === 0 ? 1 : 0), 0) / generated.count,
    nearest: own.indices,
    distances,
    heldOutDistances,
  };
}

/** Mann and Whitney's U over its largest value, and its z: how often a value of `a` is below one of `b`. */
function nearerThan(a: Float64Array, b: Float64Array): { value: number; z: number } {
  const all = [
    ...Array.from(a, (value) => ({ value, first: true })),
    ...Array.from(b, (value) => ({ value, first: false })),
  ];
  all.sort((x, y) => x.value - y.value);
  const total = all.length;
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < total; ) {
    let end = start;
    while (end < total && all[end]!.value === all[start]!.value) end++;
    const rank = (start + 1 + end) / 2; // the mean rank of equal values, from 1
    for (let i = start; i < end; i++) if (all[i]!.first) rankSum += rank;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  const pairs = a.length * b.length;
  const above = rankSum - (a.length * (a.length + 1)) / 2; // pairs in which the value of a is larger
  const variance = (pairs / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  const nearer = pairs - above;
  return { value: nearer / pairs, z: variance > 0 ? (nearer - pairs / 2) / Math.sqrt(variance) : 0 };
}
