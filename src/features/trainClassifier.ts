import { decodeSafetensors, type StoredTensor } from '../base/safetensors.ts';
import type { Dataset } from '../data/dataset.ts';
import { resolveConfig } from '../gan/config.ts';
import type { Executor } from '../runtime/executor.ts';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/loop.ts';
import { classifier } from './classifier.ts';
import { averagedWeights } from './classifierFile.ts';

export interface TrainClassifierOptions {
  executor: Executor;
  threads?: number | undefined;
  /** Iterations; the learning rate falls to 0 over them. */
  steps: number;
  seed?: number;
  /** Settings of `classifier` that are not as it has them by default. */
  settings?: Record<string, unknown>;
  /** Awaited for each event of the training; what it throws ends it. */
  onEvent?: (event: TrainEvent) => Promise<void> | void;
}

/** Weights of a classifier, averaged, by their names in the network; and the width of its first layer. */
export interface TrainedClassifier {
  weights: Map<string, StoredTensor & { data: Float32Array }>;
  width: number;
}

/** Trains a classifier on labelled images, by the loop that trains GANs. */
export async function trainClassifier(
  data: Dataset,
  { executor, threads, steps, seed = 0, settings = {}, onEvent }: TrainClassifierOptions,
): Promise<TrainedClassifier> {
  const config = resolveConfig(classifier, settings, data);
  const events = train({
    ...{ gan: classifier, config, data, executor, seed, steps, sampleCount: 1 },
    sampleEvery: Number.MAX_SAFE_INTEGER,
    checkpointEvery: Number.MAX_SAFE_INTEGER,
    ...(threads ? { threads } : {}),
  });
  let last: Uint8Array = new Uint8Array();
  for await (const event of events) {
    if (event.type === 'checkpoint') last = Uint8Array.from(event.bytes);
    await onEvent?.(event);
  }
  const { tensors } = decodeSafetensors(last, 'the trained classifier');
  return { weights: averagedWeights(tensors), width: (config as typeof config & { width: number }).width };
}
