import { readFile } from 'node:fs/promises';
import { UsageError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import { openModel } from '../runtime/node.ts';
import { classifierSources } from './classifiers.ts';
import type { FeatureExtractor } from './extractor.ts';
import type { ExtractorOptions } from './network.ts';
import { inceptionSources } from './node/inceptionSources.ts';
import { onnxExtractor } from './onnx.ts';
import { type ExtractorSource, openFrom } from './openExtractor.ts';

export * from './web.ts';

const onnx: ExtractorSource = {
  name: 'onnx',
  title: 'an ONNX file with one image input [N, C, H, W] in [-1, 1]: its first output',
  example: 'onnx:./features.onnx',
  async open(path, _, options = {}) {
    if (!path) throw new UsageError("features 'onnx': write 'onnx:FILE' with the path of a model");
    const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
      throw new UsageError(`features 'onnx:${path}': the file ${reason}`, { cause });
    });
    const { batch } = options;
    return onnxExtractor(await openModel(bytes), bytes, {
      name: `onnx:${path}`,
      ...(batch === undefined ? {} : { batch }),
    });
  },
};

const SOURCES: readonly ExtractorSource[] = [...classifierSources(readFile), onnx, ...inceptionSources];

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
