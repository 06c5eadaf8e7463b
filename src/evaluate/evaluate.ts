import { ShapeError, UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import type { Interval } from '../metrics/index.ts';
import type { Executor } from '../runtime/executor.ts';
import { extractCached, type FeatureCache, forgetFeatures, momentsCached } from './featureCache.ts';
import type { Metric, MetricContext } from './metric.ts';
import { notesOn } from './notes.ts';
import type { PathSampler } from './paths.ts';
import type { Hooks } from './sampleSet.ts';
import { createSide, type Side } from './side.ts';
import { refusalOfFid } from './standard.ts';

/** A number with all that it means something with. */
export interface Score {
  /** Short name, such as `fd` or `recall`. */
  metric: string;
  value: number;
  /** 95 % interval: where the value would lie with other samples of the same generator. Null where the metric allows none. */
  interval: [low: number, high: number] | null;
  better: 'lower' | 'higher' | 'nearer to one half';
  /** What real data are given in the place of samples, where that is known. */
  realValue?: number;
  /** The extractor's name and the hash of its weights; null for metrics of pixels. */
  features: string | null;
  hash: string | null;
  /** Generated samples looked at. */
  samples: number;
  /** What has to be equal for two values to be compared: real data, counts, settings. */
  protocol: string;
  /** What the reader should know of the number. */
  notes?: string[];
}

export interface EvaluateOptions {
  metrics: readonly Metric[];
  generated: Dataset;
  real: Dataset;
  /** Real data that were not trained on. */
  heldOut?: Dataset | undefined;
  generator?: PathSampler | undefined;
  extractor?: FeatureExtractor | undefined;
  /** What metrics that train a network train it with. */
  executor?: Executor | undefined;
  threads?: number | undefined;
  /** How many of the generated images are taken. Default: all. */
  samples?: number | undefined;
  seed?: number;
  /** What the reader should know of the images, said with every score. */
  notes?: readonly string[];
  cache?: FeatureCache;
  hooks?: Hooks;
}

/** Numbers of features that are kept of one set: 512 MB. */
const MOST_NUMBERS = 2 ** 27;

/**
 * Scores generated images against real ones, metric by metric. The reference is all real data (or as many examples as have 2^27
 * features); metrics that want as many of both take as many real examples as samples, drawn by the seed.
 *
 * @throws UsageError when a metric cannot be taken of what there is, saying why.
 */
export async function* evaluate(options: EvaluateOptions): AsyncGenerator<Score, void, undefined> {
  const { metrics, extractor, cache, seed = 0, hooks = {} } = options;
  const context = checkMetrics(options);
  const { real, generated, heldOut } = context;
  const notes = [...(options.notes ?? []), ...notesOn(context)];
  const logits = metrics.some(({ needs }) => needs.includes('logits'));
  const cached = { extractor: extractor!, cache, seed, logits, hooks };
  if (metrics.some(usesFeatures)) {
    real.extracted = await extractCached(real, cached);
    if (metrics.some(({ needs }) => needs.includes('moments')))
      real.extracted.moments = await momentsCached(real, cached);
    if (heldOut && metrics.some((metric) => usesFeatures(metric) && metric.needs.includes('held-out')))
      heldOut.extracted = await extractCached(heldOut, cached);
    generated.extracted = await extractCached(generated, cached);
  }
  for (const metric of metrics) {
    await hooks.breathe?.();
    const about = {
      features: usesExtractor(metric) ? extractor!.name : null,
      hash: usesExtractor(metric) ? extractor!.hash : null,
      samples: generated.indices.length,
      protocol: protocolOf(metric, context),
    };
    for (const { metric: name, value, better, ...found } of await metric.compute(context)) {
      yield {
        ...{ metric: name, value, interval: asPair(found.interval), better },
        ...(found.real === undefined ? {} : { realValue: found.real }),
        ...about,
        ...(found.protocol === undefined
          ? {}
          : { protocol: protocolOf({ ...metric, protocol: found.protocol }, context) }),
        ...(notes.length > 0 ? { notes } : {}),
      };
    }
  }
  // They were kept for the case that the evaluation is interrupted; nobody asks for them again.
  if (generated.extracted) await forgetFeatures(generated, cached);
}

/**
 * What the metrics may look at, before anything is computed.
 * @throws UsageError when a metric cannot be taken of it, saying why.
 */
export function checkMetrics(options: EvaluateOptions): MetricContext {
  const { metrics, extractor, seed = 0, hooks = {}, generator, executor, threads } = options;
  const samples = options.samples ?? options.generated.count;
  const most = Math.max(1, Math.floor(MOST_NUMBERS / (extractor?.width ?? 1)));
  checkData(options, samples);
  const real = createSide('real', options.real, Math.min(options.real.count, most), seed);
  const generated = createSide('generated', options.generated, samples, seed);
  const heldOut =
    options.heldOut &&
    createSide('held-out', options.heldOut, Math.min(options.heldOut.count, samples), seed);
  const pairs = Math.min(samples, real.indices.length);
  const context: MetricContext = {
    ...{ real, generated, heldOut, extractor, generator, executor, threads, pairs, seed, hooks },
  };
  for (const metric of metrics) checkMetric(metric, context);
  return context;
}

const asPair = (interval: Interval | undefined): [number, number] | null =>
  interval ? [interval.low, interval.high] : null;

const usesFeatures = ({ needs }: Metric): boolean => needs.includes('features') || needs.includes('logits');
const usesExtractor = (metric: Metric): boolean => usesFeatures(metric) || metric.needs.includes('generator');

/** True when some metric looks at features, so that an extractor has to be chosen. */
export const needsExtractor = (metrics: readonly Metric[]): boolean => metrics.some(usesExtractor);

function protocolOf(metric: Metric, { real, heldOut, generated }: MetricContext): string {
  const held = metric.needs.includes('held-out') ? `, held-out ${heldOut!.data.fingerprint}` : '';
  const data = `${real.data.fingerprint}, ${real.indices.length} of ${real.data.count}`;
  return `${generated.indices.length} samples against real data ${data}${held}; ${metric.protocol}`;
}

/**
 * @throws UsageError when these are no sets of images of one form.
 */
export function checkData(
  { generated, real, heldOut }: Pick<EvaluateOptions, 'generated' | 'real' | 'heldOut'>,
  samples = generated.count,
): void {
  const form = ({ shape }: Dataset) => `${shape[0] === 1 ? 'grey' : 'RGB'}, ${shape[2]}x${shape[1]} pixels`;
  for (const data of [generated, real, ...(heldOut ? [heldOut] : [])]) {
    if (data.kind !== 'images') {
      throw new UsageError(
        `${data.name} holds points; scores are of images. For points see 'gansmith bench modes'`,
      );
    }
    if (data.shape.join() === real.shape.join()) continue;
    throw new ShapeError(
      `${data.name} holds images that are ${form(data)}, and ${real.name} images that are ${form(real)}; bring both to one form by --size or --channels`,
    );
  }
  if (samples > generated.count) {
    throw new UsageError(
      `--samples ${samples}: ${generated.name} holds ${generated.count} images only; give fewer, or leave it out for all`,
    );
  }
}

function checkMetric(metric: Metric, context: MetricContext): void {
  const { real, generated, extractor, heldOut, generator, executor } = context;
  const refuse = (reason: string) => {
    throw new UsageError(`${metric.name} (${metric.title}): ${reason}`);
  };
  const { needs } = metric;
  if (needs.includes('logits') && extractor!.classes.length === 0)
    refuse(
      `the features '${extractor!.name}' name no classes; choose a classifier, such as --features mnist`,
    );
  const unlabelled = [generated, real].find(({ data }) => data.classes.length < 2);
  if (needs.includes('labels') && unlabelled)
    refuse(
      `${unlabelled.data.name} has no classes; it is for conditional runs and for folders with a sub-folder a class`,
    );
  if (needs.includes('held-out') && !heldOut)
    refuse(
      "it needs real images that were not trained on, and this source has no known test part; name some by --held-out of 'gansmith eval'",
    );
  if (needs.includes('labels')) {
    const others = [real, ...(heldOut && needs.includes('held-out') ? [heldOut] : [])];
    const other = others.find(({ data }) => data.classes.join('\n') !== generated.data.classes.join('\n'));
    const some = ({ data }: Side) => data.classes.slice(0, 5).join(', ') || 'none';
    if (other)
      refuse(
        `the classes differ: ${some(generated)}, ... and ${some(other)}, ...; name the sub-folders alike`,
      );
  }
  if (needs.includes('executor') && !executor)
    refuse('it trains a network, and there is nothing to train it with; give an executor');
  if (needs.includes('generator') && !generator)
    refuse('it follows paths between latents, so it is for runs and checkpoints, not for pictures');
  const few = [generated, real].find((side) => side.indices.length < metric.least);
  if (few) {
    refuse(
      `${few.data.name} gives ${few.indices.length} images, and at least ${metric.least} are needed; take more, or leave this metric out`,
    );
  }
  if (metric.name === 'fid') {
    const refusal = refusalOfFid(context);
    if (refusal) refuse(refusal);
  }
}
