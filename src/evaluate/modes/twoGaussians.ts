import { drawPoints } from '../../data/points.ts';
import { wassersteinOnLine } from '../../theory/index.ts';
import { MEASURES, mixtureProtocol, mixtureScores, REFERENCE_SEED } from './mixture.ts';
import type { Protocol } from './protocol.ts';
import { pointSystems } from './systems.ts';

const SOURCE = 'bimodal';
/** Real points that stand for the true distribution. */
const REFERENCE_POINTS = 100_000;

/**
 * Two Gaussians on the line, at -2 and 2 with deviation 0.5: the measures of a mixture, and the Wasserstein-1 distance to
 * 100,000 real points, exact. 2,500 real samples are apart from them as well. There is no published table.
 */
export const twoGaussiansProtocol: Protocol = {
  name: 'two-gaussians',
  title: 'two Gaussians on the line at -2 and 2, std 0.5',
  ...mixtureProtocol(SOURCE),
  measures: [
    ...MEASURES,
    { key: 'wasserstein1', title: 'Wasserstein-1', show: { as: 'number', decimals: 4 } },
  ],
  score: ({ data }) => ({
    ...mixtureScores(data, SOURCE),
    wasserstein1: wassersteinOnLine(
      { points: Array.from(data) },
      { points: Array.from(drawPoints(SOURCE, REFERENCE_POINTS, REFERENCE_SEED)) },
    ),
  }),
  published: [],
  systems: pointSystems({ steps: 2000, octaves: 3, noise: 1, gamma: 0.03 }),
  recipes: {},
};
