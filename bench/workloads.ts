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
import {
  acgan,
  biggan,
  cgan,
  dcgan,
  gan,
  progan,
  projection,
  r3gan,
  sagan,
  stylegan,
  stylegan2,
  wganGp,
} from '../src/zoo/index.ts';
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
  'stylegan2-64': training(stylegan2, () => images([3, 64, 64]), { preset: 'cpu-64' }, 16),
  'biggan-32': training(biggan, () => images([3, 32, 32], 10), { preset: 'cpu' }),
  'sample-1': sampling(dcgan, [3, 64, 64], {}, { batch: 1 }),
  'sample-64': sampling(dcgan, [3, 64, 64], {}, { batch: 64 }),
  ...latencies(),
};

/** Single images of the generator of every system that has one of its own; `sngan`'s, `pacgan`'s and the like are those of `dcgan`. */
function latencies() {
  const one = (gan: AnyGan, side: number, overrides: Overrides = {}, classes = 0, colours = 3) =>
    sampling(gan, [colours, side, side], overrides, { batch: 1, classes });
  return {
    'latency-gan': one(gan, 28, { preset: 'mnist' }, 0, 1),
    'latency-cgan': one(cgan, 28, { preset: 'mnist' }, 10, 1),
    'latency-dcgan': one(dcgan, 64),
    'latency-wgan-gp': one(wganGp, 32),
    'latency-acgan': one(acgan, 64, {}, 10),
    'latency-projection': one(projection, 64, {}, 10),
    'latency-r3gan': one(r3gan, 32),
    'latency-sagan': one(sagan, 32, { preset: 'cpu' }, 10),
    'latency-biggan': one(biggan, 32, { preset: 'cpu' }, 10),
    'latency-biggan-deep': one(biggan, 32, { preset: 'cpu-deep' }, 10),
    'latency-progan': one(progan, 64, { preset: 'cpu-64', resolution: 64 }),
    'latency-stylegan': one(stylegan, 64, { preset: 'cpu-64', resolution: 64 }),
    'latency-stylegan2-32': one(stylegan2, 32, { preset: 'cpu-32' }),
    'latency-stylegan2-64': one(stylegan2, 64, { preset: 'cpu-64' }),
  };
}

/**
 * One iteration is one turn of the training loop: every phase with its update, data and random numbers included.
 * @param turns of the loop after which every lazy phase has come round: they are timed together
 */
function training(gan: AnyGan, open: () => Dataset, overrides: Overrides, turns = 1) {
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
      turns,
      async iterate() {
        for (let turn = 0; turn < turns; turn++) while ((await next()).type !== 'step');
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

/**
 * One iteration makes `batch` images, noise included, with weights that stay as they are.
 * @param overrides settings of the system
 */
function sampling(
  gan: AnyGan,
  shape: ImageShape,
  overrides: Overrides,
  { batch, classes = 0 }: { batch: number; classes?: number },
) {
  return async (executor: Executor, compile: Compile): Promise<Workload> => {
    const data = images(shape, classes);
    const config = resolveConfig(gan, { ...overrides, average: 0 }, data);
    const { specs, params } = buildGan(gan, config, data);
    const states = executor.createStates();
    initializeStates(states, specs, SEED);
    const began = performance.now();
    const sampler = await compileSampler(
      executor,
      { gan, config, data },
      { ...compile, batch, fixed: states },
    );
    const compileSeconds = (performance.now() - began) / 1000;
    const sizes = [...params]
      .filter(([network]) => network !== 'D')
      .map(([network, names]) => [
        network,
        names.reduce((sum, name) => sum + sizeOf(specs.get(name)!.shape), 0),
      ]);
    let seed = 0;
    return {
      parameters: Object.fromEntries(sizes),
      compileSeconds,
      async iterate() {
        await sampler.sample({ seeds: Array.from({ length: batch }, () => seed++) }, states);
      },
    };
  };
}

type ImageShape = readonly [number, number, number];

/** Random images, of classes in turn if there are any: their content does not change the time a step takes. */
export function images(shape: ImageShape, classes = 0): Dataset {
  const count = 1024;
  const pixels = new Uint8Array(count * sizeOf(shape));
  const random = randomStream(SEED, 'bench');
  for (let i = 0; i < pixels.length; i++) pixels[i] = random.uint32();
  return imageDataset({
    name: 'random images',
    shape,
    classes: Array.from({ length: classes }, (_, i) => String(i)),
    ...(classes > 0 ? { labels: Int32Array.from({ length: count }, (_, i) => i % classes) } : {}),
    pixels,
    settings: '',
  });
}
