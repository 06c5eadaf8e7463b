import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { hashes, hashValues } from '../../test/reference/hashing.ts';
import { randomStream } from '../base/random.ts';
import { decodeSafetensors } from '../base/safetensors.ts';
import type { Features } from './features.ts';
import type { Images } from './images.ts';

const path = new URL('../../reference/fixtures/metrics.safetensors', import.meta.url);
const { tensors, metadata } = decodeSafetensors(readFileSync(path), 'metrics.safetensors');

interface Drawn {
  draw: 'gaussian' | 'heavy' | 'stored';
  real: [count: number, width: number];
  generated: [count: number, width: number];
  gain: number;
  shift: number;
}

const settings: { sets: Record<string, Drawn>; images: Record<string, [number, number, number, number]> } =
  JSON.parse(metadata.settings!);

/** A stored list of numbers; see reference/metrics.py. */
export const stored = (name: string): number[] => Array.from(tensors.get(name)!.data, Number);
/** A stored single number. */
export const storedNumber = (name: string): number => stored(name)[0]!;

/** The names of the pairs of feature sets. */
export const setNames = Object.keys(settings.sets);
/** The names of the pairs of image sets. */
export const imageNames = Object.keys(settings.images);

/** A pair of feature sets, made again from hash values or read. */
export function featurePair(name: string): { real: Features; generated: Features } {
  const { draw, gain, shift, ...sizes } = settings.sets[name]!;
  const side = (which: 'real' | 'generated'): Features => {
    const [count, width] = sizes[which];
    if (draw === 'stored') return { data: Float64Array.from(stored(`${name}/${which}`)), count, width };
    const drawn = (draw === 'heavy' ? heavyTails : correlated)(`${name}/${which}`, count, width);
    return { data: which === 'real' ? drawn : drawn.map((value) => value * gain + shift), count, width };
  };
  return { real: side('real'), generated: side('generated') };
}

/** A pair of feature sets with a class for each sample: stored ones of digits, else three that take turns. */
export function labelledPair(name: string) {
  const pair = featurePair(name);
  const labels = (side: 'real' | 'generated'): number[] =>
    tensors.has(`${name}/${side}Labels`)
      ? stored(`${name}/${side}Labels`)
      : Array.from({ length: pair[side].count }, (_, i) => i % 3);
  return { ...pair, realLabels: labels('real'), generatedLabels: labels('generated') };
}

function heavyTails(name: string, count: number, width: number): Float64Array {
  return hashValues(name, count * width, 2).map((u) => u / (1.0009765625 - u * u));
}

/** Sums of four uniform numbers and half of the neighbour's, with growing deviations. */
function correlated(name: string, count: number, width: number): Float64Array {
  const parts = [0, 1, 2, 3].map((i) => hashValues(`${name}/${i}`, count * width, 1));
  const x = parts[0]!.map((value, i) => value + parts[1]![i]! + parts[2]![i]! + parts[3]![i]!);
  return x.map((value, i) => {
    const column = i % width;
    const next = i - column + ((column + 1) % width);
    return (value + 0.5 * x[next]!) * (1 + 0.25 * column);
  });
}

/** A pair of image sets, made again from hash values. */
export function imagePair(name: string): { a: Images; b: Images } {
  const [count, channels, height, width] = settings.images[name]!;
  const form = { count, channels, height, width };
  const size = count * channels * height * width;
  const a = hashValues(`${name}/a`, size, 1).map((value, i) => {
    const [row, column] = [Math.floor(i / width) % height, i % width];
    return value + (row / height - column / width) * 0.5;
  });
  const noise = hashValues(`${name}/b`, size, 0.5);
  return { a: { ...form, data: a }, b: { ...form, data: a.map((value, i) => 0.75 * value + noise[i]!) } };
}

export { hashes, hashValues };

/** Draws from N(mean, std^2) in every feature. */
export function normalFeatures(key: string, count: number, width: number, mean = 0, std = 1): Features {
  return { data: randomStream(1, key).fillNormal(new Float64Array(count * width), mean, std), count, width };
}

/** `features` with each number replaced. */
export const mapped = (features: Features, map: (value: number, index: number) => number): Features => ({
  ...features,
  data: Float64Array.from(features.data, map),
});

/** Samples of a few features with small whole numbers, so that ties and duplicates occur. */
export const anyFeatures = (width: number, least = 4, most = 30): fc.Arbitrary<Features> =>
  fc
    .integer({ min: least, max: most })
    .chain((count) =>
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: count * width, maxLength: count * width }),
    )
    .map((values) => ({ data: Float64Array.from(values), count: values.length / width, width }));

/** How far `value` is from `expected`, relative to the latter. */
export const relativeError = (value: number, expected: number): number =>
  value === expected ? 0 : Math.abs(value - expected) / Math.abs(expected);

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
};
