import { nearest, UsageError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import { type Dataset, pointDataset } from './dataset.ts';

/** One Gaussian of a mixture with equal weights. */
export interface Mode {
  /** Class name of the points drawn from it. */
  name: string;
  /** Mean, [D]. */
  centre: readonly number[];
  /** Standard deviation of every coordinate. */
  std: number;
}

/** Points in every synthetic set. */
export const POINT_COUNT = 100_000;

export interface PointSet {
  name: string;
  title: string;
  example: string;
  /** Coordinates of a point. */
  dimensions: number;
  /** The Gaussians of a mixture in the order of its labels; empty when the set is no mixture. */
  modes: readonly Mode[];
}

/** The synthetic sets in their usual form, by the names `openPoints` takes. */
export const pointSets: readonly PointSet[] = [
  {
    name: 'ring',
    title: '8 Gaussians on the unit circle, std 0.01',
    example: 'ring',
    dimensions: 2,
    modes: ringModes(),
  },
  {
    name: 'grid',
    title: '25 Gaussians on a 5x5 grid from -4 to 4, std 0.05',
    example: 'grid',
    dimensions: 2,
    modes: gridModes(),
  },
  {
    name: 'swiss-roll',
    title: 'a spiral in the plane, noise 0.25, scaled by 1/7.5',
    example: 'swiss-roll',
    dimensions: 2,
    modes: [],
  },
  {
    name: 'bimodal',
    title: 'two Gaussians on the line at -2 and 2, std 0.5 or as given',
    example: 'bimodal:0.3',
    dimensions: 1,
    modes: bimodalModes(0.5),
  },
];

/**
 * A synthetic set of 100,000 points drawn from a fixed key: `ring`, `grid`, `swiss-roll`, `bimodal` or `bimodal:STD`.
 * Labels are mode numbers. Throws UsageError for another name, or a standard deviation that is not above 0.
 */
export function openPoints(source: string): Dataset {
  const set = findPointSet(source);
  const { coordinates, labels } = drawFrom(set, POINT_COUNT, randomStream(0, 'data', set.name));
  return pointDataset({
    name: source,
    dimensions: set.dimensions,
    classes: set.modes.map((mode) => mode.name),
    coordinates,
    labels,
  });
}

/**
 * Fresh points of a synthetic set, row-major [count, D], from a stream other than that of `openPoints`: true samples that no
 * GAN was trained on. Takes and throws what `openPoints` does.
 */
export function drawPoints(source: string, count: number, seed: number): Float32Array {
  const set = findPointSet(source);
  return drawFrom(set, count, randomStream(seed, 'fresh data', set.name)).coordinates;
}

function drawFrom(
  { dimensions, modes }: PointSet,
  count: number,
  random: RandomStream,
): { coordinates: Float32Array; labels: Int32Array } {
  const coordinates = new Float32Array(count * dimensions);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = modes.length > 0 ? random.integer(modes.length) : 0;
    const mode = modes[label];
    const point = coordinates.subarray(i * dimensions, (i + 1) * dimensions);
    if (mode) drawGaussian(random, mode, point);
    else drawSwissRoll(random, point);
    labels[i] = label;
  }
  return { coordinates, labels };
}

/**
 * The Gaussians a synthetic set is made of, in the order of its labels; empty for `swiss-roll`. Takes and throws what
 * `openPoints` does.
 */
export function modes(source: string): readonly Mode[] {
  return findPointSet(source).modes;
}

function findPointSet(source: string): PointSet {
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  const set = pointSets.find((candidate) => candidate.name === name);
  if (!set) {
    const names = pointSets.map((candidate) => candidate.name);
    const guess = nearest(name, names);
    const hint = guess ? `did you mean '${guess}'?` : `there are ${names.join(', ')}`;
    throw new UsageError(`data '${source}': unknown point set '${name}' (${hint})`);
  }
  if (colon < 0) return set;
  if (name !== 'bimodal') {
    throw new UsageError(`data '${source}': '${name}' takes nothing after a colon; write '${name}'`);
  }
  return { ...set, modes: bimodalModes(standardDeviation(source, source.slice(colon + 1))) };
}

function standardDeviation(source: string, text: string): number {
  const std = Number(text);
  if (text.trim() !== '' && Number.isFinite(std) && std > 0) return std;
  throw new UsageError(
    `data '${source}': expected a standard deviation above 0 after the colon, got '${text}'; write for example 'bimodal:0.3'`,
  );
}

function ringModes(): Mode[] {
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 8;
    return { name: `${45 * i} degrees`, centre: [Math.cos(angle), Math.sin(angle)], std: 0.01 };
  });
}

function gridModes(): Mode[] {
  const steps = [-4, -2, 0, 2, 4];
  return steps.flatMap((x) => steps.map((y) => ({ name: `(${x}, ${y})`, centre: [x, y], std: 0.05 })));
}

function bimodalModes(std: number): Mode[] {
  return [
    { name: '-2', centre: [-2], std },
    { name: '2', centre: [2], std },
  ];
}

function drawGaussian(random: RandomStream, mode: Mode, point: Float32Array): void {
  for (let i = 0; i < point.length; i++) point[i] = mode.centre[i]! + mode.std * random.normal();
}

/** Two of the three coordinates of the usual swiss roll, as in the toy of WGAN-GP (arXiv:1704.00028, figure 1). */
function drawSwissRoll(random: RandomStream, point: Float32Array): void {
  const angle = 1.5 * Math.PI * (1 + 2 * random.uniform());
  point[0] = (angle * Math.cos(angle) + 0.25 * random.normal()) / 7.5;
  point[1] = (angle * Math.sin(angle) + 0.25 * random.normal()) / 7.5;
}
