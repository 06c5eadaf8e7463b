import { randomStream } from '../base/random.ts';
import { nearestRow, squaredDistance } from './distances.ts';
import { type Features, rowOf } from './features.ts';

/** Says which class or cluster each row is in. */
export interface Clusters {
  names: readonly string[];
  assign(features: Features): Int32Array;
}

/** The nearest row of a set to each row. */
const nearestOf = (set: Features, features: Features): Int32Array =>
  Int32Array.from({ length: features.count }, (_, i) => nearestRow(set, rowOf(features, i)));

/** Classes by the label of the nearest real example. */
export const labelledClusters = (
  real: Features,
  labels: ArrayLike<number>,
  names: readonly string[],
): Clusters => ({ names, assign: (features) => nearestOf(real, features).map((i) => labels[i]!) });

const ROUNDS = 12;

/** Clusters of real examples without labels: k-means from centres far apart (Lloyd 1982; Arthur and Vassilvitskii 2007). */
export function foundClusters(real: Features, count: number): Clusters {
  let centres = farCentres(real, count);
  for (let round = 0; round < ROUNDS; round++) centres = moved(centres, real, nearestOf(centres, real));
  return {
    names: Array.from({ length: centres.count }, (_, k) => `cluster ${k + 1}`),
    assign: (features) => nearestOf(centres, features),
  };
}

/** Each next centre is drawn with a probability that grows with the squared distance to those before. */
function farCentres(real: Features, wanted: number): Features {
  const { size } = real;
  const random = randomStream(0, 'doctor', 'clusters');
  const count = Math.min(wanted, real.count);
  const rows = new Float32Array(count * size);
  const distances = new Float64Array(real.count).fill(Infinity);
  let chosen = 0;
  for (let k = 0; k < count; k++) {
    rows.set(rowOf(real, chosen), k * size);
    let total = 0;
    for (let i = 0; i < real.count; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(rowOf(real, chosen), real, i));
      total += distances[i]!;
    }
    let left = random.uniform() * total;
    chosen = 0;
    while (chosen < real.count - 1 && left >= distances[chosen]!) left -= distances[chosen++]!;
  }
  return { count, size, rows };
}

/** Every centre in the mean of its members; one without members stays. */
function moved({ count, size, rows }: Features, real: Features, members: Int32Array): Features {
  const sums = new Float64Array(count * size);
  const counts = new Float64Array(count);
  for (const [i, k] of members.entries()) {
    counts[k]!++;
    for (let j = 0; j < size; j++) sums[k * size + j]! += real.rows[i * size + j]!;
  }
  const means = Float32Array.from(rows, (value, at) => {
    const within = counts[Math.floor(at / size)]!;
    return within === 0 ? value : sums[at]! / within;
  });
  return { count, size, rows: means };
}

/** Share of rows in each cluster. */
export function sharesOf(assigned: ArrayLike<number>, count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (let i = 0; i < assigned.length; i++) shares[assigned[i]!]! += 1 / assigned.length;
  return shares;
}
