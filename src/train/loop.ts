import { batchOrder } from '../data/batching.ts';
import type { Dataset } from '../data/dataset.ts';
import type { BuiltGan } from '../gan/build.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Progress } from '../optim/optimizer.ts';
import type { Choices } from '../runtime/choices.ts';
import type { CompileOptions, Executor, Precision, States } from '../runtime/executor.ts';
import { type Checkpoint, type CheckpointInfo, encodeCheckpoint, restoreStates } from './checkpoint.ts';
import type { Control, RateScale } from './control.ts';
import type { Evaluation } from './evaluation.ts';
import type { TrainEvent } from './events.ts';
import { initializeStates } from './feeds.ts';
import { heed } from './heed.ts';
import { NonFiniteError } from './nonFinite.ts';
import type { Moment } from './phase.ts';
import { enterStage, prepareStage } from './preparedStage.ts';
import { createProfiling } from './profile/profiling.ts';
import { noSpans } from './profile/spans.ts';
import { wholeRows } from './sampling.ts';
import { planStages } from './stages.ts';
import { misfitText, transferStates } from './transfer.ts';

export interface TrainOptions {
  gan: AnyGan;
  config: BaseConfig;
  data: Dataset;
  executor: Executor;
  seed?: number;
  /** Threads of the runtime. Default: as the executor chooses. */
  threads?: number;
  /** Forms that operations are written in for the runtime. Default: those of the checkpoint, then each operation's own rule. */
  lowerings?: Choices;
  /** What convolutions and matrix products are computed in. Default: float32. */
  precision?: Precision;
  /** Micro-batches summed before each update. Default 1. */
  accumulate?: number;
  /** Stop after this many iterations of the whole run, resumed parts included. */
  steps?: number;
  /** Stop after this many minutes of this call. */
  minutes?: number;
  /** Iterations between sample grids. Default 250. */
  sampleEvery?: number;
  /** Iterations between checkpoints. Default 500. */
  checkpointEvery?: number;
  /** Pictures in a sample grid. Default 64. */
  sampleCount?: number;
  /** Go on from here. */
  checkpoint?: { content: Checkpoint; where: string };
  /** A new run's networks begin with what fits of these weights (see `transferStates`). */
  from?: { content: Checkpoint; where: string };
  /** What the checkpoints call the GAN. Default: its name. */
  ganSource?: string;
  /** Iterations to profile, after a warm-up, in what this call trains. */
  profile?: number;
  /** The set the run keeps its states in, of the same executor, for whoever wants to look into them. Default: one of its own. */
  states?: States;
  /**
   * Networks to train in the next iteration, asked before each: phases that train none of them are left out of it. Noise and
   * data go by the number of the iteration, so the course depends on the seed and on these answers. Default: all.
   */
  trains?: () => readonly string[] | undefined;
  /** Scores the generator now and then. */
  evaluation?: Evaluation;
  /** Looked at between steps: save and stop when it answers true. */
  shouldStop?: () => boolean;
  /** Looked at between steps: holds the run, and changes learning rates. */
  control?: Control;
}

/**
 * Trains a GAN. The run's whole course depends on (gan, config, data, seed, threads, lowerings, precision) alone: every random
 * number comes from a stream named by its place in the run, and the order of the data is a function of the step.
 *
 * Yields `start`, with `from` a `warning` of what did not fit, then for a new run samples and a first checkpoint, then a `step` an iteration with samples and
 * checkpoints between, a `stage` where a new one begins, a last checkpoint, and `end`. With `profile`, a `profile` as soon as it is
 * known. With `control`, a `rate` and a checkpoint where learning rates were changed, and `paused` and `continued` where the run was held.
 * @throws NonFiniteError when a number stops being finite, naming the phase and the first tensor that went bad; an event
 *   `non-finite` comes before.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  const {
    gan,
    config,
    data,
    executor,
    seed = 0,
    accumulate = 1,
    precision = 'float32',
    sampleEvery = 250,
    checkpointEvery = 500,
  } = options;
  const compileStart = performance.now();
  const plan = planStages(gan, config, data, accumulate);
  for (const { config } of plan.spans) batchOrder({ seed, count: data.count, batch: config.batch });
  let step = options.checkpoint?.content.info.step ?? 0;
  let stage = plan.madeBy(step);
  const compile: CompileOptions = { precision, ...(options.threads ? { threads: options.threads } : {}) };
  let lowerings = options.lowerings ?? options.checkpoint?.content.info.lowerings;
  const about = {
    gan: gan.name,
    data: data.name,
    batch: stage.config.batch,
    accumulate,
    threads: options.threads ?? 0,
  };
  let profiling = options.profile ? createProfiling(options.profile, about) : undefined;
  const progressNow = (): Progress => ({
    step,
    images: plan.imagesAt(step),
    ...(options.steps === undefined ? {} : { totalSteps: options.steps }),
  });
  const prepare = async () => {
    const prepared = await prepareStage(stage, {
      ...{ gan, data, executor, seed, accumulate, lowerings, compile },
      progress: progressNow,
      profile: profiling !== undefined,
    });
    lowerings = prepared.lowerings;
    return prepared;
  };
  let current = await prepare();
  const states = options.states ?? executor.createStates();
  let rateScale: RateScale = {};
  let misfit: string | undefined;
  if (options.checkpoint) {
    restoreStates(states, current.built.specs, options.checkpoint.content, options.checkpoint.where);
    rateScale = options.checkpoint.content.info.rateScale ?? {};
  } else {
    const { specs } = current.built;
    initializeStates(states, specs, seed);
    if (options.from) {
      const { content, where } = options.from;
      misfit = misfitText(transferStates(states, specs, content, where), specs, content, where);
    }
  }

  const info = (): CheckpointInfo => ({
    gan: options.ganSource ?? gan.name,
    config,
    data: {
      kind: data.kind,
      shape: data.shape,
      classes: data.classes,
      name: data.name,
      fingerprint: data.fingerprint,
    },
    seed,
    step,
    accumulate,
    executor: executor.name,
    // The interpreter writes nothing.
    ...(executor.name === 'interpreter' ? {} : { lowerings }),
    precision,
    ...(Object.keys(rateScale).length === 0 ? {} : { rateScale }),
  });
  const optimizers = gan.optimizers(config);
  const sampleSeeds = Array.from(
    { length: wholeRows(options.sampleCount ?? 64, current.sampler) },
    (_, i) => i,
  );
  const checkpoint = async (): Promise<TrainEvent> => {
    await current.statistics.refresh(states, step);
    return { type: 'checkpoint', step, bytes: encodeCheckpoint(info(), states) };
  };
  const samples = async (): Promise<TrainEvent> => {
    const { sampler, statistics } = current;
    await statistics.refresh(states, step);
    const made = await sampler.sample({ seeds: sampleSeeds }, states);
    return {
      type: 'samples',
      step,
      ...made,
      ...(sampler.columns === undefined ? {} : { columns: sampler.columns }),
    };
  };
  const evaluated = async function* ({ score }: Evaluation): AsyncGenerator<TrainEvent> {
    await current.statistics.refresh(states, step);
    const { scores, best } = await score({ step, sampler: current.sampler, states });
    for (const each of scores) yield { type: 'score', step, ...each };
    if (best) yield { type: 'best', step, bytes: encodeCheckpoint(info(), states) };
  };
  /** Goes over to the stage that the next iteration belongs to. */
  const enterNextStage = async function* (): AsyncGenerator<TrainEvent> {
    // A profile is of programs that are no more.
    if (profiling) yield* await profiling.report(current.runners, true);
    profiling = undefined;
    stage = plan.at(step);
    const before = current;
    current = await prepare();
    await before.release();
    enterStage(states, stage, current.built.specs, seed);
    yield {
      type: 'stage',
      step,
      images: plan.imagesAt(step),
      stage: stage.index + 1,
      stages: plan.spans.length,
      settings: stage.settings,
      batch: stage.config.batch,
      parameters: parameterCounts(current.built),
    };
  };

  try {
    yield {
      type: 'start',
      gan: gan.name,
      config,
      data: { ...info().data, count: data.count },
      seed,
      batch: stage.config.batch,
      accumulate,
      executor: executor.name,
      threads: options.threads ?? 0,
      precision,
      parameters: parameterCounts(current.built),
      learningRates: Object.fromEntries(
        Object.entries(optimizers).map(([name, rule]) => [
          name,
          typeof rule!.lr === 'number' ? rule!.lr : null,
        ]),
      ),
      step,
      images: plan.imagesAt(step),
      ...(options.steps === undefined ? {} : { totalSteps: options.steps }),
      ...(options.minutes === undefined ? {} : { minutes: options.minutes }),
      compileSeconds: (performance.now() - compileStart) / 1000,
      ...(plan.spans.length > 1 ? { stage: stage.index + 1, stages: plan.spans.length } : {}),
    };
    if (misfit) yield { type: 'warning', message: misfit };
    if (!options.checkpoint) {
      // Samples first: whatever comes before a checkpoint is made only once, however often a run is killed.
      yield await samples();
      yield await checkpoint();
    }

    let started = performance.now();
    let saved = step;
    let sampled = step;
    let stopped = false;
    const isToStop = () => options.shouldStop?.() ?? false;
    while (!finished(options, step, started)) {
      if (options.control?.wanted()) {
        started += yield* heed(options.control, {
          step,
          networks: Object.keys(optimizers),
          isSaved: saved === step,
          isToStop,
          rateScale: () => rateScale,
          checkpoint(scale) {
            rateScale = scale;
            saved = step;
            return checkpoint();
          },
        });
      }
      if (isToStop()) {
        stopped = true;
        break;
      }
      if (plan.at(step) !== stage) yield* enterNextStage();
      const spans = profiling?.spans() ?? noSpans;
      const iterated = spans.open('iteration', 'iteration');
      const stepStart = performance.now();
      const moment: Moment = { ...progressNow(), rateScale };
      const metrics: Record<string, number> = {};
      const wanted = options.trains?.();
      for (const [i, { name, every, trains }] of current.built.phases.entries()) {
        if (step % every !== 0 || !(wanted?.some((network) => trains.includes(network)) ?? true)) continue;
        const phaseDone = spans.open(name, 'phase');
        const reported = await current.runners[i]!.iterate(moment, states, spans);
        phaseDone();
        for (const [key, value] of Object.entries(reported)) metrics[`${name}/${key}`] = value;
      }
      step++;
      const logged = spans.open('write the log');
      yield {
        type: 'step',
        step,
        images: plan.imagesAt(step),
        seconds: (performance.now() - stepStart) / 1000,
        metrics,
      };
      logged();
      if (step % sampleEvery === 0) {
        const made = spans.open('make samples');
        sampled = step;
        yield await samples();
        made();
      }
      // Before a checkpoint of the same step, which says that all before it is written.
      if (options.evaluation && step % options.evaluation.every === 0) yield* evaluated(options.evaluation);
      if (step % checkpointEvery === 0) {
        const written = spans.open('write a checkpoint');
        saved = step;
        yield await checkpoint();
        written();
      }
      iterated();
      if (!profiling) continue;
      if ((await profiling.iterated(step, current.runners)) === 'compile') await current.recompile(false);
      yield* await profiling.report(current.runners);
    }
    if (profiling) yield* await profiling.report(current.runners, true);
    if (sampled !== step) yield await samples();
    if (saved !== step) yield await checkpoint();
    yield { type: 'end', step, images: plan.imagesAt(step), reason: stopped ? 'stopped' : 'done' };
  } catch (error) {
    if (error instanceof NonFiniteError) yield { type: 'non-finite', step, message: error.message };
    throw error;
  } finally {
    await current.release();
  }
}

const finished = ({ steps, minutes }: TrainOptions, step: number, started: number): boolean =>
  (steps !== undefined && step >= steps) ||
  (minutes !== undefined && performance.now() - started >= minutes * 60_000);

const parameterCounts = ({ params, specs }: BuiltGan): Record<string, number> =>
  Object.fromEntries(
    [...params].map(([network, names]) => [
      network,
      names.reduce((total, name) => total + sizeOf(specs.get(name)!.shape), 0),
    ]),
  );
