import { randomStream } from '../src/base/random.ts';
import { type Dataset, imageDataset } from '../src/data/dataset.ts';
import { openPoints } from '../src/data/points.ts';
import { buildGan } from '../src/gan/build.ts';
import { type Overrides, resolveConfig } from '../src/gan/config.ts';
import type { AnyGan } from '../src/gan/defineGan.ts';
import { sizeOf } from '../src/graph/shape.ts';
import { nodeExecutor } from '../src/runtime/node.ts';
import { initializeStates } from '../src/train/feeds.ts';
import { train } from '../src/train/loop.ts';
import { compileSampler } from '../src/train/sampling.ts';
import { dcgan, gan, wganGp } from '../src/zoo/index.ts';
import type { Workload } from './serve.ts';

const SEED = 0;

/** The workloads by name, with the same networks and settings as those in pytorch/workloads.py. */
export const workloads: Record<string, (threads: number) => Promise<Workload>> = {
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
  return async (threads: number): Promise<Workload> => {
    const data = open();
    // PyTorch's side keeps no averaged weights.
    const config = resolveConfig(gan, { ...overrides, average: 0 }, data);
    const never = Number.MAX_SAFE_INTEGER;
    const options = { gan, config, data, executor: nodeExecutor, seed: SEED, threads };
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

/** One iteration makes `batch` images with the 64x64 DCGAN generator, noise included. */
function sampling(batch: number) {
  return async (threads: number): Promise<Workload> => {
    const data = images([3, 64, 64]);
    const config = resolveConfig(dcgan, { average: 0 }, data);
    const began = performance.now();
    const sampler = await compileSampler(nodeExecutor, { gan: dcgan, config, data }, { batch, threads });
    const compileSeconds = (performance.now() - began) / 1000;
    const { specs, params } = buildGan(dcgan, config, data);
    const states = nodeExecutor.createStates();
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
