import { batchOrder } from '../data/batching.ts';
import type { Dataset } from '../data/dataset.ts';
import type { BuiltGan, BuiltPhase } from '../gan/build.ts';
import { averageRateInput, gradientNormName, learningRateInput, scheduleInput } from '../gan/names.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { averageRate } from '../optim/average.ts';
import type { Progress, Schedule } from '../optim/optimizer.ts';
import { valueAt } from '../optim/schedules.ts';
import type {
  CompiledProgram,
  CompileOptions,
  Executor,
  Feeds,
  Numbers,
  ProgramProfile,
  States,
} from '../runtime/executor.ts';
import { firstNonFinite } from '../runtime/finite.ts';
import type { RateScale } from './control.ts';
import { prepareRandoms } from './feeds.ts';
import { NonFiniteError } from './nonFinite.ts';
import type { PhaseKernels } from './profile/kernels.ts';
import { noSpans, type Spans } from './profile/spans.ts';

/** What a phase runs on, for the whole run. */
export interface PhaseSettings {
  executor: Executor;
  data: Dataset;
  seed: number;
  /** Micro-batches whose gradients are summed before an update. */
  accumulate: number;
  compile: CompileOptions;
}

/** How far a run is, and what its learning rates are multiplied by there. */
export interface Moment extends Progress {
  rateScale?: RateScale;
}

/** A phase, compiled and ready for its part of every iteration. */
export interface PhaseRunner {
  /** All runs of the phase in one iteration. Returns its reported scalars, averaged over runs and micro-batches. */
  iterate(moment: Moment, states: States, spans?: Spans): Promise<Record<string, number>>;
  /** What its programs recorded, when they were compiled to be profiled. */
  profile(): Promise<PhaseKernels>;
  release(): Promise<void>;
}

/** The programs of a phase: one fused, or a pair when gradients are summed over micro-batches. */
export const programsOf = (
  phase: BuiltPhase,
  accumulate: number,
): readonly [gradients: Program, ...update: Program[]] =>
  accumulate > 1 ? [phase.accumulate, phase.update] : [phase.step];

/** Compiles a phase. */
export async function preparePhase(
  built: BuiltGan,
  phase: BuiltPhase,
  settings: PhaseSettings,
): Promise<PhaseRunner> {
  const { seed, accumulate, data } = settings;
  const rates = ratesOf(built, phase, accumulate);
  // Each phase reads the data in an order of its own, so that a batch is found from the step alone.
  const order = batchOrder({ seed, reader: phase.name, count: data.count, batch: built.batch });
  const compile = (program: Program) => compileChecked(program, settings);
  const [first, second] = programsOf(phase, accumulate);
  const gradients = await compile(first);
  const update = second && (await compile(second));
  const drawRandoms = prepareRandoms(
    new Map([...phase.randoms].filter(([name]) => gradients.inputs.has(name))),
    seed,
  );
  const usesData = gradients.inputs.has('real') || gradients.inputs.has('label');

  const room = new Float32Array(usesData ? built.batch * sizeOf(data.shape) : 0);

  /** Data and noise of one micro-batch, all found from its place in the run. Good until the next one is asked for. */
  const examples = (spans: Spans, step: number, repeat: number, micro: number): Record<string, Numbers> => {
    const drawn = spans.open('draw noise');
    const noise = drawRandoms(phase.name, step, repeat, micro);
    drawn();
    if (!usesData) return noise;
    const run = ((step / phase.every) * phase.repeat + repeat) * accumulate + micro;
    const wasRead = spans.open('read data');
    const { real, labels } = data.read(order(run), room);
    wasRead();
    return { ...noise, real, label: labels };
  };

  return {
    async iterate(moment, states, spans = noSpans) {
      const means: Record<string, number> = {};
      const add = (scalars: Record<string, number>, share: number) => {
        for (const [name, value] of Object.entries(scalars)) means[name] = (means[name] ?? 0) + value * share;
      };
      const now = rates(moment);
      for (let repeat = 0; repeat < phase.repeat; repeat++) {
        for (let micro = 0; micro < accumulate; micro++) {
          const feeds = { ...now, ...examples(spans, moment.step, repeat, micro) };
          const ran = spans.open(`run ${phase.name}`);
          const scalars = await gradients.run(feeds, states);
          ran();
          // With an update to come, the norms of micro-batches are not the ones that count.
          add(update ? only(phase.reports, scalars) : scalars, 1 / (phase.repeat * accumulate));
        }
        if (!update) continue;
        const ran = spans.open(`update ${phase.name}`);
        add(await update.run(now, states), 1 / phase.repeat);
        ran();
      }
      return means;
    },
    async profile() {
      const programs = [await gradients.profile(), ...(update ? [await update.profile()] : [])];
      return { phase: phase.name, programs };
    },
    async release() {
      await Promise.all([gradients.release(), update?.release()]);
    },
  };
}

const only = (names: readonly string[], scalars: Record<string, number>): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, scalars[name]!]));

/** Learning rates, scheduled scalars, and averaging rates of the networks a phase trains, at a moment of the run. */
export function ratesOf(
  { gan, config, batch }: Pick<BuiltGan, 'gan' | 'config' | 'batch'>,
  phase: Pick<BuiltPhase, 'trains'>,
  accumulate: number,
): (moment: Moment) => Record<string, Numbers> {
  const optimizers = gan.optimizers(config);
  const averages = gan.averages?.(config) ?? {};
  const scalars = new Map<string, Schedule>([
    ...Object.entries(gan.schedules?.(config) ?? {}).map(([name, s]) => [scheduleInput(name), s] as const),
  ]);
  return ({ rateScale = {}, ...progress }) => {
    const feeds: Record<string, Numbers> = {};
    // An unrolled step moves networks that its phase does not train, so every rate is at hand.
    for (const [network, rule] of Object.entries(optimizers)) {
      const rate = valueAt(rule!.lr, progress) * (rateScale[network] ?? 1);
      feeds[learningRateInput(network)] = Float32Array.of(rate);
    }
    for (const [name, schedule] of scalars) feeds[name] = Float32Array.of(valueAt(schedule, progress));
    for (const network of phase.trains) {
      const average = averages[network];
      if (!average) continue;
      const { halfLife, rampUp, start } = average;
      const { images } = progress;
      const rate = averageRate({ halfLife, rampUp, start, batch: batch * accumulate, images });
      feeds[averageRateInput(network)] = Float32Array.of(rate);
    }
    return feeds;
  };
}

interface CheckedProgram {
  /** Names of the inputs it reads. */
  inputs: ReadonlySet<string>;
  /** Runs once on what it reads of `feeds`; its changes stand only when every number it reports is finite. */
  run(feeds: Feeds, states: States): Promise<Record<string, number>>;
  profile(): Promise<ProgramProfile>;
  release(): Promise<void>;
}

async function compileChecked(
  program: Program,
  { executor, compile }: PhaseSettings,
): Promise<CheckedProgram> {
  const compiled: CompiledProgram = await executor.compile(program, compile);
  const inputs = new Set(leavesOf(program).inputs.map(leafName));
  return {
    inputs,
    profile: () => compiled.profile(),
    release: () => compiled.release(),
    async run(feeds, states) {
      const wanted: Record<string, Numbers> = {};
      for (const name of inputs) if (feeds[name]) wanted[name] = feeds[name];
      const { outputs, commit } = await compiled.run(wanted, states);
      const scalars = Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, Number(value[0])]),
      );
      if (!Object.values(scalars).every(Number.isFinite)) {
        const exposed = await executor.compile(program, { ...compile, profile: false, expose: true });
        const replay = await exposed.run(wanted, states);
        await exposed.release();
        throw nonFinite(program.name, scalars, feeds, firstNonFinite(replay.exposed));
      }
      commit();
      return scalars;
    },
  };
}

/** Says which numbers went bad, where that began, and what helps. */
function nonFinite(
  program: string,
  scalars: Record<string, number>,
  feeds: Feeds,
  culprit: string | undefined,
): NonFiniteError {
  const bad = Object.entries(scalars).filter(([, value]) => !Number.isFinite(value));
  const trained = Object.keys(scalars)
    .filter((name) => name.startsWith(gradientNormName('')))
    .map((name) => learningRateInput(name.slice(gradientNormName('').length)));
  const rates = Object.entries(feeds).filter(([name]) => trained.includes(name));
  return new NonFiniteError(
    `${program}: ${bad.map(([name, value]) => `${name} became ${value}`).join(', ')}` +
      `${culprit ? `; the first tensor that went bad is ${culprit}` : ''}. The last checkpoint is from before. ` +
      `Train anew with a lower learning rate (now ${rates.map(([name, [rate]]) => `${name} ${rate}`).join(', ')}) ` +
      'or look at the loss.',
  );
}
