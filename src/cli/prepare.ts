import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { DataShape } from '../base/dataShape.ts';
import { UsageError } from '../base/errors.ts';
import { batchOrder } from '../data/batching.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ListedImages, OpenOptions } from '../data/node.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { Precision } from '../onnx/graph.ts';
import type { TrainOptions } from '../train/loop.ts';
import { describeMachine, describeVersions, type RunRecord } from '../train/node.ts';
import { WARM_UP } from '../train/profile/profiling.ts';
import { planStages, type StagePlan } from '../train/stages.ts';
import type { EvalPlan } from './evalOption.ts';
import { bindingOf, type ExecutorName, executorNamed } from './executors.ts';
import { absoluteSource, defaultSource, openSource } from './openSource.ts';
import type { DoctorMode } from './options.ts';
import { storedWeights } from './storedWeights.ts';
import { type FoundGan, findGan } from './systems.ts';

/** When to stop: at most one of them. */
export interface StopOptions {
  /** Iterations of the whole run. */
  steps?: number | undefined;
  /** Thousands of real images of the whole run. */
  kimg?: number | undefined;
  /** Minutes from now. */
  minutes?: number | undefined;
}

/** What `train` was asked for. Plain data, so that it can be sent to another thread. */
export interface TrainRequest extends StopOptions {
  gan: string;
  data?: string | undefined;
  size?: number | undefined;
  channels?: 1 | 3 | undefined;
  settings: Record<string, string>;
  seed: number;
  threads?: number | undefined;
  accumulate: number;
  executor: ExecutorName;
  precision: Precision;
  sampleEvery: number;
  checkpointEvery: number;
  doctor: DoctorMode;
  /** How the run is scored while it trains. */
  eval?: EvalPlan | undefined;
  /** The run or checkpoint file whose weights the networks begin with. */
  from?: string | undefined;
  /** Iterations to profile. */
  profile?: number | undefined;
  /** Seconds to measure how operations are written best on this machine; 0 for their own rules. */
  tune: number;
  out: string;
}

/** Whom to tell about the opening of data. */
export type Listener = Pick<OpenOptions, 'onProgress' | 'onWarning'>;

/** A run ready to start. */
export interface PreparedRun {
  record: RunRecord;
  options: TrainOptions;
  /** Real points to show beneath generated ones. */
  realPoints?: Float32Array;
}

/** Minutes of training when the user names no end. */
export const DEFAULT_MINUTES = 5;

/**
 * Checks a request and opens its data, without writing anything but the cache of converted images.
 * @throws UsageError naming what is wrong with it.
 */
export async function prepareTraining(
  request: TrainRequest,
  listener: Listener,
  caching: Pick<OpenOptions, 'cache'> = {},
): Promise<PreparedRun> {
  checkProfile(request.profile, request.executor, request.steps);
  checkPrecision(request);
  const found = await findGan(request.gan);
  const { gan } = found;
  checkSettings(gan, request);
  const name = request.data ?? defaultSource(gan);
  const opening = {
    ...(request.size === undefined ? {} : { size: request.size }),
    ...(request.channels === undefined ? {} : { channels: request.channels }),
  };
  const data = await openSource(name, gan, {
    ...opening,
    ...caching,
    ...listener,
    onListed: (listed) => checkListed(gan, request, listed),
  });
  const config = resolveConfig(gan, request.settings, data);
  const stages = planStages(gan, config, data, request.accumulate);
  checkBatches(stages, request.seed, data.count);
  const binding = await bindingOf(request.executor);
  const from = request.from === undefined ? undefined : storedWeights(request.from, listener.onWarning);
  const record: RunRecord = {
    format: 1,
    created: new Date().toISOString(),
    gan: { name: gan.name, source: found.source, ...(found.sha256 ? { sha256: found.sha256 } : {}) },
    config,
    ...(from ? { from: resolve(from.where) } : {}),
    data: {
      name,
      source: absoluteSource(name),
      ...opening,
      kind: data.kind,
      shape: [...data.shape],
      count: data.count,
      fingerprint: data.fingerprint,
      ...(data.licence === undefined ? {} : { licence: data.licence }),
    },
    seed: request.seed,
    batch: config.batch,
    accumulate: request.accumulate,
    threads: request.threads ?? availableParallelism(),
    executor: request.executor,
    ...(binding ? { binding } : {}),
    precision: request.precision,
    sampleEvery: request.sampleEvery,
    checkpointEvery: request.checkpointEvery,
    ...(request.eval ? { eval: request.eval } : {}),
    plan: planOf(request, stages),
    versions: describeVersions(),
    machine: describeMachine(),
  };
  const prepared = await assemble(record, found, config, data, request.profile);
  return from ? { ...prepared, options: { ...prepared.options, from } } : prepared;
}

/**
 * Refuses a profile that cannot come about.
 * @param steps this call would make; undefined when they are not known
 */
export function checkProfile(profile: number | undefined, executor: ExecutorName, steps?: number): void {
  if (profile === undefined) return;
  if (executor === 'interpreter') {
    throw new UsageError(
      '--profile reads the profiler of ONNX Runtime, and the interpreter has none; leave out one of the two',
    );
  }
  if (steps !== undefined && steps <= WARM_UP) {
    throw new UsageError(
      `--profile looks at what follows ${WARM_UP} steps of warm-up, and this run makes ${steps}; give it more`,
    );
  }
}

function checkPrecision({ precision, executor }: TrainRequest): void {
  if (precision === 'float32' || executor !== 'interpreter') return;
  throw new UsageError(
    `--precision ${precision} is for ONNX Runtime, and the interpreter computes in float64; leave out one of the two`,
  );
}

/** Finds misspelt and impossible settings before data are converted, which may take minutes. */
export function checkSettings(
  gan: AnyGan,
  { settings, size = 64, channels = 3 }: Pick<TrainRequest, 'settings' | 'size' | 'channels'>,
): void {
  const kind = gan.data[0] ?? 'images';
  const shape = kind === 'images' ? [channels, size, size] : [2];
  // Which classes there are is not known yet, so nothing may be refused for want of them.
  resolveConfig(gan, settings, { kind, shape, classes: ['a', 'b'] });
}

/** Finds a size the networks cannot make, or a batch larger than the data, before images are converted. */
function checkListed(
  gan: AnyGan,
  { settings, seed, accumulate }: TrainRequest,
  { count, size, channels, classes }: ListedImages,
): void {
  const refusals: unknown[] = [];
  const possible = channels === undefined ? [3, 1] : [channels];
  for (const depth of possible) {
    const data: DataShape = { kind: 'images', shape: [depth, size, size], classes };
    try {
      const config = resolveConfig(gan, settings, data);
      const stages = planStages(gan, config, data, accumulate);
      checkBatches(stages, seed, count);
      for (const { config } of stages.spans) gan.networks(config, data);
    } catch (error) {
      refusals.push(error);
    }
  }
  // Only the colours of the images can tell which of the two they are, so one that fits is enough.
  if (refusals.length === possible.length) throw refusals[0];
}

/** @throws UsageError when a stage takes more examples in a step than there are. */
function checkBatches({ spans }: StagePlan, seed: number, count: number): void {
  for (const { config } of spans) batchOrder({ seed, count, batch: config.batch });
}

function planOf({ steps, kimg, minutes }: StopOptions, stages: StagePlan): RunRecord['plan'] {
  if (steps !== undefined) return { steps };
  if (kimg !== undefined) return { steps: stages.stepsFor(kimg * 1000) };
  return { minutes: minutes ?? DEFAULT_MINUTES };
}

/** What the training loop needs of a run's record. */
export async function assemble(
  record: RunRecord,
  found: FoundGan,
  config: BaseConfig,
  data: Dataset,
  profile?: number,
): Promise<PreparedRun> {
  const { seed, threads, precision, accumulate, sampleEvery, checkpointEvery, plan } = record;
  const options: TrainOptions = {
    gan: found.gan,
    ganSource: found.source,
    config,
    // The name as first given: checkpoints hold it, and must not depend on the folder a run is resumed from.
    data: { ...data, name: record.data.name },
    executor: await executorNamed(record.executor),
    seed,
    threads,
    precision,
    accumulate,
    sampleEvery,
    checkpointEvery,
    sampleCount: data.kind === 'points' ? POINTS_SHOWN : IMAGES_SHOWN,
    ...(record.lowerings === undefined ? {} : { lowerings: record.lowerings }),
    ...(plan.steps === undefined ? {} : { steps: plan.steps }),
    ...(plan.minutes === undefined ? {} : { minutes: plan.minutes }),
    ...(profile === undefined ? {} : { profile }),
  };
  return { record, options, ...(data.kind === 'points' ? { realPoints: firstPoints(data) } : {}) };
}

const IMAGES_SHOWN = 64;
export const POINTS_SHOWN = 2000;

const firstPoints = (data: Dataset): Float32Array =>
  data.read(Array.from({ length: Math.min(POINTS_SHOWN, data.count) }, (_, i) => i)).real;

/** Settings and `--batch`, which is one of them. */
export function withBatch(
  settings: Record<string, string>,
  batch: number | undefined,
): Record<string, string> {
  if (batch === undefined) return settings;
  if (settings.batch !== undefined && settings.batch !== String(batch)) {
    throw new UsageError(
      `the batch is given as --batch ${batch} and as batch=${settings.batch}; give it once`,
    );
  }
  return { ...settings, batch: String(batch) };
}
