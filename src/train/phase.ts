import { batchOrder } from '../data/batching.ts';
import type { Dataset } from '../data/dataset.ts';
import type { BuiltGan, BuiltPhase } from '../gan/build.ts';
import { averageRateInput, gradientNormName, learningRateInput, scheduleInput } from '../gan/names.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { averageRate } from '../optim/average.ts';
import type { Progress } from '../optim/optimizer.ts';
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

  /** What the programs read, kept from run to run and overwritten for each. */
  const feeds: Record<string, Numbers> = {};
  /** Feeds data and noise of one micro-batch, all found from its place in the run. */
  const feedExamples = (spans: Spans, step: number, repeat: number, micro: number): void => {
    const drawn = spans.open('draw noise');
    Object.assign(feeds, drawRandoms(phase.name, step, repeat, micro));
    drawn();
    if (!usesData) return;
    const run = ((step / phase.every) * phase.repeat + repeat) * accumulate + micro;
    const wasRead = spans.open('read data');
    const { real, labels } = data.read(order(run), room);
    wasRead();
    feeds.real = real;
    feeds.label = labels;
  };

  return {
    async iterate(moment, states, spans = noSpans) {
      const means: Record<string, number> = {};
      const add = (scalars: Record<string, number>, share: number) => {
        for (const name in scalars) means[name] = (means[name] ?? 0) + scalars[name]! * share;
      };
      Object.assign(feeds, rates(moment));
      for (let repeat = 0; repeat < phase.repeat; repeat++) {
        for (let micro = 0; micro < accumulate; micro++) {
          feedExamples(spans, moment.step, repeat, micro);
          const ran = spans.open(`run ${phase.name}`);
          const scalars = await gradients.run(feeds, states);
          ran();
          // With an update to come, the norms of micro-batches are not the ones that count.
          add(update ? only(phase.reports, scalars) : scalars, 1 / (phase.repeat * accumulate));
        }
        if (!update) continue;
        const ran = spans.open(`update ${phase.name}`);
        add(await update.run(feeds, states), 1 / phase.repeat);
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

/**
 * Learning rates, scheduled scalars, and averaging rates of the networks a phase trains, at a moment of the run: in the same
 * arrays whenever this is asked.
 */
export function ratesOf(
  { gan, config, batch }: Pick<BuiltGan, 'gan' | 'config' | 'batch'>,
  phase: Pick<BuiltPhase, 'trains'>,
  accumulate: number,
): (moment: Moment) => Record<string, Float32Array> {
  const averages = gan.averages?.(config) ?? {};
  const feeds: Record<string, Float32Array> = {};
  const rates: { feed: Float32Array; at: (moment: Moment) => number }[] = [];
  const follow = (name: string, at: (moment: Moment) => number) => {
    const feed = new Float32Array(1);
    feeds[name] = feed;
    rates.push({ feed, at });
  };
  // An unrolled step moves networks that its phase does not train, so every rate is at hand.
  for (const [network, rule] of Object.entries(gan.optimizers(config))) {
    follow(
      learningRateInput(network),
      (moment) => valueAt(rule!.lr, moment) * (moment.rateScale?.[network] ?? 1),
    );
  }
  for (const [name, schedule] of Object.entries(gan.schedules?.(config) ?? {})) {
    follow(scheduleInput(name), (moment) => valueAt(schedule, moment));
  }
  for (const network of phase.trains) {
    const average = averages[network];
    if (!average) continue;
    const { halfLife, rampUp, start } = average;
    follow(averageRateInput(network), ({ images }) =>
      averageRate({ halfLife, rampUp, start, batch: batch * accumulate, images }),
    );
  }
  return (moment) => {
    for (const { feed, at } of rates) feed[0] = at(moment);
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
  const wanted: Record<string, Numbers> = {};
  return {
    inputs,
    profile: () => compiled.profile(),
    release: () => compiled.release(),
    async run(feeds, states) {
      for (const name of inputs) if (feeds[name]) wanted[name] = feeds[name];
      const { outputs, commit } = await compiled.run(wanted, states);
      const scalars: Record<string, number> = {};
      let finite = true;
      for (const name in outputs) {
        scalars[name] = outputs[name]![0]!;
        finite &&= Number.isFinite(scalars[name]);
      }
      if (!finite) {
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
