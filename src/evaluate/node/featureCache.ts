import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from '../../base/node.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../base/safetensors.ts';
import { nativeSha256 } from '../../data/node/hash.ts';
import type { FeatureCache, FeatureKey } from '../evaluate.ts';

const KEY = 'gansmith.features';

/**
 * Features of real data in the folder `features` of the cache, a safetensors file for each data set, extractor and choice of examples.
 * What cannot be read is made anew; what cannot be written is told through `onWarning`.
 */
export function openFeatureCache(onWarning: (message: string) => void = () => {}): FeatureCache {
  const folder = join(cacheFolder(), 'features');
  return {
    async read(key) {
      try {
        const path = join(folder, fileName(key));
        const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
        if (metadata[KEY] !== textOf(key)) return undefined;
        return {
          features: tensors.get('features')!.data as Float32Array,
          logits: (tensors.get('logits')?.data ?? new Float32Array(0)) as Float32Array,
        };
      } catch {
        // Whatever is wrong with a cache, the answer is to make it anew.
        return undefined;
      }
    },
    async write(key, { features, logits }) {
      const flat = (data: Float32Array): StoredTensor => ({ dtype: 'F32', shape: [data.length], data });
      const tensors = new Map([['features', flat(features)]]);
      if (logits.length > 0) tensors.set('logits', flat(logits));
      try {
        mkdirSync(folder, { recursive: true });
        writeFileAtomic(join(folder, fileName(key)), encodeSafetensors(tensors, { [KEY]: textOf(key) }));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        onWarning(`the features of real images could not be kept for the next time (${reason})`);
      }
    },
  };
}

const textOf = ({ fingerprint, hash, choice }: FeatureKey): string =>
  JSON.stringify([fingerprint, hash, choice]);

const fileName = (key: FeatureKey): string =>
  `${nativeSha256([new TextEncoder().encode(textOf(key))]).slice(0, 32)}.safetensors`;
