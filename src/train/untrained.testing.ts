import type { DataShape } from '../base/dataShape.ts';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { zoo } from '../zoo/index.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { initializeStates } from './feeds.ts';
import { momentOf } from './stages.ts';

/** A checkpoint of a GAN that has not learned anything, whose averages differ from its weights. */
export function untrained(
  name: string,
  data: DataShape & { name?: string },
  settings: Record<string, unknown>,
) {
  const gan = zoo.find((candidate) => candidate.name === name)!;
  const run = resolveConfig(gan, { batch: 2, ...settings }, data);
  const { config, progress } = momentOf(gan, run, { data, step: 7, accumulate: 1 });
  const states = interpreterExecutor.createStates();
  initializeStates(states, buildGan(gan, config, data).specs, 3);
  for (const state of states.names().filter((state) => state.startsWith('average/'))) {
    states.write(
      state,
      states.shape(state),
      states.read(state).map((value) => value * 1.5),
    );
  }
  const info = {
    gan: name,
    config: run,
    data: { name: 'x', ...data, fingerprint: 'y' },
    seed: 3,
    step: 7,
    accumulate: 1,
  };
  const bytes = encodeCheckpoint({ ...info, executor: 'interpreter', precision: 'float32' }, states);
  return { gan, config, progress, states, checkpoint: decodeCheckpoint(bytes, 'a checkpoint'), bytes };
}
