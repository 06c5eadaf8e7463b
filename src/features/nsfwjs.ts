import { GansmithError } from '../base/errors.ts';
import { sha256 } from '../data/sha256.ts';
import { input, state } from '../graph/ops/leaf.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Executor } from '../runtime/executor.ts';
import type { FeatureExtractor, Images } from './extractor.ts';
import { toBytes, toRgb } from './imageBytes.ts';
import { averaged, INCEPTION_SIZE, inceptionTrunk } from './inceptionNetwork.ts';
import { compileExtractor, type ExtractorOptions, type FeatureNetwork } from './network.ts';
import { resizeClean } from './resize.ts';
import { torchScope } from './weights/scope.ts';
import { checkTensors, hashTensors, type NamedTensors, type WeightTensor } from './weights/tensors.ts';

const NAME = 'nsfwjs-inception';
const DEFINITION = 'nsfwjs 4.4.0 inception_v3, features 2048, 299x299 clean, byte / 255';

/** The trunk of Inception-v3 as published, without FID's maximum in its last block. */
const network = (scope: Parameters<typeof inceptionTrunk>[0], images: Parameters<typeof inceptionTrunk>[1]) =>
  inceptionTrunk(scope, images, averaged);

/**
 * The weights of the Inception-v3 in the npm package nsfwjs 4.4.0, under the names of the network here. The package wraps a Keras
 * model as scripts: `model` holds its description, `shards` its numbers in base64. They are read as text and never run.
 *
 * Keras numbers its layers in the order the architecture lists them: convolution k and batch norm k are the k-th unit. Numbers
 * are bytes q that stand for q scale + min; batch norms have no gain.
 *
 * @throws GansmithError for scripts that do not hold that model.
 */
export function readNsfwjsWeights(model: string, shards: readonly string[]): NamedTensors {
  const bytes = joined(shards.map(shardBytes));
  const stored = new Map<string, WeightTensor>();
  let at = 0;
  for (const [, name, sizes, min, scale] of model.matchAll(ENTRY)) {
    const shape = sizes!.split(',').map(Number);
    const [least, step] = [Number(min), Number(scale)];
    const part = bytes.subarray(at, at + sizeOf(shape));
    at += sizeOf(shape);
    stored.set(name!, { shape, data: Float32Array.from(part, (q) => Math.fround(q * step) + least) });
  }
  if (at === 0 || at !== bytes.length) {
    throw new GansmithError(
      `${NAME}: its description lists ${at} bytes of weights, and ${bytes.length} are there; install nsfwjs 4.4.0`,
    );
  }
  const tensors = new Map<string, WeightTensor>();
  const expected = trunkTensors();
  const units = [...expected.keys()]
    .filter((name) => name.endsWith('.conv.weight'))
    .map((name) => name.slice(0, -'.conv.weight'.length));
  units.forEach((unit, i) => {
    const find = (name: string): WeightTensor => {
      const found = stored.get(name);
      if (!found) throw new GansmithError(`${NAME}: the model lacks '${name}'; install nsfwjs 4.4.0`);
      return found;
    };
    const norm = `batch_normalization_${i + 1}`;
    const bias = find(`${norm}/beta`);
    tensors.set(`${unit}.conv.weight`, channelsFirst(find(`conv2d_${i + 1}/kernel`)));
    tensors.set(`${unit}.bn.weight`, { shape: bias.shape, data: new Float32Array(bias.data.length).fill(1) });
    tensors.set(`${unit}.bn.bias`, bias);
    tensors.set(`${unit}.bn.running_mean`, find(`${norm}/moving_mean`));
    tensors.set(`${unit}.bn.running_var`, find(`${norm}/moving_variance`));
  });
  checkTensors(tensors, expected, NAME);
  return tensors;
}

const ENTRY =
  /\{name:"([^"]+)",shape:\[([\d,]+)\],dtype:"float32",quantization:\{min:([^,{}]+),scale:([^,{}]+),dtype:"uint8"\}\}/g;

function shardBytes(script: string, i: number): Uint8Array {
  const text = /\.exports="([A-Za-z0-9+/=]*)"/.exec(script)?.[1];
  if (text === undefined)
    throw new GansmithError(`${NAME}: shard ${i + 1} holds no weights; install nsfwjs 4.4.0`);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** A kernel [height, width, in, out] as [out, in, height, width]. */
function channelsFirst({ shape, data }: WeightTensor): WeightTensor {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const taps = height * width;
  const result = new Float32Array(data.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        result[(o * inputs + i) * taps + tap] = data[(tap * inputs + i) * outputs + o]!;
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: result };
}

function trunkTensors(): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const find = (name: string, shape: Shape) => {
    shapes.set(name, shape);
    return state(name, shape);
  };
  network(torchScope(find), input('images', [1, 3, INCEPTION_SIZE, INCEPTION_SIZE]));
  return shapes;
}

/**
 * The extractor `nsfwjs-inception`: 2048 features of an Inception-v3 that was tuned on other photographs than FID's. Numbers taken with it
 * compare with each other only, and are no FID. Images are rounded to bytes, grey repeated, resized as `inception-clean`
 * does, and divided by 255.
 */
export const nsfwjsExtractor = (
  executor: Executor,
  tensors: NamedTensors,
  options: ExtractorOptions = {},
): Promise<FeatureExtractor> =>
  compileExtractor(executor, nsfwjsFeatures(tensors), { batch: 16, lowerings: () => 'conv', ...options });

function nsfwjsFeatures(tensors: NamedTensors): FeatureNetwork {
  const size = [INCEPTION_SIZE, INCEPTION_SIZE] as const;
  return {
    name: NAME,
    hash: sha256([new TextEncoder().encode(`${DEFINITION}, weights ${hashTensors(tensors)}`)]),
    input: {
      channels: 3,
      height: INCEPTION_SIZE,
      width: INCEPTION_SIZE,
      range: [0, 1],
      adapts:
        "rounded to bytes, grey repeated over three channels, resized by PIL's antialiased bicubic filter",
    },
    classes: [],
    weights: tensors,
    build: (images) => ({ features: network(torchScope(state), images) }),
    prepare(images: Images): Images {
      const { shape, data } = toRgb(images);
      const [count, channels, height, width] = shape;
      const bytes = Float32Array.from(toBytes(data));
      const resized = resizeClean(bytes, [count * channels, height, width], size);
      return { shape: [count, channels, ...size], data: resized.map((byte) => byte / 255) };
    },
  };
}
