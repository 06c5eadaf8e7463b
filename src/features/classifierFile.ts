import * as z from 'zod';
import { GansmithError } from '../base/errors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../base/safetensors.ts';
import { sha256 } from '../data/sha256.ts';
import { averageName } from '../gan/names.ts';
import { bindNetwork, createTrace } from '../gan/trace.ts';
import { classifierNetwork } from './classifier.ts';
import type { ExtractorInput } from './extractor.ts';
import type { FeatureNetwork } from './network.ts';

const classifierInfo = z.object({
  /** What the extractor is called. */
  name: z.string(),
  classes: z.array(z.string()),
  width: z.int().min(1),
  /** How it was made, for whoever wants to make it again. */
  data: z.string(),
  fingerprint: z.string(),
  seed: z.int(),
  steps: z.int(),
  /** Share of the test set it names rightly. */
  testAccuracy: z.number(),
});

/** What a classifier's file says of it, besides its weights. */
export type ClassifierInfo = z.output<typeof classifierInfo>;

const KEY = 'gansmith.classifier';
const NETWORK = 'C';

/** The averaged weights and statistics of a network among the states of a run, by their names in the network. */
export function averagedWeights(
  states: ReadonlyMap<string, StoredTensor>,
  network = NETWORK,
): Map<string, StoredTensor & { data: Float32Array }> {
  const prefix = averageName('');
  return new Map(
    [...states]
      .filter(([name]) => name.startsWith(`${prefix}${network}/`))
      .map(([name, { shape, data }]) => [
        name.slice(prefix.length),
        { dtype: 'F32', shape, data: Float32Array.from(data as Float32Array) },
      ]),
  );
}

/** A classifier as a safetensors file. The same weights give the same bytes. */
export const encodeClassifier = (
  info: ClassifierInfo,
  weights: ReadonlyMap<string, StoredTensor>,
): Uint8Array => encodeSafetensors(weights, { [KEY]: JSON.stringify(info) });

/**
 * A classifier from its file; its hash is the file's SHA-256.
 * @throws GansmithError for a damaged or foreign file, naming `where`.
 */
export function readClassifier(
  bytes: Uint8Array,
  where: string,
): { info: ClassifierInfo; network: FeatureNetwork } {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const info = readInfo(metadata[KEY], where);
  const weights = new Map(
    [...tensors].map(([key, { shape, data }]) => [key, { shape, data: data as Float32Array }]),
  );
  const input = { channels: 1, height: 28, width: 28, range: [-1, 1] } as const;
  return { info, network: { ...classifierOf(info, weights, input), hash: sha256([bytes]) } };
}

/** A classifier by its weights. */
export function classifierOf(
  { name, classes, width }: Pick<ClassifierInfo, 'name' | 'classes' | 'width'>,
  weights: FeatureNetwork['weights'],
  input: ExtractorInput,
): Omit<FeatureNetwork, 'hash'> {
  const build: FeatureNetwork['build'] = (images) => {
    const trace = createTrace('sample', `features ${name}`, new Map());
    const network = bindNetwork(trace, NETWORK, classifierNetwork({ width, classes: classes.length }));
    const { output, results } = network.all(images);
    return { features: results.get('features')!, logits: output };
  };
  return { name, classes, input, weights, build };
}

function readInfo(text: string | undefined, where: string): ClassifierInfo {
  try {
    return classifierInfo.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new GansmithError(
      `${where} is a safetensors file, but not a classifier of gansmith; give one that scripts/train-classifiers.ts wrote`,
      { cause },
    );
  }
}
