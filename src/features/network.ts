import { GansmithError, ShapeError } from '../base/errors.ts';
import { input, leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { CompileOptions, Executor } from '../runtime/executor.ts';
import type { ExtractorInput, FeatureExtractor, Images } from './extractor.ts';

/** A network with its weights, before it is compiled. */
export interface FeatureNetwork extends Pick<FeatureExtractor, 'name' | 'hash' | 'input' | 'classes'> {
  /** From images [B, C, H, W] of `input` to features [B, width] and, where it classifies, logits [B, classes]. */
  build(images: Tensor): { features: Tensor; logits?: Tensor };
  /** The values of the states the graph reads, by name. */
  weights: ReadonlyMap<string, { shape: readonly number[]; data: ArrayLike<number> }>;
  /** Brings a few images to the network's size, channels and range. Default: they must be of its size and channels. */
  prepare?(images: Images): Images;
}

export interface ExtractorOptions extends CompileOptions {
  /** Images in a run of the program. Default 64. */
  batch?: number;
}

/**
 * Compiles a network for images in batches of a fixed size; the last batch is padded with its last image, and cut.
 * @throws GansmithError when a weight the network reads is missing or of another shape.
 */
export async function compileExtractor(
  executor: Executor,
  network: FeatureNetwork,
  { batch = 64, ...options }: ExtractorOptions = {},
): Promise<FeatureExtractor> {
  const { name, hash, classes, prepare = (images) => images } = network;
  const { channels, height, width } = network.input;
  const example = [channels, height, width] as const;
  const { features, logits } = network.build(input('images', [batch, ...example]));
  const program: Program = {
    name: `features ${name}`,
    outputs: new Map([['features', features], ...(logits ? [['logits', logits] as const] : [])]),
    updates: new Map(),
  };
  const states = executor.createStates();
  for (const leaf of leavesOf(program).states) {
    const { shape } = leaf;
    const key = leafName(leaf);
    const stored = network.weights.get(key);
    if (!stored || stored.shape.join() !== shape.join()) {
      const found = stored ? `as [${stored.shape}]` : 'nowhere';
      throw new GansmithError(
        `features ${name}: the network reads '${key}' as [${shape}], but its weights have it ${found}; the file belongs to another network`,
      );
    }
    states.write(key, shape, stored.data);
  }
  const compiled = await executor.compile(program, options);
  const columns = sizeOf(features.shape.slice(1));

  return {
    name,
    hash,
    classes,
    input: network.input,
    width: columns,
    release: () => compiled.release(),
    async features({ shape, data }) {
      const count = shape[0];
      const result = {
        count,
        features: new Float32Array(count * columns),
        ...(logits ? { logits: new Float32Array(count * classes.length) } : {}),
      };
      const feed = new Float32Array(batch * sizeOf(example));
      for (let start = 0; start < count; start += batch) {
        const rows = Math.min(batch, count - start);
        const prepared = prepare(chunkOf({ shape, data }, start, rows));
        checkShape(name, network.input, prepared);
        fillPadded(feed, prepared.data, rows);
        const { outputs } = await compiled.run({ images: feed }, states);
        copyRows(outputs.features!, result.features, start, rows, columns);
        if (result.logits) copyRows(outputs.logits!, result.logits, start, rows, classes.length);
      }
      return result;
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

/** Copies the first rows of a batch to their place. */
function copyRows(from: ArrayLike<number>, to: Float32Array, start: number, rows: number, columns: number) {
  for (let i = 0; i < rows * columns; i++) to[start * columns + i] = from[i]!;
}
