import { GansmithError } from '../base/errors.ts';
import { batchOrder } from '../data/batching.ts';
import type { Dataset } from '../data/dataset.ts';
import {
  averageRateInput,
  type BuiltGan,
  type BuiltPhase,
  buildGan,
  learningRateInput,
} from '../gan/build.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { averageRate } from '../optim/average.ts';
import type { Progress } from '../optim/optimizer.ts';
import type {
  CompiledProgram,
  CompileOptions,
  Executor,
  Feeds,
  Numbers,
  States,
} from '../runtime/executor.ts';
import { firstNonFinite } from '../runtime/finite.ts';
import { type Checkpoint, type CheckpointInfo, encodeCheckpoint, restoreStates } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import { drawRandoms, initializeStates } from './feeds.ts';
import { compileSampler } from './sampling.ts';

export interface TrainOptions {
  gan: AnyGan;
  config: BaseConfig;
  data: Dataset;
  executor: Executor;
  seed?: number;
  /** Threads of the runtime. Default: as the executor chooses. */
  threads?: number;
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
  /** What the checkpoints call the GAN. Default: its name. */
  ganSource?: string;
  /** Looked at between steps: save and stop when it answers true. */
  shouldStop?: () => boolean;
}

/**
 * Trains a GAN. The run's whole course depends on (gan, config, data, seed, threads) alone: every random number comes from
 * a stream named by its place in the run, and the order of the data is a function of the step.
 *
 * Yields `start`, then for a new run samples and a first checkpoint, then a `step` an iteration with samples and
 * checkpoints between, a last checkpoint, and `end`.
 * @throws GansmithError when a number stops being finite, naming the phase and the first tensor that went bad.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  const {
    gan,
    config,
    data,
    executor,
    seed = 0,
    accumulate = 1,
    sampleEvery = 250,
    checkpointEvery = 500,
  } = options;
  const compileStart = performance.now();
  const built = buildGan(gan, config, data, { accumulate });
  const compileOptions: CompileOptions = options.threads ? { threads: options.threads } : {};
  const phases = await Promise.all(
    built.phases.map((phase) => preparePhase(executor, built, phase, accumulate, compileOptions)),
  );
  const sampler = await compileSampler(executor, built, compileOptions);
  const states = executor.createStates();
  let step = 0;
  if (options.checkpoint) {
    restoreStates(states, built.specs, options.checkpoint.content, options.checkpoint.where);
    step = options.checkpoint.content.info.step;
  } else {
    initializeStates(states, built.specs, seed);
  }

  // Each phase reads the data in an order of its own, so that a batch is found from the step alone.
  const orders = phases.map(({ phase }) =>
    batchOrder({ seed, reader: phase.name, count: data.count, batch: config.batch }),
  );
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
  });
  const sampleSeeds = Array.from({ length: options.sampleCount ?? 64 }, (_, i) => i);
  const checkpoint = (): TrainEvent => ({
    type: 'checkpoint',
    step,
    bytes: encodeCheckpoint(info(), states),
  });
  const samples = async (): Promise<TrainEvent> => ({
    type: 'samples',
    step,
    ...(await sampler.sample({ seeds: sampleSeeds }, states)),
  });
  const imagesAt = (at: number) => at * config.batch * accumulate;

  try {
    yield {
      type: 'start',
      gan: gan.name,
      config,
      data: { ...info().data, count: data.count },
      seed,
      batch: config.batch,
      accumulate,
      executor: executor.name,
      threads: options.threads ?? 0,
      parameters: parameterCounts(built),
      step,
      ...(options.steps === undefined ? {} : { totalSteps: options.steps }),
      ...(options.minutes === undefined ? {} : { minutes: options.minutes }),
      compileSeconds: (performance.now() - compileStart) / 1000,
    };
    if (!options.checkpoint) {
      // Samples first: whatever comes before a checkpoint is made only once, however often a run is killed.
      yield await samples();
      yield checkpoint();
    }

    const started = performance.now();
    let saved = step;
    let sampled = step;
    let stopped = false;
    while (!finished(options, step, started)) {
      if (options.shouldStop?.()) {
        stopped = true;
        break;
      }
      const stepStart = performance.now();
      const progress: Progress = {
        step,
        images: imagesAt(step),
        ...(options.steps === undefined ? {} : { totalSteps: options.steps }),
      };
      const metrics: Record<string, number> = {};
      for (const [i, prepared] of phases.entries()) {
        const { phase } = prepared;
        if (step % phase.every !== 0) continue;
        for (let repeat = 0; repeat < phase.repeat; repeat++) {
          const feedsOf = (micro: number): Feeds => {
            const run = ((step / phase.every) * phase.repeat + repeat) * accumulate + micro;
            return {
              ...hostInputs(built, phase, progress, accumulate),
              ...dataInputs(prepared, data, orders[i]!, run),
              ...drawRandoms(prepared.phase.randoms, seed, phase.name, step, repeat, micro),
            };
          };
          const reported = await prepared.run(feedsOf, states);
          for (const [name, value] of Object.entries(reported)) {
            const key = `${phase.name}/${name}`;
            metrics[key] = (metrics[key] ?? 0) + value / phase.repeat;
          }
        }
      }
      step++;
      yield {
        type: 'step',
        step,
        images: imagesAt(step),
        seconds: (performance.now() - stepStart) / 1000,
        metrics,
      };
      if (step % sampleEvery === 0) {
        sampled = step;
        yield await samples();
      }
      if (step % checkpointEvery === 0) {
        saved = step;
        yield checkpoint();
      }
    }
    if (sampled !== step) yield await samples();
    if (saved !== step) yield checkpoint();
    yield { type: 'end', step, images: imagesAt(step), reason: stopped ? 'stopped' : 'done' };
  } finally {
    await Promise.all([...phases.map((phase) => phase.release()), sampler.release()]);
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

interface PreparedPhase {
  phase: BuiltPhase;
  usesData: boolean;
  /** One update: all micro-batches of it. Returns the reported scalars, averaged over them. */
  run(feedsOf: (micro: number) => Feeds, states: States): Promise<Record<string, number>>;
  release(): Promise<void>;
}

async function preparePhase(
  executor: Executor,
  built: BuiltGan,
  phase: BuiltPhase,
  accumulate: number,
  options: CompileOptions,
): Promise<PreparedPhase> {
  const programs = accumulate > 1 ? [phase.accumulate, phase.update] : [phase.step];
  const compiled = await Promise.all(programs.map((program) => executor.compile(program, options)));
  const names = programs.map(inputNames);
  /** Runs one program, and lets its changes stand only when every number it reports is finite. */
  const runChecked = async (index: number, feeds: Feeds, states: States): Promise<Record<string, number>> => {
    const wanted = Object.fromEntries(Object.entries(feeds).filter(([name]) => names[index]!.has(name)));
    const { outputs, commit } = await compiled[index]!.run(wanted, states);
    const scalars = Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, Number(value[0])]),
    );
    if (!Object.values(scalars).every(Number.isFinite)) {
      throw await nonFinite(executor, built, programs[index]!, wanted, states, scalars, options);
    }
    commit();
    return scalars;
  };
  return {
    phase,
    usesData: names.some((set) => set.has('real') || set.has('label')),
    async run(feedsOf, states) {
      if (accumulate === 1) return runChecked(0, feedsOf(0), states);
      const reported: Record<string, number> = {};
      for (let micro = 0; micro < accumulate; micro++) {
        const scalars = await runChecked(0, feedsOf(micro), states);
        for (const name of phase.reports)
          reported[name] = (reported[name] ?? 0) + scalars[name]! / accumulate;
      }
      return { ...reported, ...(await runChecked(1, feedsOf(0), states)) };
    },
    release: async () => {
      await Promise.all(compiled.map((program: CompiledProgram) => program.release()));
    },
  };
}

const inputNames = (program: Program): Set<string> => new Set(leavesOf(program).inputs.map(leafName));

/** Learning rates and averaging rates of the networks a phase trains. */
function hostInputs(
  { gan, config, batch }: BuiltGan,
  phase: BuiltPhase,
  progress: Progress,
  accumulate: number,
): Record<string, Numbers> {
  const feeds: Record<string, Numbers> = {};
  for (const network of phase.trains) {
    const lr = gan.optimizers(config)[network]!.lr;
    feeds[learningRateInput(network)] = Float32Array.of(typeof lr === 'number' ? lr : lr(progress));
    const average = gan.averages?.(config)[network];
    if (average) {
      const rate = averageRate({
        halfLife: average.halfLife,
        rampUp: average.rampUp,
        batch: batch * accumulate,
        images: progress.images,
      });
      feeds[averageRateInput(network)] = Float32Array.of(rate);
    }
  }
  return feeds;
}

function dataInputs(
  { usesData }: PreparedPhase,
  data: Dataset,
  order: (k: number) => Uint32Array,
  run: number,
): Record<string, Numbers> {
  if (!usesData) return {};
  const { real, labels } = data.read(order(run));
  return { real, label: labels };
}

/** Replays a failed run with every tensor exposed, to say where the first bad number arose. */
async function nonFinite(
  executor: Executor,
  built: BuiltGan,
  program: Program,
  feeds: Feeds,
  states: States,
  scalars: Record<string, number>,
  options: CompileOptions,
): Promise<GansmithError> {
  const exposed = await executor.compile(program, { ...options, expose: true });
  const result = await exposed.run(feeds, states);
  await exposed.release();
  const culprit = firstNonFinite(result.exposed);
  const bad = Object.keys(scalars).filter((name) => !Number.isFinite(scalars[name]));
  return new GansmithError(
    `${program.name}: ${bad.join(', ')} became ${bad.map((name) => scalars[name]).join(', ')}` +
      `${culprit ? `; the first tensor that went bad is ${culprit}` : ''}. ` +
      `The last checkpoint is from before. Try a lower learning rate (now ${JSON.stringify(built.config)}), or resume with other settings.`,
  );
}
