import type { DataShape } from '../base/dataShape.ts';
import { UsageError } from '../base/errors.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { buildSampler, controlFeeds } from '../gan/sampler.ts';
import { leafName, leafRole, tensor } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Progress } from '../optim/optimizer.ts';
import type { CompileOptions, Executor, States } from '../runtime/executor.ts';
import { drawLatents, preparedSchedules, type Truncation } from './feeds.ts';

export interface SampleRequest {
  /** One picture a seed. */
  seeds: readonly number[];
  /** Class of each picture, for conditional systems; by default the seed chooses, cycling through the classes. */
  labels?: readonly number[];
  /** Truncation, pulling samples towards the mean one: the system's own, or the latent is multiplied by this. Default: none. */
  psi?: number;
  /**
   * The truncation trick of BigGAN (arXiv:1809.11096, section 3.1): numbers of Gaussian latents further than this many standard
   * deviations from their mean are drawn again. Above 0; default: none are. Batch statistics stay those of the whole bell.
   */
  truncation?: number;
}

export interface Samples {
  /** [N, C, H, W] in [-1, 1], or [N, D]. */
  shape: readonly number[];
  data: Float32Array | Float64Array;
}

/** A GAN as it is to be sampled. */
export interface SampledGan {
  gan: AnyGan;
  /** Settings, those of the stage in place where a run has stages (`momentOf`). */
  config: BaseConfig;
  data: DataShape;
  /** How far the run is, for generators that read a schedule, such as one that grows. */
  progress?: Progress | (() => Progress);
}

export interface CompiledSampler {
  sample(request: SampleRequest, states: States): Promise<Samples>;
  /** True when pictures depend on a class. */
  conditional: boolean;
  /** Pictures in a row of a grid of seeds 0, 1, 2, ... that make one class a column; undefined where there are no such rows. */
  columns: number | undefined;
  release(): Promise<void>;
}

/** The most pictures in a row of a grid of classes. */
const LONGEST_ROW = 20;

/** How many of `count` seeds fill whole rows of a grid of classes: all of them where there are no such rows. */
export const wholeRows = (count: number, { columns = 1 }: Pick<CompiledSampler, 'columns'>): number =>
  Math.max(Math.floor(count / columns), 1) * columns;

export interface SamplerOptions extends CompileOptions {
  /** Pictures a call of the program makes. Default 64. */
  batch?: number;
  /** Read the averaged weights where the GAN keeps them. Default true. */
  averaged?: boolean;
  /**
   * Weights that will not change any more. They become part of the program, so that whatever follows from them alone, such as
   * normalised or rescaled weights, is computed once; what is handed to `sample` is not looked at then.
   */
  fixed?: States;
}

/** Prepares the generator for sampling in batches of a fixed size; requests are padded and cut. */
export async function compileSampler(
  executor: Executor,
  { gan, config, data, progress }: SampledGan,
  { batch = 64, averaged = true, fixed, ...options }: SamplerOptions = {},
): Promise<CompiledSampler> {
  const sampler = buildSampler(gan, config, data, { batch, averaged });
  const program = fixed ? withStates(sampler.program, fixed) : sampler.program;
  const compiled = await executor.compile(program, options);
  const wanted = new Set(leavesOf(program).inputs.map(leafName));
  const randoms = new Map([...sampler.randoms].filter(([name]) => wanted.has(name)));
  const schedules = preparedSchedules({ gan, config, progress }, wanted);
  const example = program.outputs.get('samples')!.shape.slice(1);
  const classes = Math.max(data.classes.length, 1);
  const truncationOf = (threshold: number): Truncation => {
    if (!(threshold > 0)) throw new UsageError(`truncation: expected a number above 0, got ${threshold}`);
    const names = sampler.latents.filter((name) => randoms.get(name)?.distribution.kind === 'normal');
    if (names.length > 0) return { names, threshold };
    throw new UsageError(`${gan.name} has no Gaussian latent to truncate; use psi instead`);
  };

  return {
    conditional: wanted.has('label'),
    columns:
      wanted.has('label') && example.length === 3 && classes >= 2 && classes <= LONGEST_ROW
        ? classes
        : undefined,
    release: () => compiled.release(),
    async sample({ seeds, labels, psi, truncation: threshold }, states) {
      if (labels && !wanted.has('label'))
        throw new UsageError(`${gan.name} is not conditional: it has no classes to choose from`);
      const latents = sampler.latents.filter((name) => wanted.has(name));
      const truncation = threshold === undefined ? undefined : truncationOf(threshold);
      const row = sizeOf(example);
      const all = new Float32Array(seeds.length * row);
      for (let start = 0; start < seeds.length; start += batch) {
        const chunk = Array.from({ length: batch }, (_, i) => seeds[Math.min(start + i, seeds.length - 1)]!);
        const noise = drawLatents(randoms, chunk, truncation);
        const scale = sampler.controls.psi ? 1 : (psi ?? 1);
        const feeds: Record<string, Float32Array | Int32Array> = {
          ...schedules(),
          ...noise,
          ...Object.fromEntries(latents.map((name) => [name, noise[name]!.map((x) => x * scale)])),
          ...controlFeeds(sampler.controls, { psi }),
        };
        if (wanted.has('label')) {
          feeds.label = Int32Array.from(chunk, (seed, i) => labels?.[start + i] ?? seed % classes);
        }
        const { outputs } = await compiled.run(feeds, states);
        const rows = Math.min(batch, seeds.length - start) * row;
        all.set((outputs.samples as Float32Array).subarray(0, rows), start * row);
      }
      return { shape: [seeds.length, ...example], data: all };
    },
  };
}

/** The program with its states as constants. */
function withStates(program: Program, states: States): Program {
  const constants = new Map<string, Tensor>();
  const constantOf = (leaf: Tensor): Tensor => {
    const name = leafName(leaf);
    const known = constants.get(name) ?? tensor(Float64Array.from(states.read(name)), leaf.shape);
    constants.set(name, known);
    return known;
  };
  const roots = substitute([...program.outputs.values()], (leaf) =>
    leafRole(leaf) === 'state' ? constantOf(leaf) : undefined,
  );
  return { ...program, outputs: new Map([...program.outputs.keys()].map((key, i) => [key, roots[i]!])) };
}
