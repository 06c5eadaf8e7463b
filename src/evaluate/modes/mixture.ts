import { drawPoints, modes, openPoints } from '../../data/points.ts';
import { reverseKlFloor } from '../../metrics/labelModes.ts';
import { modeScore } from '../../metrics/modes.ts';
import type { Samples } from '../../train/sampling.ts';
import type { Measure, Protocol, Scores } from './protocol.ts';

/** Samples that PacGAN's and VEEGAN's protocols score. */
export const SAMPLES = 2500;

/** The stream of real points that distances are taken to: no row of a table draws from it. */
export const REFERENCE_SEED = 2 ** 31;

export const MEASURES: readonly Measure[] = [
  { key: 'modes', title: 'modes', show: { as: 'number', decimals: 1 } },
  { key: 'highQuality', title: 'high quality', show: { as: 'percent', decimals: 1 } },
  { key: 'reverseKl', title: 'reverse KL', show: { as: 'number', decimals: 4 } },
  { key: 'spread', title: 'spread', show: { as: 'number', decimals: 2 } },
  { key: 'spreadLow', title: 'least', show: { as: 'number', decimals: 2 } },
  { key: 'spreadHigh', title: 'most', show: { as: 'number', decimals: 2 } },
];

/** Data, measures and references that every mixture of Gaussians has in common. */
export function mixtureProtocol(
  source: string,
): Pick<Protocol, 'open' | 'samples' | 'measures' | 'score' | 'real' | 'realDraws' | 'floor'> {
  const mixture = modes(source);
  return {
    ...pointSource(source),
    measures: MEASURES,
    score: ({ data }) => mixtureScores(data, source),
    floor: { reverseKl: reverseKlFloor(mixture.length, SAMPLES) },
  };
}

/** Scores of points against the mixture of a synthetic set: the measures above. */
export function mixtureScores(points: ArrayLike<number>, source: string): Scores {
  const { modes: captured, highQuality, reverseKl, spread } = modeScore(points, modes(source));
  const known = spread.filter((value) => !Number.isNaN(value));
  const [least, most] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [null, null];
  return {
    modes: captured,
    highQuality,
    reverseKl: Number.isNaN(reverseKl) ? null : reverseKl,
    spread: known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null,
    spreadLow: least,
    spreadHigh: most,
  };
}

/** Training data and fresh samples of a synthetic set. */
export const pointSource = (source: string): Pick<Protocol, 'open' | 'samples' | 'real' | 'realDraws'> => ({
  open: () => openPoints(source),
  samples: SAMPLES,
  realDraws: 10,
  real: (seed) => pointSamples(drawPoints(source, SAMPLES, seed), SAMPLES),
});

const pointSamples = (data: Float32Array, count: number): Samples => ({
  shape: [count, data.length / count],
  data,
});
