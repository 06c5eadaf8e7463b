import { randomStream } from '../src/base/random.ts';
import { type Dataset, imageDataset } from '../src/data/dataset.ts';
import { openPoints } from '../src/data/points.ts';
import { buildGan } from '../src/gan/build.ts';
import { type Overrides, resolveConfig } from '../src/gan/config.ts';
import type { AnyGan } from '../src/gan/defineGan.ts';
import { softplus } from '../src/graph/ops/composite.ts';
import { neg } from '../src/graph/ops/elementwise.ts';
import { mean } from '../src/graph/ops/reduce.ts';
import { sizeOf } from '../src/graph/shape.ts';
import type { CompileOptions, Executor } from '../src/runtime/executor.ts';
import { initializeStates } from '../src/train/feeds.ts';
import { train } from '../src/train/loop.ts';
import { preparePhase } from '../src/train/phase.ts';
import { compileSampler } from '../src/train/sampling.ts';
import { dcgan, gan, wganGp } from '../src/zoo/index.ts';
import type { Workload } from './workload.ts';

/** How programs are to be compiled. */
type Compile = Pick<CompileOptions, 'threads' | 'precision'>;

const SEED = 0;

/** The workloads by name, with the same networks and settings as those in pytorch/workloads.py. */
export const workloads: Record<string, (executor: Executor, compile: Compile) => Promise<Workload>> = {
  gan: training(gan, () => images([1, 28, 28]), { preset: 'mnist' }),
  toy: training(gan, () => openPoints('ring'), { preset: 'points', lr: 2e-4 }),
  'toy-16': training(gan, () => openPoints('ring'), {
    preset: 'points',
    generator: [16, 16],
    critic: [16, 16],
    batch: 64,
    lr: 2e-4,
  }),
  'dcgan-28': training(dcgan, () => images([1, 28, 28]), { width: 32 }),
  'dcgan-64': training(dcgan, () => images([3, 64, 64]), {}),
  'wgan-gp-32': training(wganGp, () => images([3, 32, 32]), {}),
  'sample-1': sampling(1),
  'sample-64': sampling(64),
};

/** One iteration is one turn of the training loop: every phase with its update, data and random numbers included. */
function training(gan: AnyGan, open: () => Dataset, overrides: Overrides) {
  return async (executor: Executor, compile: Compile): Promise<Workload> => {
    const data = open();
    // PyTorch's side keeps no averaged weights.
    const config = resolveConfig(gan, { ...overrides, average: 0 }, data);
    const never = Number.MAX_SAFE_INTEGER;
    const options = { gan, config, data, executor, seed: SEED, ...compile };
    const events = train({ ...options, sampleEvery: never, checkpointEvery: never });
    const next = async () => {
      const { value } = await events.next();
      if (!value) throw new Error(`${gan.name}: the training loop ended`);
      return value;
    };
    const start = await next();
    if (start.type !== 'start')
      throw new Error(`${gan.name}: the first event is '${start.type}', not 'start'`);
    return {
      parameters: start.parameters,
      compileSeconds: start.compileSeconds,
      async iterate() {
        while ((await next()).type !== 'step');
      },
    };
  };
}

/** DCGAN whose critic sees real images alone: one forward pass, one backward pass, one update. */
const onRealAlone: AnyGan = {
  ...dcgan,
  phases: () => [
    { name: 'critic', trains: 'D', step: ({ D }, { real }) => ({ loss: mean(softplus(neg(D!(real)))) }) },
  ],
};

/** What is measured in a browser alone: the critic's phase of a 64x64 DCGAN of 32 channels, on batches of 16. */
export const browserWorkloads: typeof workloads = {
  'dcgan-28': workloads['dcgan-28']!,
  'critic-64': criticPhase(dcgan),
  'critic-64-real': criticPhase(onRealAlone),
};

/** One iteration is the critic's phase: noise, data, forward, backward and update. */
function criticPhase(gan: AnyGan) {
  return async (executor: Executor, compile: Compile): Promise<Workload> => {
    const data = images([3, 64, 64]);
    const config = resolveConfig(gan, { width: 32, batch: 16, average: 0 }, data);
    const began = performance.now();
    const built = buildGan(gan, config, data);
    const settings = { executor, data, seed: SEED, accumulate: 1, compile };
    const critic = await preparePhase(built, built.phases[0]!, settings);
    const compileSeconds = (performance.now() - began) / 1000;
    const states = executor.createStates();
    initializeStates(states, built.specs, SEED);
    const D = built.params.get('D')!.reduce((total, name) => total + sizeOf(built.specs.get(name)!.shape), 0);
    let step = 0;
    return {
      parameters: { D },
      compileSeconds,
      async iterate() {
        await critic.iterate({ step, images: step * 16 }, states);
        step++;
      },
    };
  };
}

/** One iteration makes `batch` images with the 64x64 DCGAN generator, noise included. */
function sampling(batch: number) {
  return async (executor: Executor, compile: Compile): Promise<Workload> => {
    const data = images([3, 64, 64]);
    const config = resolveConfig(dcgan, { average: 0 }, data);
    const began = performance.now();
    const sampler = await compileSampler(executor, { gan: dcgan, config, data }, { ...compile, batch });
    const compileSeconds = (performance.now() - began) / 1000;
    const { specs, params } = buildGan(dcgan, config, data);
    const states = executor.createStates();
    initializeStates(states, specs, SEED);
    let seed = 0;
    return {
      parameters: { G: params.get('G')!.reduce((total, name) => total + sizeOf(specs.get(name)!.shape), 0) },
      compileSeconds,
      async iterate() {
        await sampler.sample({ seeds: Array.from({ length: batch }, () => seed++) }, states);
      },
    };
  };
}

/** Random images: their content does not change the time a step takes. */
function images(shape: readonly [number, number, number]): Dataset {
  const pixels = new Uint8Array(1024 * sizeOf(shape));
  const random = randomStream(SEED, 'bench');
  for (let i = 0; i < pixels.length; i++) pixels[i] = random.uint32();
  return imageDataset({ name: 'random images', shape, classes: [], pixels, settings: '' });
}
