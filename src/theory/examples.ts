import { UsageError } from '../base/errors.ts';
import { jensenShannonDivergence, klDivergence, reverseKlDivergence, totalVariation } from './divergence.ts';
import { wassersteinOnLine } from './line.ts';

/** What the divergences say of one pair of data and generator, in nats. */
export interface Comparison {
  readonly kl: number;
  readonly reverseKl: number;
  readonly jensenShannon: number;
  readonly totalVariation: number;
}

/**
 * Mode collapse in one line: the data is uniform over `modes` outcomes, the generator over the first `kept` of them.
 * With two modes and one kept, JSD = log(2) / 4 + log(2/3) / 4 + log(4/3) / 2 = (3/4) log(4/3) = 0.2158 nats: far
 * below its maximum log 2 although half of the data is missing, and the reverse KL is log 2 where the KL is infinite.
 */
export function collapse(modes: number, kept: number): Comparison {
  if (!Number.isInteger(modes) || !Number.isInteger(kept) || kept < 1 || kept > modes) {
    throw new UsageError(
      `collapse: expected whole numbers with 1 <= kept <= modes, got ${kept} kept of ${modes}`,
    );
  }
  // Modes with the same ratio of probabilities count as one: no divergence changes.
  return compare([kept / modes, (modes - kept) / modes], [1, 0]);
}

/**
 * Two point masses a distance t apart, the line form of Arjovsky et al. 2017 (arXiv:1701.07875), example 1: W1 = |t|
 * falls as the generator comes nearer, while JSD = log 2, KL = inf and TV = 1 stay put until it arrives, and all are
 * 0 at t = 0.
 */
export function twoPointMasses(t: number): Comparison & { readonly wasserstein: number } {
  const [data, generator] =
    t === 0
      ? [[1], [1]]
      : [
          [1, 0],
          [0, 1],
        ];
  return {
    ...compare(data!, generator!),
    wasserstein: wassersteinOnLine({ points: [0] }, { points: [t] }),
  };
}

const compare = (p: readonly number[], q: readonly number[]): Comparison => ({
  kl: klDivergence(p, q),
  reverseKl: reverseKlDivergence(p, q),
  jensenShannon: jensenShannonDivergence(p, q),
  totalVariation: totalVariation(p, q),
});
