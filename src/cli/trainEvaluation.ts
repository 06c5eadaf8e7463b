import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { nativeSha256 } from '../data/node/hash.ts';
import { checkMetrics, evaluate, needsExtractor, type Score } from '../evaluate/evaluate.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import { drawSamples } from '../evaluate/sampleSet.ts';
import { standIn } from '../evaluate/standIn.ts';
import { unpad } from '../evaluate/unpad.ts';
import type { Evaluation } from '../train/evaluation.ts';
import type { TrainOptions } from '../train/loop.ts';
import { OF_TRAINING, scoreFile } from '../train/node.ts';
import type { EvalPlan } from './evalOption.ts';
import { openFeatures } from './openFeatures.ts';
import type { Listener } from './prepare.ts';
import type { ScoreLine } from './scoreLine.ts';

export interface TrainEvaluationOptions extends Pick<TrainOptions, 'gan' | 'config' | 'data' | 'executor'> {
  threads: number;
  /** The scores of the run so far, for which checkpoint is the best: its folder, and the step it goes on from. */
  before?: { run: string; step: number } | undefined;
}

/**
 * What scores a run while it trains.
 * @throws UsageError when a metric cannot be taken of such a run.
 */
export async function openEvaluation(
  plan: EvalPlan,
  { gan, config, data, executor, threads, before }: TrainEvaluationOptions,
  { onProgress, onWarning }: Listener,
): Promise<Evaluation> {
  const metrics = metricsNamed(plan.metrics);
  if (data.kind !== 'images') {
    throw new UsageError(
      "--eval: scores are of images, and these data are points; see 'gansmith bench modes'",
    );
  }
  const { real, crop, notes } = unpad(data);
  const extractor = needsExtractor(metrics)
    ? await openFeatures(plan.features, real, { executor, threads, onProgress })
    : undefined;
  const cache = openFeatureCache(onWarning);
  checkMetrics({
    metrics,
    generated: standIn(real, { name: gan.name, samples: plan.samples }, { gan, config, data }),
    real,
    extractor,
    executor,
  });
  let best = before && bestOf(before.run, before.step, metrics[0]!.name);
  return {
    every: plan.every,
    async score({ sampler, states }) {
      const { samples } = plan;
      const shape = data.shape as [number, number, number];
      const about = { name: 'the samples', samples, seed: 0, shape, classes: data.classes };
      const generated = crop(await drawSamples(sampler, states, { ...about, hash: nativeSha256 }));
      const scores: Score[] = [];
      for await (const score of evaluate({ metrics, generated, real, extractor, executor, notes, cache }))
        scores.push(score);
      const [first] = scores;
      const isBest = best === undefined || goodness(first!) > goodness(best);
      if (isBest) best = first;
      return { scores, best: isBest };
    },
  };
}

/** The value as a number that is better when larger. */
function goodness({ value, better }: Score): number {
  if (better === 'higher') return value;
  return better === 'lower' ? -value : -Math.abs(value - 0.5);
}

/** The best score of a run up to a step. */
function bestOf(run: string, step: number, metric: string): Score | undefined {
  const path = join(run, scoreFile(metric));
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  const scores = lines
    .filter((line) => line.endsWith('}'))
    .map((line): ScoreLine => JSON.parse(line))
    .filter((line) => line.step !== undefined && line.step <= step && line.of === OF_TRAINING);
  return scores.reduce<Score | undefined>(
    (best, score) => (best === undefined || goodness(score) > goodness(best) ? score : best),
    undefined,
  );
}
