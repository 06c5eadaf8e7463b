import { randomStream } from '../base/random.ts';
import { neighbours, squaredDistance } from './distances.ts';
import { type Features, rowOf } from './features.ts';

/** Says which class or cluster each row is in. */
export interface Clusters {
  count: number;
  names: readonly string[];
  assign(features: Features): Int32Array;
}

/** Classes by the label of the nearest real example. */
export function labelledClusters(
  real: Features,
  labels: ArrayLike<number>,
  names: readonly string[],
): Clusters {
  return {
    count: names.length,
    names,
    assign: (features) =>
      Int32Array.from(
        { length: features.count },
        (_, i) => labels[neighbours(real, rowOf(features, i)).nearest]!,
      ),
  };
}

const ROUNDS = 12;

/** Clusters of real examples without labels: k-means from centres far apart (Lloyd 1982; Arthur and Vassilvitskii 2007). */
export function foundClusters(real: Features, count: number): Clusters {
  const random = randomStream(0, 'doctor', 'clusters');
  let centres = farCentres(real, count, () => random.uniform());
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map((centre) => ({ total: new Float64Array(centre.length), members: 0 }));
    for (let i = 0; i < real.count; i++) {
      const row = rowOf(real, i);
      const sum = sums[nearestCentre(centres, row)]!;
      sum.members++;
      for (let j = 0; j < row.length; j++) sum.total[j]! += row[j]!;
    }
    centres = sums.map(({ total, members }, k) =>
      members === 0 ? centres[k]! : Float32Array.from(total, (value) => value / members),
    );
  }
  return {
    count: centres.length,
    names: centres.map((_, k) => `cluster ${k + 1}`),
    assign: (features) =>
      Int32Array.from({ length: features.count }, (_, i) => nearestCentre(centres, rowOf(features, i))),
  };
}

/** Each next centre is drawn with a probability that grows with the squared distance to those before. */
function farCentres(real: Features, count: number, uniform: () => number): Float32Array[] {
  const centres = [rowOf(real, 0)];
  const distances = new Float64Array(real.count).fill(Infinity);
  while (centres.length < Math.min(count, real.count)) {
    let total = 0;
    for (let i = 0; i < real.count; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(rowOf(real, i), centres.at(-1)!));
      total += distances[i]!;
    }
    let left = uniform() * total;
    let chosen = 0;
    while (chosen < real.count - 1 && left >= distances[chosen]!) left -= distances[chosen++]!;
    centres.push(rowOf(real, chosen));
  }
  return centres;
}

function nearestCentre(centres: readonly Float32Array[], row: Float32Array): number {
  let [best, least] = [0, Infinity];
  for (const [k, centre] of centres.entries()) {
    const distance = squaredDistance(centre, row);
    if (distance < least) [best, least] = [k, distance];
  }
  return best;
}

/** Share of rows in each cluster. */
export function sharesOf(assigned: ArrayLike<number>, count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (let i = 0; i < assigned.length; i++) shares[assigned[i]!]! += 1 / assigned.length;
  return shares;
}
