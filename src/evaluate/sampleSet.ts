import { GansmithError } from '../base/errors.ts';
import { type Dataset, type HashBytes, imageDataset } from '../data/dataset.ts';
import { toBytes } from '../features/imageBytes.ts';
import type { States } from '../runtime/executor.ts';
import type { CompiledSampler } from '../train/sampling.ts';

/** What is told while something takes its time, and asked whether to go on. */
export interface Hooks {
  onProgress?(done: number, total: number, what: string): void;
  /** Awaited between two pieces of work; what it throws ends the evaluation. */
  breathe?(): Promise<void>;
}

/** Samples drawn at once. */
const CHUNK = 512;

export interface DrawOptions {
  /** What the set is called. */
  name: string;
  samples: number;
  /** Names the samples: sample i of seed s is that of the sampler's seed s * 1,000,000 + i. */
  seed: number;
  shape: readonly [channels: number, height: number, width: number];
  classes: readonly string[];
  hash?: HashBytes;
}

/** Sampler seeds from one evaluation seed to the next. */
const SEEDS_APART = 1_000_000;

/**
 * Samples of a generator as a data set: rounded to bytes, since that is what a picture file holds, and what real pictures are. Conditional
 * generators make each class in turn, and their samples have labels.
 *
 * @throws GansmithError when a sample holds a number that is not finite.
 */
export async function drawSamples(
  sampler: CompiledSampler,
  states: States,
  { name, samples, seed, shape, classes, hash }: DrawOptions,
  hooks: Hooks = {},
): Promise<Dataset> {
  const size = shape[0] * shape[1] * shape[2];
  const pixels = new Uint8Array(samples * size);
  const labels = Int32Array.from({ length: samples }, (_, i) =>
    sampler.conditional ? i % classes.length : 0,
  );
  for (let start = 0; start < samples; start += CHUNK) {
    const count = Math.min(CHUNK, samples - start);
    const seeds = Array.from({ length: count }, (_, i) => seed * SEEDS_APART + start + i);
    const conditions = sampler.conditional
      ? { labels: Array.from(labels.subarray(start, start + count)) }
      : {};
    const { data } = await sampler.sample({ seeds, ...conditions }, states);
    const wrong = data.findIndex((value: number) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new GansmithError(
        `${name}: sample ${start + Math.floor(wrong / size)} holds ${data[wrong]}; its generator is broken, take an earlier checkpoint`,
      );
    }
    pixels.set(toBytes(data), start * size);
    hooks.onProgress?.(start + count, samples, 'drawing samples');
    await hooks.breathe?.();
  }
  const labelled = sampler.conditional ? { classes, labels } : { classes: [] };
  return imageDataset({ name, shape, pixels, settings: 'samples', ...labelled }, hash);
}
