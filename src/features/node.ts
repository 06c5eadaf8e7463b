import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import { classifierExtractor, shippedClassifiers } from './classifiers.ts';
import type { FeatureExtractor } from './extractor.ts';
import type { ExtractorOptions } from './network.ts';
import { type ExtractorSource, openFrom } from './openExtractor.ts';

export * from './web.ts';

const classifiers = shippedClassifiers.map(
  ({ name, title, file }): ExtractorSource => ({
    name,
    title,
    example: name,
    async open(argument, executor, options) {
      if (argument !== undefined) throw new UsageError(`features '${name}:${argument}': write '${name}'`);
      return classifierExtractor(await readFile(file), fileURLToPath(file), executor, options);
    },
  }),
);

const SOURCES: readonly ExtractorSource[] = classifiers;

/** Every kind of features `openExtractor` knows, with an example of how to write it. */
export const extractorSources: readonly Omit<ExtractorSource, 'open'>[] = SOURCES;

/**
 * Opens an extractor by what the user wrote after `--features`: a name of `extractorSources`.
 * @throws UsageError when the name is unknown or misspelt.
 */
export const openExtractor = (
  written: string,
  executor: Executor,
  options?: ExtractorOptions,
): Promise<FeatureExtractor> => openFrom(SOURCES, written, executor, options);
