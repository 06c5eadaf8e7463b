import { median, neighbours } from './distances.ts';
import { type Features, rowOf } from './features.ts';
import { type RealData, someFeatures } from './realData.ts';

/** How near samples are to the examples that were trained on. */
export interface Novelty {
  /** Training examples searched, of so many. */
  searched: number;
  of: number;
  /** Median distance of a sample to the nearest training example, over that of a training example to the nearest other one. */
  distance: number;
  /** Share of samples that are at least twice as near to one training example as to any other; and of real examples. */
  copies: number;
  realCopies: number;
}

const SEARCHED = 20_000;
const COMPARED = 250;

/**
 * Looks for copies. Each training example is held out from the others in its turn, so what is compared with is the distance that
 * held-out data of the same kind and number have: a generator that has learnt the distribution is no nearer.
 */
export function examineNovelty(fake: Features, data: RealData): Novelty {
  const training = someFeatures(data, SEARCHED, 'novelty');
  const near = (count: number, find: (i: number) => ReturnType<typeof neighbours>) =>
    Array.from({ length: Math.min(count, COMPARED) }, (_, i) => find(i));
  const ofFakes = near(fake.count, (i) => neighbours(training, rowOf(fake, i)));
  const ofReal = near(training.count, (i) => neighbours(training, rowOf(training, i), i));
  const distance = (found: typeof ofFakes) => median(found.map(({ first }) => first));
  const copies = (found: typeof ofFakes) =>
    found.filter(({ first, second }) => first < second / 2).length / found.length;
  return {
    searched: training.count,
    of: data.count,
    distance: distance(ofFakes) / distance(ofReal),
    copies: copies(ofFakes),
    realCopies: copies(ofReal),
  };
}
