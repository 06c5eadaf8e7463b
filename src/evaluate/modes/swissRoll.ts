import { drawPoints } from '../../data/points.ts';
import { assignment, distances } from '../../theory/index.ts';
import { pointSource, REFERENCE_SEED, SAMPLES } from './mixture.ts';
import type { Protocol } from './protocol.ts';
import { pointSystems } from './systems.ts';

/** Points that are paired at once: the work grows with their cube. */
const BLOCK = 500;

/**
 * The swiss roll of WGAN-GP (arXiv:1704.00028, figure 1), which has no modes: scored by the Wasserstein-1 distance between
 * samples and real points, exact for blocks of 500, and averaged over the blocks. Two sets of 500 real points are apart as
 * well, so a score says something only beside that of real samples. There is no published table.
 */
export const swissRollProtocol: Protocol = {
  name: 'swiss-roll',
  title: 'a spiral in the plane; Wasserstein-1 between 500 samples and 500 real points, mean of 5 pairs',
  ...pointSource('swiss-roll'),
  measures: [{ key: 'wasserstein1', title: 'Wasserstein-1', show: { as: 'number', decimals: 4 } }],
  score: ({ data }) => ({
    wasserstein1: blockDistance(data, drawPoints('swiss-roll', SAMPLES, REFERENCE_SEED)),
  }),
  floor: {},
  published: [],
  systems: pointSystems({ steps: 5000, octaves: 7, noise: 0.3, gamma: 0.001 }),
  recipes: {},
};

/** The mean over blocks of the exact Wasserstein-1 distance, in the unit of the points. Both are [N, 2]. */
export function blockDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [from, to] = [rows(x), rows(y)];
  const blocks = Math.floor(Math.min(from.length, to.length) / BLOCK);
  let total = 0;
  for (let block = 0; block < blocks; block++) {
    const [start, end] = [block * BLOCK, (block + 1) * BLOCK];
    total += assignment(distances(from.slice(start, end), to.slice(start, end))).cost / BLOCK;
  }
  return total / blocks;
}

const rows = (points: ArrayLike<number>): number[][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]);
