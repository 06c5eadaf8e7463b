import { UsageError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import { readClassifier } from './classifierFile.ts';
import type { FeatureExtractor } from './extractor.ts';
import { compileExtractor, type ExtractorOptions } from './network.ts';
import type { ExtractorSource } from './openExtractor.ts';
import { stackedExtractor } from './stacked.ts';

/** A classifier that comes with gansmith. */
export interface ShippedClassifier {
  name: string;
  title: string;
  file: URL;
}

/** The classifiers that come with gansmith, trained by scripts/train-classifiers.ts. */
export const shippedClassifiers: readonly ShippedClassifier[] = [
  {
    name: 'mnist',
    title: '10 handwritten digits, 28x28 grey: 64 features',
    file: new URL('./classifiers/mnist.safetensors', import.meta.url),
  },
  {
    name: 'fashion-mnist',
    title: '10 kinds of clothing, 28x28 grey: 64 features',
    file: new URL('./classifiers/fashion-mnist.safetensors', import.meta.url),
  },
];

/** A classifier's file, compiled. */
export const classifierExtractor = (
  bytes: Uint8Array,
  where: string,
  executor: Executor,
  options?: ExtractorOptions,
): Promise<FeatureExtractor> => compileExtractor(executor, readClassifier(bytes, where).network, options);

/** The shipped classifiers as extractors to choose from, their files read as the platform reads files. */
export function classifierSources(read: (file: URL) => Promise<Uint8Array>): ExtractorSource[] {
  const sources = shippedClassifiers.map(
    ({ name, title, file }): ExtractorSource => ({
      name,
      title,
      example: name,
      async open(argument, executor, options) {
        if (argument !== undefined) throw new UsageError(`features '${name}:${argument}': write '${name}'`);
        return classifierExtractor(await read(file), `${name}.safetensors`, executor, options);
      },
    }),
  );
  const digits = sources[0]!;
  const stacked: ExtractorSource = {
    name: 'stacked-mnist',
    title: 'mnist for each colour channel: 192 features, 1,000 classes',
    example: 'stacked-mnist',
    open: async (argument, executor, options) =>
      stackedExtractor(await digits.open(argument, executor, options)),
  };
  return [...sources, stacked];
}
