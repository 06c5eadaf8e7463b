import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from '../../base/node.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../base/safetensors.ts';
import { nativeSha256 } from '../../data/node/hash.ts';
import type { FeatureCache, FeatureKey } from '../featureCache.ts';

const KEY = 'gansmith.features';

/**
 * Features in the folder `features` of the cache, a safetensors file for each key. What cannot be read is made anew; what cannot be
 * written is told through `onWarning`.
 */
export function openFeatureCache(onWarning: (message: string) => void = () => {}): FeatureCache {
  const folder = join(cacheFolder(), 'features');
  const pathOf = (key: FeatureKey) => join(folder, fileName(key));
  return {
    async read(key) {
      try {
        const path = pathOf(key);
        const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
        if (metadata[KEY] !== textOf(key)) return undefined;
        return new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array | Float64Array]));
      } catch {
        // Whatever is wrong with a cache, the answer is to make it anew.
        return undefined;
      }
    },
    async write(key, numbers) {
      const tensors = new Map([...numbers].map(([name, data]) => [name, flat(data)]));
      try {
        mkdirSync(folder, { recursive: true });
        writeFileAtomic(pathOf(key), encodeSafetensors(tensors, { [KEY]: textOf(key) }));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        onWarning(`the features of images could not be kept for the next time (${reason})`);
      }
    },
    async forget(key) {
      rmSync(pathOf(key), { force: true });
    },
  };
}

const flat = (data: Float32Array | Float64Array): StoredTensor =>
  data instanceof Float64Array
    ? { dtype: 'F64', shape: [data.length], data }
    : { dtype: 'F32', shape: [data.length], data };

const textOf = ({ fingerprint, hash, choice, part }: FeatureKey): string =>
  JSON.stringify([fingerprint, hash, choice, part]);

const fileName = (key: FeatureKey): string =>
  `${nativeSha256([new TextEncoder().encode(textOf(key))]).slice(0, 32)}.safetensors`;
