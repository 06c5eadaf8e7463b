import type { DataShape } from '../base/dataShape.ts';
import { UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { buildNetworkProbe, buildPullProbe, type Probe } from '../gan/probes.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Progress } from '../optim/optimizer.ts';
import type { Executor, Numbers, States } from '../runtime/executor.ts';
import { drawLatents } from './feeds.ts';
import { ratesOf } from './phase.ts';

export interface ProbeOptions {
  gan: AnyGan;
  config: BaseConfig;
  data: Dataset;
  executor: Executor;
  /** Examples a call of a network takes; more are asked for in several calls. */
  rows: number;
}

/** Looks into a GAN of a generator `G`, a critic `D` and noise `z` between steps, without changing it. */
export interface Probes {
  /** The critic's raw output at examples [N, ...shape of one], one number each. */
  criticAt(examples: Float32Array, states: States): Promise<Float64Array>;
  /** What the generator makes of noise [N, latent], flat. */
  generatorAt(z: Float32Array, states: States): Promise<Float64Array>;
  /** The noise of seeds 0, 1, ..., as samples are made of, flat [count, latent]. */
  noise(count: number): Float32Array;
  /**
   * Examples the generator makes of fixed noise, and where its loss pulls each: the negative gradient of the loss in the
   * example, times the batch's size. Both flat, [B, ...shape of one].
   */
  pull(progress: Progress, states: States): Promise<{ made: Numbers; pull: Numbers }>;
  release(): Promise<void>;
}

/** Compiles the programs that look into a GAN. */
export async function compileProbes({ gan, config, data, executor, rows }: ProbeOptions): Promise<Probes> {
  const parts = [gan, config, data as DataShape] as const;
  const z = gan.inputs(config, data).z;
  if (!z) throw new UsageError(`${gan.name}: has no noise z to look into its generator with`);
  const networkAt = async (network: string, example: Shape) =>
    inCalls(await prepare(executor, buildNetworkProbe(parts, { network, example, rows })), example, rows);
  const critic = await networkAt('D', data.shape);
  const generator = await networkAt('G', z.shape);
  const puller = await prepare(executor, buildPullProbe(parts));
  const rates = ratesOf({ gan, config, batch: config.batch }, { trains: ['G'] }, 1);
  const places = Array.from({ length: config.batch }, (_, i) => i);
  const fixed: Record<string, Numbers> = drawLatents(puller.randoms, places);
  const { real, labels } = data.read(places.map((i) => i % data.count));
  return {
    criticAt: critic.at,
    generatorAt: generator.at,
    noise: (count) =>
      drawLatents(
        new Map([['z', { ...z, shape: [count, ...z.shape] }]]),
        Array.from({ length: count }, (_, i) => i),
      ).z!,
    async pull(progress, states) {
      const { made, pull } = await puller.run({ ...rates(progress), ...fixed, real, label: labels }, states);
      return { made: made!, pull: pull! };
    },
    async release() {
      await Promise.all([critic.release(), generator.release(), puller.release()]);
    },
  };
}

type PreparedProbe = Awaited<ReturnType<typeof prepare>>;

async function prepare(executor: Executor, { program, randoms }: Probe) {
  const compiled = await executor.compile(program);
  const inputs = leavesOf(program).inputs;
  const wanted = new Set(inputs.map(leafName));
  // What is not fed, such as noise on what the critic sees, is looked at without.
  const none = Object.fromEntries(
    inputs
      .filter(({ dtype }) => dtype === 'float32')
      .map((input): [string, Numbers] => [leafName(input), new Float32Array(sizeOf(input.shape))]),
  );
  return {
    program,
    randoms: new Map([...randoms].filter(([name]) => wanted.has(name))),
    release: () => compiled.release(),
    async run(feeds: Record<string, Numbers>, states: States): Promise<Record<string, Numbers>> {
      const needed = Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name)));
      return (await compiled.run({ ...none, ...needed }, states)).outputs;
    },
  };
}

/** A network on any number of examples, by calls of a fixed number of rows. */
function inCalls(probe: PreparedProbe, example: Shape, rows: number) {
  const size = sizeOf(example);
  const result = probe.program.outputs.get('y')!.shape;
  const resultSize = sizeOf(result.slice(1));
  // Where examples are judged in packs, a pack of one example repeated speaks for it.
  const packing = rows / result[0]!;
  const label = new Int32Array(rows);
  return {
    release: probe.release,
    async at(examples: Float32Array, states: States): Promise<Float64Array> {
      const count = examples.length / size;
      const values = new Float64Array(count * resultSize);
      const perCall = rows / packing;
      const x = new Float32Array(rows * size);
      for (let start = 0; start < count; start += perCall) {
        for (let row = 0; row < rows; row++) {
          const from = Math.min(start + Math.floor(row / packing), count - 1) * size;
          for (let j = 0; j < size; j++) x[row * size + j] = examples[from + j]!;
        }
        const { y } = await probe.run({ x, label }, states);
        const found = Math.min(perCall, count - start) * resultSize;
        values.set(y!.subarray(0, found), start * resultSize);
      }
      return values;
    },
  };
}
