import type { FeatureExtractor } from '../features/extractor.ts';
import { type Moments, momentsOf } from '../metrics/index.ts';
import type { Hooks } from './sampleSet.ts';
import { type Extracted, extract, type Side } from './side.ts';

/** Keeps numbers by what they depend on. */
export interface FeatureCache {
  read(key: FeatureKey): Promise<ReadonlyMap<string, Float32Array | Float64Array> | undefined>;
  write(key: FeatureKey, numbers: ReadonlyMap<string, Float32Array | Float64Array>): Promise<void>;
  forget(key: FeatureKey): Promise<void>;
}

/** Everything that features depend on, and what is kept of them. */
export interface FeatureKey {
  /** Of the data. */
  fingerprint: string;
  /** Of the extractor. */
  hash: string;
  /** Which examples in which order. */
  choice: string;
  /** `moments`, or which of the examples' features. */
  part: string;
}

export interface CachedOptions {
  extractor: FeatureExtractor;
  cache: FeatureCache | undefined;
  seed: number;
  /** Whether logits are wanted: of a thousand classes they are larger than the features. */
  logits: boolean;
  hooks?: Hooks;
}

/** Images whose features are kept together: an evaluation that is interrupted loses no more. */
const BLOCK = 2048;

/** Features of a side's examples: those that are in the cache from there, and the others put there block by block. */
export async function extractCached(side: Side, options: CachedOptions): Promise<Extracted> {
  const { extractor, cache, hooks = {} } = options;
  const { width } = extractor;
  const classes = options.logits ? extractor.classes.length : 0;
  const { length } = side.indices;
  const features = new Float32Array(length * width);
  const logits = new Float32Array(length * classes);
  for (const [from, end] of blocksOf(length)) {
    const key = keyOf(side, options, `features ${from}`);
    const kept = await cache?.read(key);
    if (kept && (classes === 0 || kept.has('logits'))) {
      features.set(kept.get('features')!, from * width);
      if (classes > 0) logits.set(kept.get('logits')!, from * classes);
      continue;
    }
    const block = await extract(extractor, side, hooks, [from, end]);
    features.set(block.features, from * width);
    if (classes > 0) logits.set(block.logits, from * classes);
    const tensors: [string, Float32Array][] = classes > 0 ? [['logits', block.logits]] : [];
    await cache?.write(key, new Map([['features', block.features], ...tensors]));
  }
  return { features, logits };
}

/** Mean and covariance of a side's features. */
export async function momentsCached(side: Side, options: CachedOptions): Promise<Moments> {
  const key = keyOf(side, options, 'moments');
  const kept = await options.cache?.read(key);
  const count = side.indices.length;
  if (kept)
    return {
      count,
      mean: kept.get('mean') as Float64Array,
      covariance: kept.get('covariance') as Float64Array,
    };
  const { mean, covariance } = momentsOf(side.features());
  await options.cache?.write(
    key,
    new Map([
      ['mean', mean],
      ['covariance', covariance],
    ]),
  );
  return { count, mean, covariance };
}

/** Removes a side's features from the cache. */
export async function forgetFeatures(side: Side, options: CachedOptions): Promise<void> {
  for (const [from] of blocksOf(side.indices.length)) {
    await options.cache?.forget(keyOf(side, options, `features ${from}`));
  }
}

const blocksOf = (count: number): [from: number, end: number][] =>
  Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => [
    block * BLOCK,
    Math.min(count, (block + 1) * BLOCK),
  ]);

const keyOf = (
  { name, data, indices }: Side,
  { extractor, seed }: CachedOptions,
  part: string,
): FeatureKey => ({
  fingerprint: data.fingerprint,
  hash: extractor.hash,
  choice: `${name} ${indices.length} of ${data.count}, seed ${seed}`,
  part,
});
