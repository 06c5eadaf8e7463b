import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from '../../base/node.ts';
import type { Dataset } from '../../data/dataset.ts';
import { nativeSha256 } from '../../data/node/hash.ts';
import type { FeatureExtractor } from '../extractor.ts';
import { compileExtractor, type FeatureNetwork } from '../network.ts';
import { readSelfSupervised } from '../selfSupervisedFile.ts';
import { type SelfSupervisedOptions, trainSelfSupervised } from '../trainSelfSupervised.ts';

/**
 * The extractor `self` of a data set: from the folder `self` of the cache, where it lies under the data's fingerprint, else trained now
 * and put there. Two machines learn different weights, so the hash tells whether numbers compare.
 */
export async function openSelfSupervised(
  data: Dataset,
  options: SelfSupervisedOptions,
): Promise<FeatureExtractor> {
  const { executor, threads, steps = 600, seed = 0 } = options;
  const folder = join(cacheFolder(), 'self');
  const path = join(folder, `${data.fingerprint}-${steps}-${seed}.safetensors`);
  let network = cached(path);
  if (!network) {
    const bytes = await trainSelfSupervised(data, { hash: nativeSha256, ...options });
    mkdirSync(folder, { recursive: true });
    writeFileAtomic(path, bytes);
    network = readSelfSupervised(bytes, path);
  }
  return compileExtractor(executor, network, threads ? { threads } : {});
}

function cached(path: string): FeatureNetwork | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readSelfSupervised(readFileSync(path), path);
  } catch {
    // Whatever is wrong with it, the answer is to learn anew.
    return undefined;
  }
}
