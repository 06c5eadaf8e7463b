import { GansmithError, UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { nativeSha256 } from '../data/node/hash.ts';
import type { OpenOptions } from '../data/node.ts';
import { testPartOf } from '../data/testPart.ts';
import {
  checkData,
  checkMetrics,
  type EvaluateOptions,
  evaluate,
  needsExtractor,
} from '../evaluate/evaluate.ts';
import type { Metric } from '../evaluate/metric.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { openPictures, sourceOf } from '../evaluate/node/openPictures.ts';
import { createPathSampler, type PathSampler } from '../evaluate/paths.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import { drawSamples, type Hooks } from '../evaluate/sampleSet.ts';
import { standIn } from '../evaluate/standIn.ts';
import { type Unpadded, unpad } from '../evaluate/unpad.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import type { Executor } from '../runtime/executor.ts';
import { appendScoreLine } from '../train/node.ts';
import { compileSampler } from '../train/sampling.ts';
import { executorNamed } from './executors.ts';
import { formatCount } from './format.ts';
import { interruptible } from './interruptible.ts';
import { fillStates, weightsUsed } from './load.ts';
import { openFeatures } from './openFeatures.ts';
import { print } from './output.ts';
import { isLive } from './progress.ts';
import type { ScoreLine } from './scoreLine.ts';
import { printScores } from './scoreTable.ts';
import { openSubject, type Subject } from './subject.ts';

/** What `eval` was asked for. */
export interface EvalRequest {
  subject: string;
  against?: string | undefined;
  heldOut?: string | undefined;
  metrics?: string | undefined;
  samples?: number | undefined;
  features?: string | undefined;
  seed: number;
  threads?: number | undefined;
  size?: number | undefined;
  channels?: 1 | 3 | undefined;
  /** Where the user's own GAN file is now. */
  gan?: string | undefined;
  json: boolean;
}

/** Metrics when the user names none; the score of a classifier where the features are one. */
const DEFAULT_METRICS = 'fd,kd,pr';
/** Samples of a generator when the user names no number. */
const DEFAULT_SAMPLES = 10_000;

/** Scores a run, a checkpoint or pictures, prints the scores and keeps them in the run. */
export const evaluateSamples = (request: EvalRequest): Promise<void> =>
  interruptible(
    async ({ hooks, finish }) => {
      const scores: ScoreLine[] = [];
      for await (const line of scoresOf(request, hooks, (text) => !request.json && print(text))) {
        scores.push(line);
        if (request.json) print(JSON.stringify(line));
      }
      finish();
      if (!request.json) printScores(scores);
    },
    { live: isLive(process.stderr) && !request.json },
  );

async function* scoresOf(
  request: EvalRequest,
  hooks: Hooks,
  say: (line: string) => void,
): AsyncGenerator<ScoreLine> {
  const { seed } = request;
  const named = request.metrics === undefined ? undefined : metricsNamed(request.metrics);
  const opening: OpenOptions = {
    ...(request.size === undefined ? {} : { size: request.size }),
    ...(request.channels === undefined ? {} : { channels: request.channels }),
    onWarning: (message) => void process.stderr.write(`warning: ${message}\n`),
    ...(hooks.onProgress ? { onProgress: hooks.onProgress } : {}),
  };
  const subject = await openSubject(request.subject, request.gan, opening);
  const opened = await openReal(request, subject, opening);
  const unpadded = unpad(opened, { keep: request.size !== undefined });
  const { real, crop, notes } = unpadded;
  await hooks.breathe?.();
  if (subject.kind === 'pictures') checkData({ generated: crop(subject.data), real }, request.samples);
  const executor = await executorNamed('onnxruntime');
  // FID is said of one network only.
  const features =
    request.features ?? (named?.some(({ name }) => name === 'fid') ? 'inception-fid' : undefined);
  const wantsExtractor = named === undefined || needsExtractor(named);
  const extractor = wantsExtractor
    ? await openFeatures(features, real, { executor, threads: request.threads, ...hooks })
    : undefined;
  const metrics = named ?? defaultMetrics(request, subject, extractor);
  const heldOut = metrics.some(({ needs }) => needs.includes('held-out'))
    ? await openHeldOut(request, real, opening)
    : undefined;

  const context = { metrics, real, heldOut, extractor, executor, seed };
  const { generated, generator } = await drawn(request, subject, context, unpadded, hooks);
  await hooks.breathe?.();
  const samples = subject.kind === 'pictures' ? request.samples : undefined;
  const scores = evaluate({
    ...{ ...context, generated, generator, samples, notes, hooks, threads: request.threads },
    cache: openFeatureCache(opening.onWarning),
  });
  const step = subject.kind === 'generator' ? { step: subject.trained.checkpoint.info.step } : {};
  let described = false;
  for await (const score of scores) {
    if (!described) say(describe(request, subject, generated, real, extractor));
    described = true;
    const line: ScoreLine = { ...score, of: request.subject, ...step, against: real.name, seed };
    if (subject.kind === 'generator' && subject.run !== undefined) appendScoreLine(subject.run, line);
    yield line;
  }
  await Promise.all([extractor?.release(), generator?.release()]);
}

/** Few pictures and features without classes have no Inception Score, and nobody asked for it. */
function defaultMetrics(
  { samples }: EvalRequest,
  subject: Subject,
  extractor: FeatureExtractor | undefined,
): Metric[] {
  const [is] = metricsNamed('is');
  const count = samples ?? (subject.kind === 'pictures' ? subject.data.count : DEFAULT_SAMPLES);
  const scored = extractor !== undefined && extractor.classes.length > 0 && count >= is!.least;
  return [...metricsNamed(DEFAULT_METRICS), ...(scored ? [is!] : [])];
}

async function openReal(request: EvalRequest, subject: Subject, opening: OpenOptions): Promise<Dataset> {
  if (request.against !== undefined) {
    // Pictures are taken as they are; other sources are brought to what the generator makes, as its own data were.
    const arePictures = /^(folder|zip):/.test(sourceOf(request.against));
    const own = subject.kind === 'generator' && !arePictures ? subject.source.options : {};
    return openPictures(request.against, { ...own, ...opening });
  }
  if (subject.kind === 'pictures') {
    throw new UsageError(
      `${request.subject} holds pictures; say what to compare them with by --against, such as --against mnist or --against ./photos`,
    );
  }
  const { source, options, fingerprint } = subject.source;
  const { openData } = await import('../data/node.ts');
  const data = await openData(source, { ...opening, ...options });
  if (data.fingerprint === fingerprint) return data;
  throw new GansmithError(
    `the data '${source}' have changed since ${request.subject} was trained on them (fingerprint ${data.fingerprint}, then ${fingerprint}); restore them, or say what to compare with by --against`,
  );
}

async function openHeldOut(
  { heldOut }: EvalRequest,
  real: Dataset,
  opening: OpenOptions,
): Promise<Dataset | undefined> {
  const source = heldOut ?? testPartOf(real.name);
  if (source === undefined) return undefined;
  const [channels, size] = real.shape as [1 | 3, number, number];
  return openPictures(source, heldOut === undefined ? { ...opening, size, channels } : opening);
}

/**
 * The generated images, and paths between latents for metrics that follow them.
 * @throws UsageError when a metric cannot be taken of such a generator, before any image is made.
 */
async function drawn(
  request: EvalRequest,
  subject: Subject,
  context: Omit<EvaluateOptions, 'generated'> & { executor: Executor },
  { crop, cropPaths }: Unpadded,
  hooks: Hooks,
): Promise<{ generated: Dataset; generator?: PathSampler }> {
  if (subject.kind === 'pictures') return { generated: crop(subject.data) };
  const { trained } = subject;
  const { gan, config, progress, checkpoint } = trained;
  const { data } = checkpoint.info;
  const { metrics, real, executor } = context;
  const { subject: name, seed, threads, samples = DEFAULT_SAMPLES } = request;
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const moment = { gan, config, data, progress };
  const generator = metrics.some(({ needs }) => needs.includes('generator'))
    ? cropPaths(await createPathSampler(executor, moment, states, { seed, threads }))
    : undefined;
  const awaited = standIn(real, { name, samples }, moment);
  checkMetrics({ ...context, generator, generated: awaited });
  const sampler = await compileSampler(executor, moment, threads ? { threads } : {});
  const shape = data.shape as [number, number, number];
  const options = { name, samples, seed, shape, classes: data.classes, hash: nativeSha256 };
  const generated = crop(await drawSamples(sampler, states, options, hooks));
  await sampler.release();
  return { generated, ...(generator ? { generator } : {}) };
}

/** What is measured, in three lines above the table. */
function describe(
  request: EvalRequest,
  subject: Subject,
  generated: Dataset,
  real: Dataset,
  extractor: FeatureExtractor | undefined,
): string {
  const samples = formatCount(request.samples ?? generated.count);
  const what =
    subject.kind === 'generator'
      ? `step ${subject.trained.checkpoint.info.step} (${weightsUsed(subject.trained, true)} weights), ${samples} samples, seed ${request.seed}`
      : `${samples} of ${formatCount(generated.count)} images`;
  return [
    `${request.subject}: ${what}`,
    `against   ${real.name}: ${formatCount(real.count)} images, fingerprint ${real.fingerprint}`,
    `features  ${extractor ? `${extractor.name}, hash ${extractor.hash.slice(0, 12)}` : 'none: pixels'}`,
  ].join('\n');
}
