import type { DataShape } from '../base/dataShape.ts';
import type { Program } from '../graph/program.ts';
import type { AnyGan, BaseConfig } from './defineGan.ts';
import { bindAll, stepValues } from './symbolic.ts';
import { createTrace, type RandomSpec } from './trace.ts';

/** How examples are scored: the program, and the random numbers that a noisy critic wants. */
export interface Scorer {
  program: Program;
  randoms: ReadonlyMap<string, RandomSpec>;
}

/**
 * The critic D in sampling mode, without dropout and on its running statistics, as a program from the inputs `real`
 * [batch, ...] and `label` [batch] to the output `scores`: one a row, or one a pack.
 * @returns undefined when the GAN has no network D.
 */
export function buildScorer(
  gan: AnyGan,
  config: BaseConfig,
  data: DataShape,
  { batch }: { batch: number },
): Scorer | undefined {
  const trace = createTrace('sample', `${gan.name}/score`, new Map());
  const { D } = bindAll(trace, gan.networks(config, data));
  if (!D) return undefined;
  const { real, label } = stepValues({}, data, batch, trace.randoms);
  const scores = D.still(real, label);
  return {
    program: { name: `${gan.name}/score`, outputs: new Map([['scores', scores]]), updates: new Map() },
    randoms: trace.randoms,
  };
}
