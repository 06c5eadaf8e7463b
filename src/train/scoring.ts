import { buildScorer } from '../gan/scorer.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import type { CompileOptions, Executor, Feeds, Numbers, States } from '../runtime/executor.ts';
import { preparedSchedules, prepareRandoms } from './feeds.ts';
import type { SampledGan } from './sampling.ts';

export interface CompiledScorer {
  /**
   * The critic's scores of examples, in order: one an example, or one a pack of them. The last examples that do not fill a batch are
   * left out.
   * @param real [N, ...shape of one]
   */
  score(examples: { real: Float32Array; labels: Int32Array }, states: States): Promise<number[]>;
  release(): Promise<void>;
}

/**
 * Prepares the critic D for scoring, as it judges outside training: no dropout, no noise.
 * @returns undefined when the GAN has no network D.
 */
export async function compileScorer(
  executor: Executor,
  { gan, config, data, progress }: SampledGan,
  options: CompileOptions = {},
): Promise<CompiledScorer | undefined> {
  const { batch } = config;
  const scorer = buildScorer(gan, config, data, { batch });
  if (!scorer) return undefined;
  const compiled = await executor.compile(scorer.program, options);
  const wanted = new Set(leavesOf(scorer.program).inputs.map(leafName));
  const drawRandoms = prepareRandoms(new Map([...scorer.randoms].filter(([name]) => wanted.has(name))), 0);
  const row = sizeOf(data.shape);
  const schedules = preparedSchedules({ gan, config, progress }, wanted);

  return {
    release: () => compiled.release(),
    async score({ real, labels }, states) {
      const scores: number[] = [];
      for (let start = 0; start + batch <= labels.length; start += batch) {
        const all: Record<string, Numbers> = {
          ...schedules(),
          ...drawRandoms('score', start),
          real: real.subarray(start * row, (start + batch) * row),
          label: labels.subarray(start, start + batch),
        };
        const feeds: Feeds = Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(name)));
        const { outputs } = await compiled.run(feeds, states);
        scores.push(...outputs.scores!);
      }
      return scores;
    },
  };
}
