import type { DataShape } from '../base/dataShape.ts';
import { input } from '../graph/ops/leaf.ts';
import type { Program } from '../graph/program.ts';
import type { AnyGan, BaseConfig } from './defineGan.ts';
import { averageName, STATISTICS_RATE } from './names.ts';
import { madeSamples } from './sampler.ts';
import { bindAll, stepValues } from './symbolic.ts';
import { advancedStates, createTrace, type RandomSpec } from './trace.ts';

/** How statistics of averaged networks are estimated anew. */
export interface StatisticsProgram {
  /** One batch: moves the averaged networks' statistics by the input `statisticsRate`. */
  program: Program;
  randoms: ReadonlyMap<string, RandomSpec>;
  /** Full names of the statistics, as the live networks have them. */
  names: readonly string[];
  /** Batches to run it on. */
  batches: number;
}

/** Batches that statistics are re-estimated over, as the authors of BigGAN do by default. */
const BATCHES = 16;

/**
 * The averaged networks in training mode on fresh noise, which moves their running statistics alone: with the rate 1 / k in batch k
 * they become plain means over batches (standing statistics, BigGAN, arXiv:1809.11096, section 3).
 * @returns undefined when the GAN re-estimates no statistics, or its averaged networks have none.
 */
export function buildStatistics(
  gan: AnyGan,
  config: BaseConfig,
  data: DataShape,
): StatisticsProgram | undefined {
  const chosen = Object.entries(gan.averages?.(config) ?? {}).filter(
    ([, average]) => average?.statistics === 're-estimated',
  );
  if (chosen.length === 0) return undefined;
  const networks = new Set(chosen.map(([network]) => network));
  const isChosen = (fullName: string) => networks.has(fullName.slice(0, fullName.indexOf('/')));

  const trace = createTrace('train', `${gan.name}/statistics`, new Map(), (fullName) =>
    isChosen(fullName) ? averageName(fullName) : fullName,
  );
  trace.statisticsRate = input(STATISTICS_RATE, []);
  const bound = bindAll(trace, gan.networks(config, data));
  const inputs = gan.inputs(config, data);
  madeSamples([gan, config, data], bound, stepValues(inputs, data, config.batch, trace.randoms));
  const moved = [...advancedStates(trace)].filter(([fullName]) => isChosen(fullName));
  if (moved.length === 0) return undefined;
  return {
    program: {
      name: trace.where,
      outputs: new Map(),
      updates: new Map(moved.map(([fullName, value]) => [averageName(fullName), value])),
    },
    randoms: trace.randoms,
    names: moved.map(([fullName]) => fullName),
    batches: Math.max(...chosen.map(([, average]) => average?.batches ?? BATCHES)),
  };
}
