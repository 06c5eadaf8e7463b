import { randomStream } from '../base/random.ts';
import { type Dataset, type HashBytes, imageDataset } from '../data/dataset.ts';
import { toBytes } from '../features/imageBytes.ts';
import { verdictOn } from './compare.ts';
import type { Score } from './evaluate.ts';
import { subsetOf } from './subset.ts';

/** A way to spoil good samples, from a little to a lot. */
export interface Damage {
  name: string;
  /** Strengths, ascending, and how each is written. */
  levels: readonly { level: number; label: string }[];
  /** Numbers that must get worse the more damage there is, and which way that is. */
  worse: Readonly<Record<string, 'up' | 'down'>>;
  /** @param training what the generator learned from */
  apply(samples: Dataset, level: number, training: Dataset, hash?: HashBytes): Dataset;
}

const levels = (numbers: readonly number[], label: (level: number) => string) =>
  numbers.map((level) => ({ level, label: label(level) }));
const percent = (share: number): string => `${100 * share} %`;

/** What goes wrong with generators, five ways of it. */
export const damages: readonly Damage[] = [
  {
    name: 'blur',
    levels: levels([0.75, 1, 1.5, 2], (level) => `${level} px`),
    // Precision is not here: the large balls around a few outliers hold what is blurred beyond recognition.
    worse: { fd: 'up', kd: 'up', swd: 'up', density: 'down' },
    apply: (samples, level, _, hash) =>
      eachImage(samples, (image) => blurred(image, samples.shape, level), hash),
  },
  {
    name: 'noise',
    levels: levels([0.1, 0.2, 0.4, 0.8], (level) => `${level}`),
    worse: { fd: 'up', kd: 'up', swd: 'up', precision: 'down', density: 'down' },
    apply(samples, level, _, hash) {
      const stream = randomStream(0, 'damage', 'noise');
      return eachImage(samples, (image) => image.map((value) => value + level * stream.normal()), hash);
    },
  },
  {
    name: 'dropped classes',
    levels: levels([1, 3, 5, 8], (level) => `${level} of 10`),
    worse: { fd: 'up', kd: 'up', recall: 'down', coverage: 'down', modes: 'down', 'modes-kl': 'up' },
    apply(samples, level) {
      const { labels } = samples.read(all(samples.count));
      const kept = all(samples.count).filter((i) => labels[i]! >= level);
      return subsetOf(
        samples,
        all(samples.count).map((i) => kept[i % kept.length]!),
        `without ${level} classes`,
      );
    },
  },
  {
    name: 'duplicates',
    levels: levels([0.5, 0.8, 0.95, 0.99], percent),
    worse: { recall: 'down', coverage: 'down', fd: 'up' },
    apply(samples, level) {
      const distinct = Math.max(1, Math.round(samples.count * (1 - level)));
      return subsetOf(
        samples,
        all(samples.count).map((i) => i % distinct),
        `${percent(level)} duplicates`,
      );
    },
  },
  {
    name: 'memorised',
    levels: levels([0.1, 0.3, 0.6, 1], percent),
    worse: { memorisation: 'up', duplicates: 'up' },
    apply(samples, level, training) {
      const copied = Math.round(samples.count * level);
      const from = randomStream(0, 'damage', 'memorised').permutation(training.count);
      const read: Dataset['read'] = (indices, into) => {
        const batch = samples.read(indices, into);
        for (let i = 0; i < indices.length; i++) {
          if (indices[i]! >= copied) continue;
          const { real, labels } = training.read([from[indices[i]!]!]);
          batch.real.set(real, i * real.length);
          batch.labels[i] = labels[0]!;
        }
        return batch;
      };
      return { ...samples, name: `${percent(level)} memorised`, read };
    },
  },
];

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

/** A data set of changed images, rounded to bytes. */
function eachImage(
  data: Dataset,
  change: (image: Float32Array) => Float32Array,
  hash: HashBytes | undefined,
): Dataset {
  const [channels, height, width] = data.shape as [number, number, number];
  const size = channels * height * width;
  const { real, labels } = data.read(all(data.count));
  const pixels = new Uint8Array(data.count * size);
  for (let i = 0; i < data.count; i++) {
    pixels.set(toBytes(change(real.subarray(i * size, (i + 1) * size))), i * size);
  }
  const { name, classes } = data;
  const shape = [channels, height, width] as const;
  return imageDataset({ name, shape, classes, labels, pixels, settings: 'damaged' }, hash);
}

/** Gaussian blur of every channel, the border's pixels repeated. */
function blurred(image: Float32Array, shape: readonly number[], sigma: number): Float32Array {
  const [, height, width] = shape as [number, number, number];
  const reach = Math.ceil(3 * sigma);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  const along = (source: Float32Array, step: number, length: number): Float32Array =>
    source.map((_, at) => {
      const place = Math.floor(at / step) % length;
      return taps.reduce((sum, tap, t) => {
        const other = Math.min(length - 1, Math.max(0, place + t - reach));
        return sum + (tap / total) * source[at + (other - place) * step]!;
      }, 0);
    });
  return along(along(image, 1, width), width, height);
}

/**
 * Numbers that did not react as they should, in words; none when all did. From one level to the next a number must get worse, or
 * better by no more than its intervals leave open; at the last level it must be worse than undamaged beyond doubt.
 *
 * @param rows scores by metric: undamaged, then of each level of `levels` but the first
 */
export function wrongReactions(
  { name, levels, worse }: Damage,
  rows: readonly Readonly<Record<string, Score>>[],
): string[] {
  return Object.entries(worse).flatMap(([metric, direction]) => {
    const scores = rows.map((row) => row[metric]!);
    const steps = scores.slice(1).map((after, i) => [levels[i + 1]!.label, scores[i]!, after] as const);
    const wrong = steps.filter(([, before, after]) => !follows(before, after, direction));
    const told = wrong.map(
      ([label, before, after]) =>
        `${name} ${label}: ${metric} went from ${before.value} to ${after.value}, and should go ${direction}`,
    );
    const [first, last] = [scores[0]!, scores.at(-1)!];
    const sure = last.interval ? verdictOn(last, first) === 'worse' : goes(first, last, direction);
    return sure
      ? told
      : [
          ...told,
          `${name}: ${metric} is ${first.value} undamaged and ${last.value} at last; that tells nothing`,
        ];
  });
}

type Direction = Damage['worse'][string];

const goes = (before: Score, after: Score, direction: Direction): boolean =>
  direction === 'up' ? after.value > before.value : after.value < before.value;

/** Numbers without an interval may stay: they are counts, or shares that have come to 0. */
const follows = (before: Score, after: Score, direction: Direction): boolean =>
  goes(before, after, direction) ||
  before.value === after.value ||
  (after.interval !== null && before.interval !== null && verdictOn(after, before) !== 'better');
