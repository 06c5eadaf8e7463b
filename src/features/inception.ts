import { GansmithError } from '../base/errors.ts';
import { sha256 } from '../data/sha256.ts';
import { input, state } from '../graph/ops/leaf.ts';
import type { Shape } from '../graph/shape.ts';
import type { Executor } from '../runtime/executor.ts';
import type { FeatureExtractor, Images } from './extractor.ts';
import { toBytes, toRgb } from './imageBytes.ts';
import { INCEPTION_CLASSES, INCEPTION_SIZE, inceptionNetwork } from './inceptionNetwork.ts';
import { compileExtractor, type ExtractorOptions, type FeatureNetwork } from './network.ts';
import { resizeClean, resizeLegacy } from './resize.ts';
import { readWeights } from './weights/readWeights.ts';
import { torchScope } from './weights/scope.ts';
import { checkTensors, hashTensors, type NamedTensors } from './weights/tensors.ts';

/** The published file has these first digits of its SHA-256, in its name, too. */
const PUBLISHED_DIGITS = '6726825d';

/** The names under which two projects publish the same file. */
export const INCEPTION_FILES: readonly { name: string; project: string }[] = [
  { name: `pt_inception-2015-12-05-${PUBLISHED_DIGITS}.pth`, project: 'github.com/mseitzer/pytorch-fid' },
  {
    name: `weights-inception-2015-12-05-${PUBLISHED_DIGITS}.pth`,
    project: 'github.com/toshas/torch-fidelity',
  },
];

/** Weights of the network of FID. */
export interface InceptionWeights {
  tensors: NamedTensors;
  /** The file is the published one, by its content. Only then is a number measured with it an FID. */
  verified: boolean;
  /** SHA-256 of the tensors. */
  hash: string;
  /** What to tell the user of weights that are not the published ones. */
  warning?: string;
}

/**
 * Reads a weight file of the network of FID: the published .pth, or the same tensors as safetensors or in an ONNX model.
 *
 * @param where the file's name, for messages. If it has the eight digits of the published names, so must the content's SHA-256.
 * @throws GansmithError for a file that is damaged, hostile, or holds the weights of another network.
 */
export async function readInceptionWeights(bytes: Uint8Array, where: string): Promise<InceptionWeights> {
  const digest = sha256([bytes]);
  const verified = digest.startsWith(PUBLISHED_DIGITS);
  if (!verified && where.includes(PUBLISHED_DIGITS)) {
    throw new GansmithError(
      `${where}: its name promises a SHA-256 that begins with ${PUBLISHED_DIGITS}, and it begins with ${digest.slice(0, 8)}; it is damaged or not complete, so get it again`,
    );
  }
  const expected = inceptionTensors();
  const read = await readWeights(bytes, where);
  checkTensors(read, expected, where, (name) => name.endsWith('.num_batches_tracked'));
  const tensors = new Map([...expected.keys()].map((name) => [name, read.get(name)!]));
  const warning = `${where} is not the published file (its SHA-256 does not begin with ${PUBLISHED_DIGITS}): distances measured with it are no FID`;
  return { tensors, hash: hashTensors(tensors), verified, ...(verified ? {} : { warning }) };
}

/** Names and shapes of the tensors the network reads. */
export function inceptionTensors(): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const find = (name: string, shape: Shape) => {
    shapes.set(name, shape);
    return state(name, shape);
  };
  inceptionNetwork(torchScope(find), input('images', [1, 3, INCEPTION_SIZE, INCEPTION_SIZE]));
  return shapes;
}

/** How images are brought to 299x299: `legacy` is the protocol of published FIDs, `clean` that of clean-fid. */
export type InceptionResizing = 'legacy' | 'clean';

const RESIZING = {
  legacy: 'by the bilinear rule of TensorFlow 1, without antialiasing',
  clean: "by PIL's antialiased bicubic filter in floats, clipped to 0..255",
} as const;

/** Gives 2048 features an image, the means over the last map, and 1008 logits without the classifier's bias. */
export interface InceptionExtractor extends FeatureExtractor {
  /** What a Frechet distance measured with it may be called; absent when the weights are not the published ones. */
  readonly protocol?: 'FID' | 'clean-fid';
}

/**
 * The extractor `inception-fid` or, with `clean` resizing, `inception-clean`. Images are rounded to bytes first, grey ones
 * repeated over three channels, resized to 299x299 and mapped to (byte - 128) / 128, as torch-fidelity does.
 */
export async function inceptionExtractor(
  executor: Executor,
  weights: InceptionWeights,
  { resizing = 'legacy', ...options }: ExtractorOptions & { resizing?: InceptionResizing } = {},
): Promise<InceptionExtractor> {
  const extractor = await compileExtractor(executor, inceptionFeatures(weights, resizing), {
    batch: 16,
    ...options,
  });
  if (!weights.verified) return extractor;
  return { ...extractor, protocol: resizing === 'legacy' ? 'FID' : 'clean-fid' };
}

/** The network with its weights, before it is compiled. */
export function inceptionFeatures(
  { tensors, hash }: InceptionWeights,
  resizing: InceptionResizing,
): FeatureNetwork {
  const size = [INCEPTION_SIZE, INCEPTION_SIZE] as const;
  const definition = `inception-2015-12-05, features 2048, 299x299 ${RESIZING[resizing]}, (byte - 128) / 128`;
  const resize = { legacy: resizeLegacy, clean: resizeClean }[resizing];
  return {
    name: resizing === 'legacy' ? 'inception-fid' : 'inception-clean',
    hash: sha256([new TextEncoder().encode(`${definition}, weights ${hash}`)]),
    input: {
      channels: 3,
      height: INCEPTION_SIZE,
      width: INCEPTION_SIZE,
      range: [-1, 127 / 128],
      adapts: `rounded to bytes, grey repeated over three channels, resized ${RESIZING[resizing]}`,
    },
    classes: Array.from({ length: INCEPTION_CLASSES }, (_, i) => `class ${i}`),
    weights: tensors,
    build(images) {
      const results = new Map();
      const features = inceptionNetwork(torchScope(state, results), images);
      return { features, logits: results.get('logits_unbiased') };
    },
    prepare(images: Images): Images {
      const { shape, data } = toRgb(images);
      const [count, channels, height, width] = shape;
      const bytes = Float32Array.from(toBytes(data));
      const resized = resize(bytes, [count * channels, height, width], size);
      return { shape: [count, channels, ...size], data: resized.map((byte) => (byte - 128) / 128) };
    },
  };
}
