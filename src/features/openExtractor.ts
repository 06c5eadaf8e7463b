import { nearest, UsageError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import type { FeatureExtractor } from './extractor.ts';
import type { ExtractorOptions } from './network.ts';

/** A kind of extractor: what stands before the colon of what the user writes, and how it is opened. */
export interface ExtractorSource {
  name: string;
  title: string;
  /** As the user would write it. */
  example: string;
  /** @param argument what stands after the colon */
  open(
    argument: string | undefined,
    executor: Executor,
    options?: ExtractorOptions,
  ): Promise<FeatureExtractor>;
}

/**
 * Opens an extractor by what the user wrote after `--features`.
 * @throws UsageError when the name is unknown, with the nearest known one.
 */
export async function openFrom(
  sources: readonly ExtractorSource[],
  written: string,
  executor: Executor,
  options?: ExtractorOptions,
): Promise<FeatureExtractor> {
  const colon = written.indexOf(':');
  const name = colon < 0 ? written : written.slice(0, colon);
  const found = sources.find((source) => source.name === name);
  if (found) return found.open(colon < 0 ? undefined : written.slice(colon + 1), executor, options);
  const guess = nearest(
    name,
    sources.map((source) => source.name),
  );
  const examples = sources.map(({ example }) => example).join(', ');
  throw new UsageError(
    `unknown features '${written}'${guess ? `: did you mean '${guess}'?` : ''}\nThere are, for example: ${examples}`,
  );
}
