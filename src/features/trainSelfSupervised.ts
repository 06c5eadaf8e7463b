import { GansmithError } from '../base/errors.ts';
import { decodeSafetensors } from '../base/safetensors.ts';
import type { Dataset, HashBytes } from '../data/dataset.ts';
import { resolveConfig } from '../gan/config.ts';
import type { Executor } from '../runtime/executor.ts';
import { train } from '../train/loop.ts';
import { averagedWeights } from './classifierFile.ts';
import { selfSupervised } from './selfSupervised.ts';
import { encodeSelfSupervised } from './selfSupervisedFile.ts';
import { smallerData } from './smallerData.ts';

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
