import { nearest as nearestWord, UsageError } from '../../base/errors.ts';
import type { Dataset } from '../../data/dataset.ts';
import { nativeSha256 } from '../../data/node/hash.ts';
import type { Pictures } from '../../explore/generator.ts';
import { type FeatureExtractor, likeliest } from '../../features/extractor.ts';
import { type Features, nearestNeighbours } from '../../metrics/index.ts';
import type { Working } from '../interruptible.ts';
import { openFeatures } from '../openFeatures.ts';
import type { Opened } from './opened.ts';
import { openTrainingData } from './targets.ts';

/** Real pictures that samples are compared with, at most. */
const REAL = 5000;
/** Pictures looked at in a call. */
const CHUNK = 256;

/** Says which of many pictures have an attribute. */
export interface Judge {
  /** How, in words. */
  how: string;
  has(pictures: Pictures): Promise<boolean[]>;
  release(): Promise<void>;
}

/**
 * A judge of an attribute: a class of the data, or one of its annotations as `key=value`. The shipped classifier of the data says a
 * class; everything else is that of the nearest real picture, in the space of features or of pixels.
 *
 * @throws UsageError when the data have no such class or annotation.
 */
export async function judgeOf(
  opened: Opened,
  attribute: string,
  { data: source, features }: { data?: string | undefined; features?: string | undefined },
  working: Working,
): Promise<Judge> {
  const data = await openTrainingData(opened, source);
  const real = labelled(data, attribute);
  if (features === 'pixels') return byNearest(pixels, data, real, working);
  const extractor = await openFeatures(features, data, {
    executor: opened.executor,
    hash: nativeSha256,
    ...working.hooks,
  });
  const known = extractor.classes.indexOf(attribute);
  if (known >= 0) return byClassifier(extractor, known);
  const judge = await byNearest(
    Object.assign((pictures: Pictures) => featuresOf(extractor, pictures), { called: extractor.name }),
    data,
    real,
    working,
  );
  return { ...judge, release: () => extractor.release() };
}

/** Whether each example of the data has the attribute. */
function labelled(data: Dataset, attribute: string): (index: number) => boolean {
  const index = data.classes.indexOf(attribute);
  if (index >= 0) return (example) => data.read([example]).labels[0] === index;
  const [, key, value] = /^([^=]+)=(.*)$/.exec(attribute) ?? [];
  const { annotation } = data;
  const choices = annotation ? choicesOf(data, annotation) : new Set<string>();
  if (annotation && key !== undefined && choices.has(attribute)) {
    return (example) => annotation(example).attributes[key] === value;
  }
  const all = [...data.classes, ...choices];
  const close = nearestWord(attribute, all);
  const there =
    all.length > 0 ? `there are ${all.slice(0, 30).join(', ')}` : 'they have neither classes nor annotations';
  throw new UsageError(
    `--attribute: ${data.name} has no class or annotation '${attribute}'${close ? `; did you mean '${close}'?` : ''} (${there})`,
  );
}

/** `key=value` of the first examples. */
function choicesOf({ count }: Dataset, annotation: NonNullable<Dataset['annotation']>): Set<string> {
  const found = new Set<string>();
  for (let i = 0; i < Math.min(count, REAL); i++) {
    for (const [key, value] of Object.entries(annotation(i).attributes)) found.add(`${key}=${value}`);
  }
  return found;
}

const byClassifier = (extractor: FeatureExtractor, index: number): Judge => ({
  how: `by the classifier ${extractor.name}`,
  async has(pictures) {
    const { logits } = await extractor.features(pictures);
    return Array.from(likeliest(logits!, extractor.classes.length), (found) => found === index);
  },
  release: () => extractor.release(),
});

type Look = ((pictures: Pictures) => Promise<Features>) & { called: string };

async function byNearest(
  look: Look,
  data: Dataset,
  real: (index: number) => boolean,
  working: Working,
): Promise<Judge> {
  const count = Math.min(REAL, data.count);
  // Evenly over the data, which may be sorted by class.
  const examples = Array.from({ length: count }, (_, i) => Math.floor((i * data.count) / count));
  const shape = data.shape as [number, number, number];
  let all: Features | undefined;
  for (let start = 0; start < count; start += CHUNK) {
    const chunk = examples.slice(start, start + CHUNK);
    const found = await look({ shape: [chunk.length, ...shape], data: data.read(chunk).real });
    all ??= { count, width: found.width, data: new Float32Array(count * found.width) };
    (all.data as Float32Array).set(found.data, start * found.width);
    await working.at(start + chunk.length, count, 'looking at real pictures');
  }
  const has = examples.map(real);
  return {
    how: `by the nearest of ${count} real pictures in ${look.called}`,
    async has(pictures) {
      const { indices } = nearestNeighbours(await look(pictures), all!);
      return Array.from(indices, (index) => has[index]!);
    },
    release: async () => {},
  };
}

async function featuresOf(extractor: FeatureExtractor, pictures: Pictures): Promise<Features> {
  const { features, count } = await extractor.features(pictures);
  return { data: features, count, width: extractor.width };
}

const pixels: Look = Object.assign(
  async ({ shape, data }: Pictures): Promise<Features> => ({
    data,
    count: shape[0],
    width: data.length / shape[0],
  }),
  { called: 'pixels' },
);
