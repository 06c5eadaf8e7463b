import { GansmithError, UsageError } from '../base/errors.ts';
import { buildSampler, controlFeeds, type Sampler } from '../gan/sampler.ts';
import { buildStyles, type StylePrograms } from '../gan/styles.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import type { CompiledProgram, Executor, Numbers, States } from '../runtime/executor.ts';
import { drawLatents, preparedSchedules } from '../train/feeds.ts';
import type { SampledGan } from '../train/sampling.ts';
import type { Place, Space } from './space.ts';

/** Pictures [N, C, H, W], [-1, 1]. */
export interface Pictures {
  shape: readonly [count: number, channels: number, height: number, width: number];
  data: Float32Array;
}

/** A trained generator, whose pictures have places: in w where it has styles, else in z. */
export interface ExploredGenerator {
  gan: SampledGan;
  states: States;
  averaged: boolean;
  space: Space;
  /** The random input that pictures are made of. */
  latent: LatentInput;
  /** Whether a class is needed to come from z to a place, or from a place to a picture. */
  conditional: boolean;
  /** z [latent.length] of seeds, as `sample` draws them. */
  latents(seeds: readonly number[], options?: { truncation?: number | undefined }): Float32Array[];
  /** From latents to places; in z they are the same. */
  places(latents: readonly Float32Array[], labels?: readonly number[]): Promise<Place[]>;
  pictures(places: readonly Place[], labels?: readonly number[]): Promise<Pictures>;
  release(): Promise<void>;
}

export interface LatentInput {
  name: string;
  length: number;
  /** Whether paths between latents go along the sphere. */
  normal: boolean;
}

/** Pictures in a call of a program. */
const BATCH = 16;

/**
 * Prepares a generator to be explored.
 * @throws UsageError when it makes no images, or draws several latents.
 */
export async function openGenerator(
  executor: Executor,
  gan: SampledGan,
  states: States,
  { averaged = true, batch = BATCH }: { averaged?: boolean; batch?: number } = {},
): Promise<ExploredGenerator> {
  if (gan.data.kind !== 'images') {
    throw new UsageError(`${gan.gan.name} makes points here, and exploring is for generators of images`);
  }
  const options = { batch, averaged };
  const sampler = buildSampler(gan.gan, gan.config, gan.data, options);
  const styles = gan.gan.styles ? buildStyles(gan.gan, gan.config, gan.data, options) : undefined;
  const latent = latentOf(gan, sampler);
  const space = styles ? await styleSpace(executor, styles, states) : latentSpace(latent);
  const maker = await prepare(executor, styles?.synthesis ?? sampler, gan, batch);
  const mapper = styles && (await prepare(executor, styles.mapping, gan, batch));
  const made = leavesOf((styles?.synthesis ?? sampler).program);
  const from = styles ? 'w' : latent.name;
  if (!made.inputs.some((leaf) => leafName(leaf) === from)) {
    throw new GansmithError(`${gan.gan.name}: its pictures do not depend on ${from}`);
  }
  return {
    ...{ gan, states, averaged, space, latent },
    conditional: maker.conditional || mapper?.conditional === true,
    latents: (seeds, { truncation } = {}) => {
      const { shape, distribution } = sampler.randoms.get(latent.name)!;
      const spec = new Map([[latent.name, { shape: [seeds.length, ...shape.slice(1)], distribution }]]);
      const limit = truncation === undefined ? undefined : { names: [latent.name], threshold: truncation };
      return rowsOf(drawLatents(spec, seeds, limit)[latent.name]!, latent.length);
    },
    async places(latents, labels) {
      if (!mapper) return [...latents];
      const w = await mapper.run(latent.name, latents, labels, states);
      return rowsOf(w, space.layers * space.width);
    },
    async pictures(places, labels) {
      const data = await maker.run(from, places, labels, states);
      const [channels, height, width] = gan.data.shape as [number, number, number];
      return { shape: [places.length, channels, height, width], data };
    },
    async release() {
      await maker.release();
      await mapper?.release();
    },
  };
}

/** The one random input that a sampler's pictures depend on. */
function latentOf({ gan }: SampledGan, sampler: Sampler): LatentInput {
  const read = new Set(leavesOf(sampler.program).inputs.map(leafName));
  const names = sampler.latents.filter((name) => read.has(name));
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new UsageError(
      `${gan.name} makes pictures of ${names.length === 0 ? 'no latent' : `several latents (${names.join(', ')})`}, and exploring moves one`,
    );
  }
  const { shape, distribution } = sampler.randoms.get(name)!;
  return { name, length: sizeOf(shape.slice(1)), normal: distribution.kind === 'normal' };
}

const latentSpace = ({ length }: LatentInput): Space => ({
  name: 'z',
  layers: 1,
  width: length,
  cutoff: 1,
  mean: new Float32Array(length),
});

async function styleSpace(executor: Executor, styles: StylePrograms, states: States): Promise<Space> {
  const { layers, width, cutoff } = styles;
  const compiled = await executor.compile(styles.mean);
  const { outputs } = await compiled.run({}, states).finally(() => compiled.release());
  return { name: 'w', layers, width, cutoff, mean: Float32Array.from(outputs.mean!) };
}

/** Everything a program of a generator is fed besides the latent: constants of this moment of the run. */
export function steadyFeeds(
  gan: SampledGan,
  { program, randoms, controls }: Sampler,
): Record<string, Numbers> {
  const inputs = leavesOf(program).inputs;
  const wanted = new Set(inputs.map(leafName));
  const schedules = preparedSchedules(gan, wanted)();
  const noise = new Map([...randoms].filter(([name]) => wanted.has(name)));
  const rows = [...noise.values()][0]?.shape[0] ?? 0;
  // What networks draw besides is the same for all pictures, so that a place is one picture.
  return { ...drawLatents(noise, new Array<number>(rows).fill(0)), ...controlFeeds(controls), ...schedules };
}

async function prepare(executor: Executor, sampler: Sampler, gan: SampledGan, batch: number) {
  const compiled: CompiledProgram = await executor.compile(sampler.program);
  const wanted = new Set(leavesOf(sampler.program).inputs.map(leafName));
  const steady = steadyFeeds(gan, sampler);
  const [output] = sampler.program.outputs.keys();
  const size = sizeOf(sampler.program.outputs.get(output!)!.shape.slice(1));
  const conditional = wanted.has('label');
  return {
    conditional,
    release: () => compiled.release(),
    /** Rows of any number, in calls of `batch`. */
    async run(input: string, rows: readonly Float32Array[], labels: readonly number[] = [], states: States) {
      const all = new Float32Array(rows.length * size);
      const length = rows[0]?.length ?? 0;
      for (let start = 0; start < rows.length; start += batch) {
        const fed = new Float32Array(batch * length);
        const label = new Int32Array(batch);
        for (let i = 0; i < batch; i++) {
          const row = Math.min(start + i, rows.length - 1);
          fed.set(rows[row]!, i * length);
          label[i] = labels[row] ?? 0;
        }
        const feeds = { ...steady, [input]: fed, ...(conditional ? { label } : {}) };
        const { outputs } = await compiled.run(feeds, states);
        const count = Math.min(batch, rows.length - start) * size;
        all.set(outputs[output!]!.subarray(0, count), start * size);
      }
      return all;
    },
  };
}

const rowsOf = (data: Float32Array, length: number): Float32Array[] =>
  Array.from({ length: data.length / length }, (_, i) => data.slice(i * length, (i + 1) * length));
