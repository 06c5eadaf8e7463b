import { randomStream } from '../../src/base/random.ts';
import { imageDataset } from '../../src/data/dataset.ts';
import { openPoints } from '../../src/data/points.ts';
import { buildGan } from '../../src/gan/build.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import type { AnyGan } from '../../src/gan/defineGan.ts';
import type { Executor } from '../../src/runtime/executor.ts';
import { initializeStates } from '../../src/train/feeds.ts';
import { preparePhase } from '../../src/train/phase.ts';
import { dcgan, gan } from '../../src/zoo/index.ts';
import type { Result } from './programs.ts';

// Small systems, to be trained for a few steps on two executors.

const STEPS = 3;
const SEED = 5;

/** Two hidden layers, points in the plane. */
export const trainToy = (executor: Executor): Promise<Result> =>
  trained(executor, gan, openPoints('ring'), {
    preset: 'points',
    generator: [16, 16],
    critic: [16, 16],
    batch: 64,
  });

/** 28x28 DCGAN with four channels beside the image. */
export function trainDcgan(executor: Executor): Promise<Result> {
  const pixels = new Uint8Array(32 * 28 * 28);
  const random = randomStream(SEED, 'pixels');
  for (let i = 0; i < pixels.length; i++) pixels[i] = random.uint32();
  const data = imageDataset({ name: 'random', shape: [1, 28, 28], classes: [], pixels, settings: '' });
  return trained(executor, dcgan, data, { width: 4, batch: 8 });
}

/** Losses of a few iterations, and all states after them. */
async function trained(
  executor: Executor,
  gan: AnyGan,
  data: Parameters<typeof preparePhase>[2]['data'],
  overrides: Record<string, unknown>,
): Promise<Result> {
  const built = buildGan(gan, resolveConfig(gan, overrides, data), data);
  const settings = { executor, data, seed: SEED, accumulate: 1, compile: {} };
  const phases = await Promise.all(built.phases.map((phase) => preparePhase(built, phase, settings)));
  const states = executor.createStates();
  initializeStates(states, built.specs, SEED);
  const result: Result = { losses: [] };
  for (let step = 0; step < STEPS; step++) {
    for (const phase of phases) {
      const { loss } = await phase.iterate({ step, images: step * built.batch }, states);
      result.losses!.push(loss!);
    }
  }
  for (const phase of phases) await phase.release();
  for (const name of states.names()) result[name] = Array.from(states.read(name));
  return result;
}
