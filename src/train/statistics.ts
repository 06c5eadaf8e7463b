import { randomStream } from '../base/random.ts';
import type { BuiltGan } from '../gan/build.ts';
import { averageName, STATISTICS_RATE } from '../gan/names.ts';
import { buildStatistics } from '../gan/statistics.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import type { CompileOptions, Executor, States } from '../runtime/executor.ts';
import { prepareRandoms } from './feeds.ts';

/** Keeps the statistics of averaged networks up with their weights, where the GAN has them re-estimated. */
export interface StatisticsEstimator {
  /** Brings the statistics up to a step, unless that was done. They depend on the states and the seed alone. */
  refresh(states: States, step: number): Promise<void>;
  release(): Promise<void>;
}

/** Prepares re-estimation; without effect for a GAN that asks for none. */
export async function compileStatistics(
  executor: Executor,
  { gan, config, data }: Pick<BuiltGan, 'gan' | 'config' | 'data'>,
  { seed, ...options }: CompileOptions & { seed: number },
): Promise<StatisticsEstimator> {
  const built = buildStatistics(gan, config, data);
  if (!built) return { refresh: async () => {}, release: async () => {} };
  const compiled = await executor.compile(built.program, options);
  const wanted = new Set(leavesOf(built.program).inputs.map(leafName));
  const drawn = prepareRandoms(new Map([...built.randoms].filter(([name]) => wanted.has(name))), seed);
  const classes = Math.max(data.classes.length, 1);
  let refreshed = -1;
  return {
    async refresh(states, step) {
      if (step === refreshed) return;
      refreshed = step;
      // From the live statistics, so that the result does not depend on when it was last asked for.
      for (const name of built.names) states.write(averageName(name), states.shape(name), states.read(name));
      for (let batch = 0; batch < built.batches; batch++) {
        const feeds: Record<string, Float32Array | Int32Array> = drawn('statistics', batch);
        const stream = randomStream(seed, 'statistics', batch, 'label');
        const label = Int32Array.from({ length: config.batch }, () => stream.integer(classes));
        const rate = Float32Array.of(1 / (batch + 1));
        const { commit } = await compiled.run(
          { ...feeds, [STATISTICS_RATE]: rate, ...(wanted.has('label') ? { label } : {}) },
          states,
        );
        commit();
      }
    },
    release: () => compiled.release(),
  };
}
