import { GansmithError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { type BuiltGan, buildGan } from '../gan/build.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { slotName } from '../gan/names.ts';
import type { StateSpec } from '../gan/trace.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import type { Progress } from '../optim/optimizer.ts';
import { type Choices, chosenBy, completeChoices } from '../runtime/choices.ts';
import type { CompileOptions, Executor, States } from '../runtime/executor.ts';
import { initializeStates } from './feeds.ts';
import { type PhaseRunner, preparePhase, programsOf } from './phase.ts';
import { type CompiledSampler, compileSampler } from './sampling.ts';
import type { StageSpan } from './stages.ts';
import { compileStatistics, type StatisticsEstimator } from './statistics.ts';

export interface PrepareOptions {
  gan: AnyGan;
  data: Dataset;
  executor: Executor;
  seed: number;
  accumulate: number;
  /** Forms chosen for the whole run, and those of stages before. */
  lowerings: Choices | undefined;
  compile: CompileOptions;
  /** How far the run is, asked at each sampling. */
  progress(): Progress;
}

/** A stage of a run, built and compiled. */
export interface PreparedStage {
  built: BuiltGan;
  /** The forms given, and those the stage's programs are written in. */
  lowerings: Choices;
  runners: readonly PhaseRunner[];
  sampler: CompiledSampler;
  statistics: StatisticsEstimator;
  /** Compiles the phases anew, to be profiled or not. */
  recompile(profile: boolean): Promise<void>;
  release(): Promise<void>;
}

export async function prepareStage(
  { config }: StageSpan,
  options: PrepareOptions & { profile: boolean },
): Promise<PreparedStage> {
  const { gan, data, executor, accumulate } = options;
  const built = buildGan(gan, config, data, { accumulate });
  const programs = built.phases.flatMap((phase) => programsOf(phase, accumulate));
  const lowerings = { ...options.lowerings, ...completeChoices(programs, options.lowerings) };
  const compile = { ...options.compile, lowerings: chosenBy(lowerings) };
  const prepareAll = (profile: boolean) =>
    Promise.all(
      built.phases.map((phase) =>
        preparePhase(built, phase, { ...options, compile: { ...compile, profile } }),
      ),
    );
  const releaseAll = (runners: readonly PhaseRunner[]) =>
    Promise.all(runners.map((runner) => runner.release()));
  const prepared: PreparedStage = {
    built,
    lowerings,
    runners: await prepareAll(options.profile),
    sampler: await compileSampler(executor, { ...built, data, progress: options.progress }, compile),
    statistics: await compileStatistics(executor, built, { ...compile, seed: options.seed }),
    async recompile(profile) {
      await releaseAll(prepared.runners);
      prepared.runners = await prepareAll(profile);
    },
    async release() {
      const { runners, sampler, statistics } = prepared;
      await Promise.all([releaseAll(runners), sampler.release(), statistics.release()]);
    },
  };
  return prepared;
}

/**
 * Makes the states that a stage begins with of those the stage before left: what both know stays, what is new begins from the
 * stream of its name, what is no longer known goes, and slots of restarted optimizers begin anew.
 * @throws GansmithError when a name stands for another shape than before.
 */
export function enterStage(
  states: States,
  { index, restarts }: StageSpan,
  specs: ReadonlyMap<string, StateSpec>,
  seed: number,
): void {
  const slots = restarts.map((network) => slotName(network, ''));
  for (const name of states.names()) {
    if (!specs.has(name) || slots.some((prefix) => name.startsWith(prefix))) states.remove(name);
  }
  const fresh = new Map([...specs].filter(([name]) => !states.has(name)));
  for (const [name, { shape }] of specs) {
    if (fresh.has(name) || sameShape(states.shape(name), shape)) continue;
    throw new GansmithError(
      `'${name}' is ${formatShape(shape)} in stage ${index + 1} and was ${formatShape(states.shape(name))} in the one before; layers of another size need a name of their own`,
    );
  }
  initializeStates(states, fresh, seed);
}
