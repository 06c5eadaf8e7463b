import { compileSampler, resolveConfig, train } from 'gansmith';
import { createWebGpuExecutor, webExecutor } from 'gansmith/runtime';
import { dcgan } from 'gansmith/zoo';
import type { Game } from '../engine/serve.ts';
import { createTurns, nextOf, TRAINED } from '../engine/turns.ts';
import { loadDigits } from './loadDigits.ts';
import type { DigitsLook, DigitsSetup } from './protocol.ts';

/** Samples in a look. */
const SAMPLES = 64;

/** Opens a game of the command line's DCGAN on real digits. */
export async function openDigits(
  { seed, width, batch, on }: DigitsSetup,
  tell: (what: string) => void,
): Promise<Game<Omit<DigitsLook, 'running' | 'rate'>>> {
  tell('Loading digits');
  const data = await loadDigits();
  tell('Compiling the networks');
  const executor = on === 'webgpu' ? await createWebGpuExecutor() : webExecutor;
  const config = resolveConfig(dcgan, { preset: 'small', width, batch, average: 0 }, data);
  const states = executor.createStates();
  const sampler = await compileSampler(executor, { gan: dcgan, config, data }, { batch: SAMPLES });
  const seeds = Array.from({ length: SAMPLES }, (_, i) => i);
  const turns = createTurns();
  const never = Number.POSITIVE_INFINITY;
  const events = train({
    gan: dcgan,
    config,
    data,
    executor,
    states,
    seed,
    trains: () => TRAINED[turns.player()],
    sampleEvery: never,
    checkpointEvery: never,
    sampleCount: 1,
  });
  await nextOf(events, 'checkpoint');
  let losses: number[] = [];
  let step = 0;
  return {
    async step(player) {
      turns.take(player);
      const { metrics } = await nextOf(events, 'step');
      step++;
      losses.push(step, metrics['critic/loss'] ?? Number.NaN, metrics['generator/loss'] ?? Number.NaN);
    },
    async look() {
      const start = performance.now();
      const { data } = await sampler.sample({ seeds }, states);
      const found = {
        step,
        moves: turns.moves(),
        took: performance.now() - start,
        samples: Float32Array.from(data),
        losses: Float64Array.from(losses),
      };
      losses = [];
      return found;
    },
    async end() {
      await Promise.all([events.return(), sampler.release()]);
    },
  };
}
