import { GansmithError, ShapeError } from '../base/errors.ts';
import { input, leafName, leafRole, tensor } from '../graph/ops/leaf.ts';
import type { Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { CompileOptions, Executor, Numbers } from '../runtime/executor.ts';
import type { ExtractorInput, FeatureExtractor, Images } from './extractor.ts';

/** A network with its weights, before it is compiled. */
export interface FeatureNetwork extends Pick<FeatureExtractor, 'name' | 'hash' | 'input' | 'classes'> {
  /** From images [B, C, H, W] of `input` to features [B, width] and, where it classifies, logits [B, classes]. */
  build(images: Tensor): { features: Tensor; logits?: Tensor };
  /** The values of the states the graph reads, by name. */
  weights: ReadonlyMap<string, { shape: readonly number[]; data: ArrayLike<number> }>;
  /** Brings a few images to the network's size, channels and range. Default: they must be of its size and channels. */
  prepare?: ((images: Images) => Images) | undefined;
}

export interface ExtractorOptions extends CompileOptions {
  /** Images in a run of the program. Default 64. */
  batch?: number;
}

/**
 * Compiles a network for images in batches of a fixed size.
 * @throws GansmithError when a weight the network reads is missing or of another shape.
 */
export async function compileExtractor(
  executor: Executor,
  network: FeatureNetwork,
  { batch = 64, ...options }: ExtractorOptions = {},
): Promise<FeatureExtractor> {
  const { name } = network;
  const { channels, height, width } = network.input;
  const { features, logits } = network.build(input('images', [batch, channels, height, width]));
  const wanted = [features, ...(logits ? [logits] : [])];
  // The weights never change, so the runtime may fold normalisations into convolutions and lay the filters out as suits it.
  const [fixed, fixedLogits] = substitute(wanted, (leaf) =>
    leafRole(leaf) === 'state' ? weightOf(network, leaf) : undefined,
  );
  const program: Program = {
    name: `features ${name}`,
    outputs: new Map([['features', fixed!], ...(fixedLogits ? [['logits', fixedLogits] as const] : [])]),
    updates: new Map(),
  };
  const states = executor.createStates();
  // One look at each image: tiles save products where training repeats a small convolution, and here the direct form was faster.
  const compiled = await executor.compile(program, { lowerings: () => 'conv', ...options });
  return batched({
    ...network,
    width: sizeOf(features.shape.slice(1)),
    batch,
    run: async (images) => {
      const { outputs } = await compiled.run({ images }, states);
      return { features: outputs.features!, logits: outputs.logits };
    },
    release: () => compiled.release(),
  });
}

function weightOf({ name, weights }: FeatureNetwork, leaf: Tensor): Tensor {
  const { shape } = leaf;
  const key = leafName(leaf);
  const stored = weights.get(key);
  if (stored && stored.shape.join() === shape.join()) return tensor(Float64Array.from(stored.data), shape);
  const found = stored ? `as [${stored.shape}]` : 'nowhere';
  throw new GansmithError(
    `features ${name}: the network reads '${key}' as [${shape}], but its weights have it ${found}; the file belongs to another network`,
  );
}

/** An extractor by its results on batches of a fixed size. */
export interface BatchedExtractor extends Omit<FeatureExtractor, 'features'> {
  batch: number;
  prepare?: FeatureNetwork['prepare'] | undefined;
  /** From images [batch, C, H, W] to features [batch, width] and, where there are classes, logits [batch, classes]. */
  run(images: Float32Array): Promise<{ features: Numbers; logits: Numbers | undefined }>;
}

/** Takes any number of images: the last batch is padded with its last image, and cut. */
export function batched({
  batch,
  run,
  prepare = (images) => images,
  ...about
}: BatchedExtractor): FeatureExtractor {
  const { name, hash, input, width, classes, release } = about;
  const size = input.channels * input.height * input.width;
  return {
    ...{ name, hash, input, width, classes, release },
    async features({ shape, data }) {
      const count = shape[0];
      const features = new Float32Array(count * width);
      const logits = new Float32Array(count * classes.length);
      const feed = new Float32Array(batch * size);
      for (let start = 0; start < count; start += batch) {
        const rows = Math.min(batch, count - start);
        const prepared = prepare(chunkOf({ shape, data }, start, rows));
        checkShape(name, input, prepared);
        fillPadded(feed, prepared.data, rows);
        const found = await run(feed);
        features.set(found.features.subarray(0, rows * width), start * width);
        if (found.logits) {
          logits.set(found.logits.subarray(0, rows * classes.length), start * classes.length);
        }
      }
      return { count, features, ...(classes.length > 0 ? { logits } : {}) };
    },
  };
}

function chunkOf({ shape, data }: Images, start: number, rows: number): Images {
  const [, ...example] = shape;
  const size = sizeOf(example);
  return { shape: [rows, ...example], data: data.subarray(start * size, (start + rows) * size) };
}

function checkShape(name: string, { channels, height, width }: ExtractorInput, { shape }: Images): void {
  const [, ...given] = shape;
  if (given.join() === [channels, height, width].join()) return;
  throw new ShapeError(
    `features ${name}: expected images of ${channels} channels, ${height}x${width}, got ${given[0]} channels, ${given[1]}x${given[2]}; choose an extractor for such images`,
  );
}

/** Puts the rows at the start of the feed, and repeats the last one to its end. */
function fillPadded(feed: Float32Array, data: ArrayLike<number>, rows: number): void {
  feed.set(data);
  const size = data.length / rows;
  for (let end = data.length; end < feed.length; end += size) feed.copyWithin(end, end - size, end);
}
