import { GansmithError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { imagesOf } from '../features/accuracy.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { type Features, type Images, type Moments, momentsOf } from '../metrics/index.ts';
import type { Hooks } from './sampleSet.ts';

/** What an extractor made of some examples. */
export interface Extracted {
  /** [count, width] */
  features: Float32Array;
  /** [count, classes]; empty where the extractor names none. */
  logits: Float32Array;
  /** Of the features, where they are known already. */
  moments?: Moments;
}

/** One of the two sets that are compared: examples in a random order, so that the first few are a fair choice. */
export interface Side {
  name: 'real' | 'generated' | 'held-out';
  data: Dataset;
  /** Which examples, in which order. */
  indices: Uint32Array;
  /** Class of each example; undefined for unlabelled data. Read when first asked for, since images are read with them. */
  readonly labels: Int32Array | undefined;
  /** Pixels of the first so many, in [-1, 1]. */
  images(count: number): Images;
  /** Features and logits of the first so many (default: all). Empty before `extracted` is set. */
  features(count?: number): Features;
  logits(count?: number): Features;
  /** Mean and covariance of all features. */
  moments(): Moments;
  extracted?: Extracted;
}

/** Chooses `count` examples of a data set. */
export function createSide(name: Side['name'], data: Dataset, count: number, seed: number): Side {
  const indices = randomStream(seed, 'evaluate', name).permutation(data.count).slice(0, count);
  const [channels, height, width] = data.shape as [number, number, number];
  let moments: Moments | undefined;
  let labels: Int32Array | undefined;
  const rows = (values: Float32Array, wanted: number): Features => {
    const perRow = values.length / count;
    return { data: values.subarray(0, wanted * perRow), count: wanted, width: perRow };
  };
  const side: Side = {
    name,
    data,
    indices,
    get labels() {
      if (data.classes.length > 1) labels ??= labelsOf(data, indices);
      return labels;
    },
    images: (wanted) => ({
      data: data.read(indices.subarray(0, wanted)).real,
      ...{ count: wanted, channels, height, width },
    }),
    features: (wanted = count) => rows(extractedOf(side).features, wanted),
    logits: (wanted = count) => rows(extractedOf(side).logits, wanted),
    moments() {
      moments ??= side.extracted?.moments ?? momentsOf(side.features());
      return moments;
    },
  };
  return side;
}

function labelsOf(data: Dataset, indices: Uint32Array): Int32Array {
  const labels = new Int32Array(indices.length);
  const CHUNK = 1024;
  for (let start = 0; start < indices.length; start += CHUNK) {
    labels.set(data.read(indices.subarray(start, start + CHUNK)).labels, start);
  }
  return labels;
}

function extractedOf(side: Side): Extracted {
  if (!side.extracted) throw new GansmithError(`evaluate: the ${side.name} images have no features yet`);
  return side.extracted;
}

/** Images whose features are computed between two looks at the clock. */
const CHUNK = 512;

/**
 * Features of a side's examples, from position `from` to `end` of its indices.
 * @throws GansmithError when a feature is not finite.
 */
export async function extract(
  extractor: FeatureExtractor,
  { name, data, indices }: Side,
  hooks: Hooks,
  [from, end]: readonly [from: number, end: number],
): Promise<Extracted> {
  const { width, classes } = extractor;
  const features = new Float32Array((end - from) * width);
  const logits = new Float32Array((end - from) * classes.length);
  for (let start = from; start < end; start += CHUNK) {
    const part = indices.subarray(start, Math.min(end, start + CHUNK));
    const found = await extractor.features(imagesOf(data, part).images);
    const wrong = found.features.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new GansmithError(
        `features ${extractor.name}: ${found.features[wrong]} for example ${part[Math.floor(wrong / width)]} of ${data.name}; expected finite numbers, choose other features`,
      );
    }
    features.set(found.features, (start - from) * width);
    if (found.logits) logits.set(found.logits, (start - from) * classes.length);
    hooks.onProgress?.(start + part.length, indices.length, `features of ${name} images`);
    await hooks.breathe?.();
  }
  return { features, logits };
}
