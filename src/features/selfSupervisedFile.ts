import { z } from 'zod';
import { GansmithError } from '../base/errors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../base/safetensors.ts';
import { sha256 } from '../data/sha256.ts';
import { bindNetwork, createTrace } from '../gan/trace.ts';
import type { FeatureNetwork } from './network.ts';
import { selfSupervisedNetwork } from './selfSupervised.ts';
import { shrink } from './smallerData.ts';

const selfSupervisedInfo = z.object({
  width: z.int().min(1),
  /** [C, H, W] of the images it takes; larger ones are brought down to it. */
  shape: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  /** What it was trained on, and how long. */
  fingerprint: z.string(),
  steps: z.int(),
  seed: z.int(),
});

/** What the file of a self-supervised extractor says of it, besides its weights. */
export type SelfSupervisedInfo = z.output<typeof selfSupervisedInfo>;

const KEY = 'gansmith.self';

/** The same weights give the same bytes. */
export const encodeSelfSupervised = (
  info: SelfSupervisedInfo,
  weights: ReadonlyMap<string, StoredTensor>,
): Uint8Array => encodeSafetensors(weights, { [KEY]: JSON.stringify(info) });

/**
 * A self-supervised extractor from its file; its hash is the file's SHA-256.
 * @throws GansmithError for a damaged or foreign file, naming `where`.
 */
export function readSelfSupervised(bytes: Uint8Array, where: string): FeatureNetwork {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const { data: info } = selfSupervisedInfo.safeParse(JSON.parse(metadata[KEY] ?? 'null'));
  if (!info) throw new GansmithError(`${where} holds no self-supervised extractor; remove it`);
  const [channels, height, width] = info.shape;
  const weights = new Map(
    [...tensors].map(([key, { shape, data }]) => [key, { shape, data: data as Float32Array }]),
  );
  return {
    name: 'self',
    hash: sha256([bytes]),
    classes: [],
    input: {
      ...{ channels, height, width, range: [-1, 1] as const },
      adapts: 'larger images are brought down by an antialiased triangle filter',
    },
    weights,
    build(images) {
      const trace = createTrace('sample', 'features self', new Map());
      const { results } = bindNetwork(trace, 'E', selfSupervisedNetwork(info)).all(images);
      return { features: results.get('features')! };
    },
    prepare: (images) => shrink(images, [height, width]),
  };
}
