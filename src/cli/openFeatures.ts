import type { Dataset } from '../data/dataset.ts';
import { defaultFeatures } from '../evaluate/chooseFeatures.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { openSelfSupervised } from '../features/node/selfSupervised.ts';
import { openExtractor } from '../features/node.ts';
import type { SelfSupervisedOptions } from '../features/trainSelfSupervised.ts';

/**
 * The extractor the user names, else the one that suits the data.
 * @param real the data that features of one's own are learned from
 */
export function openFeatures(
  written: string | undefined,
  real: Dataset,
  options: SelfSupervisedOptions,
): Promise<FeatureExtractor> {
  const { executor, threads } = options;
  const name = written ?? defaultFeatures(real);
  return name === 'self'
    ? openSelfSupervised(real, options)
    : openExtractor(name, executor, threads ? { threads } : {});
}
