import { randomStream } from '../base/random.ts';
import type { SampleEvidence } from '../train/findings.ts';
import { sharesOf } from './clusters.ts';
import { meanPairDistance, median, neighbours } from './distances.ts';
import { type Examples, type Features, featuresOf, joined, rowOf } from './features.ts';
import type { Reference } from './reference.ts';
import { checkerboardExcess, createSpectrum } from './spectrum.ts';

/** Samples whose distance to real examples is measured, at most. */
const MEASURED = 200;
/** Samples whose movement is followed. */
const FOLLOWED = 32;

/** Puts samples, which may come in parts, into numbers beside real data. */
export interface Examination {
  add(samples: Examples): Promise<void>;
  features(): Features;
  evidence(): SampleEvidence;
}

export function createExamination(reference: Reference): Examination {
  const parts: Features[] = [];
  const assigned: number[] = [];
  const spectrum = reference.spectrum && createSpectrum();
  const features = () => joined(parts);
  return {
    async add(samples) {
      const part = featuresOf(samples);
      parts.push(part);
      assigned.push(...(await reference.clusters.assign(samples, part)));
      spectrum?.add(samples);
    },
    features,
    evidence: () => ({
      ...distancesOf(features(), reference),
      shares: sharesOf(assigned, reference.clusters.names.length).map(rounded),
      realShares: reference.shares.map(rounded),
      ...(spectrum ? { checkerboard: rounded(checkerboardExcess(spectrum.sum(), reference.spectrum!)) } : {}),
    }),
  };
}

/** Puts samples at hand into numbers. */
export async function examineSamples(samples: Examples, reference: Reference): Promise<SampleEvidence> {
  const examination = createExamination(reference);
  await examination.add(samples);
  return examination.evidence();
}

function distancesOf(features: Features, { real, spread, distance }: Reference) {
  const nearest = Array.from(
    { length: Math.min(features.count, MEASURED) },
    (_, i) => neighbours(real, rowOf(features, i)).first,
  );
  return {
    count: features.count,
    spread: rounded(meanPairDistance(features) / spread),
    distance: rounded(median(nearest) / spread),
    realDistance: rounded(distance / spread),
    sketch: sketchOf(features, spread),
  };
}

/**
 * The first samples, each projected on a Gaussian direction of its own. For two sets from the same latents the mean squared
 * difference of their sketches is an unbiased estimate of the mean squared distance the samples moved (Johnson and Lindenstrauss
 * 1984), so 32 numbers in the log take the place of the samples.
 */
function sketchOf(features: Features, spread: number): number[] {
  return Array.from({ length: Math.min(features.count, FOLLOWED) }, (_, i) => {
    const direction = new Float32Array(features.size);
    randomStream(0, 'doctor', 'sketch', i).fillNormal(direction);
    const row = rowOf(features, i);
    return rounded(direction.reduce((total, value, j) => total + value * row[j]!, 0) / spread);
  });
}

/** How far samples from the same latents moved, root mean square, over the real spread. */
export function movement(from: SampleEvidence, to: SampleEvidence): number {
  const squares = from.sketch.map((value, i) => (value - (to.sketch[i] ?? value)) ** 2);
  return Math.sqrt(squares.reduce((total, square) => total + square, 0) / Math.max(1, squares.length));
}

/** How much farther from real examples samples are than those are from each other, over the real spread. */
export const distanceBeyondReal = ({ distance, realDistance }: SampleEvidence): number =>
  Math.max(0, distance - realDistance);

/** Five significant digits: enough for any verdict, and a short line in the log. */
export const rounded = (value: number): number => Number(value.toPrecision(5));
