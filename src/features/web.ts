/* What works without a file system. */
import { GansmithError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import { classifierSources } from './classifiers.ts';
import type { FeatureExtractor } from './extractor.ts';
import type { ExtractorOptions } from './network.ts';
import { type ExtractorSource, openFrom } from './openExtractor.ts';

export { accuracyOn, imagesOf } from './accuracy.ts';
export { type ClassifierInfo, readClassifier } from './classifierFile.ts';
export { classifierExtractor, type ShippedClassifier, shippedClassifiers } from './classifiers.ts';
export {
  type ExtractorInput,
  type FeatureExtractor,
  type Features,
  type Images,
  likeliest,
  probabilities,
} from './extractor.ts';
export { compileExtractor, type ExtractorOptions, type FeatureNetwork } from './network.ts';
export { stackedExtractor } from './stacked.ts';

/** Reads a file that lies beside the code, over the network. */
async function fetched(file: URL): Promise<Uint8Array> {
  const answer = await fetch(file);
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new GansmithError(
    `${file} was answered with ${answer.status}; serve the folder classifiers beside the built code`,
  );
}

const SOURCES: readonly ExtractorSource[] = classifierSources(fetched);

/** Every kind of features `openExtractor` knows, with an example of how to write it. */
export const extractorSources: readonly Omit<ExtractorSource, 'open'>[] = SOURCES;

/**
 * Opens an extractor by name, one of `extractorSources`; its weights are fetched from beside the code.
 * @throws UsageError when the name is unknown, GansmithError when the file is not served.
 */
export const openExtractor = (
  written: string,
  executor: Executor,
  options?: ExtractorOptions,
): Promise<FeatureExtractor> => openFrom(SOURCES, written, executor, options);
