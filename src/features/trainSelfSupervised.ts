import { GansmithError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { decodeSafetensors } from '../base/safetensors.ts';
import { type Dataset, type HashBytes, imageDataset } from '../data/dataset.ts';
import { resolveConfig } from '../gan/config.ts';
import type { Executor } from '../runtime/executor.ts';
import { train } from '../train/loop.ts';
import { imagesOf } from './accuracy.ts';
import { averagedWeights } from './classifierFile.ts';
import { toBytes } from './imageBytes.ts';
import { selfSupervised } from './selfSupervised.ts';
import { encodeSelfSupervised, shrink } from './selfSupervisedFile.ts';

/** Pixels a side that larger images are brought down to. */
const LARGEST = 64;
/** Images it learns from at most. */
const MOST_IMAGES = 20_000;

export interface SelfSupervisedOptions {
  executor: Executor;
  threads?: number | undefined;
  /** Default 600: two minutes for 28x28 pixels on two cores. */
  steps?: number;
  seed?: number;
  hash?: HashBytes;
  onProgress?: ((done: number, total: number, what: string) => void) | undefined;
  /** Awaited after each step; what it throws ends the training. */
  breathe?: (() => Promise<void>) | undefined;
}

/**
 * Trains the self-supervised extractor on a data set.
 * @returns its file.
 * @throws GansmithError for fewer than 16 images.
 */
export async function trainSelfSupervised(
  data: Dataset,
  options: SelfSupervisedOptions,
): Promise<Uint8Array> {
  const { executor, threads, steps = 600, seed = 0 } = options;
  if (data.count < 16) {
    throw new GansmithError(
      `features 'self': ${data.name} has ${data.count} images, too few to learn features from; choose others by --features`,
    );
  }
  const small = smallerData(data, seed, options.hash);
  const config = resolveConfig(selfSupervised, { batch: Math.min(128, small.count) }, small);
  const events = train({
    ...{ gan: selfSupervised, config, data: small, executor, seed, steps, sampleCount: 1 },
    sampleEvery: Number.MAX_SAFE_INTEGER,
    checkpointEvery: Number.MAX_SAFE_INTEGER,
    ...(threads ? { threads } : {}),
  });
  let last: Uint8Array = new Uint8Array();
  for await (const event of events) {
    if (event.type === 'checkpoint') last = Uint8Array.from(event.bytes);
    if (event.type !== 'step') continue;
    options.onProgress?.(event.step, steps, 'learning features (steps)');
    await options.breathe?.();
  }
  const weights = averagedWeights(decodeSafetensors(last, 'the trained extractor').tensors, 'E');
  const shape = small.shape as [number, number, number];
  const { width } = config as typeof config & { width: number };
  return encodeSelfSupervised({ width, shape, fingerprint: data.fingerprint, steps, seed }, weights);
}

/** At most so many images, of at most so many pixels. */
function smallerData(data: Dataset, seed: number, hash?: HashBytes): Dataset {
  const [channels, height, width] = data.shape as [number, number, number];
  if (Math.min(height, width) <= LARGEST) return data;
  const chosen = randomStream(seed, 'self-supervised').permutation(data.count).slice(0, MOST_IMAGES);
  const size = channels * LARGEST * LARGEST;
  const pixels = new Uint8Array(chosen.length * size);
  chosen.forEach((index, i) => {
    const { data: floats } = shrink(imagesOf(data, [index]).images, [LARGEST, LARGEST]);
    pixels.set(toBytes(floats), i * size);
  });
  const shape = [channels, LARGEST, LARGEST] as const;
  return imageDataset({ name: data.name, shape, classes: [], pixels, settings: 'shrunk' }, hash);
}
