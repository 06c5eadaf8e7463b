import { GansmithError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import type { BuiltGan, BuiltPhase } from '../gan/build.ts';
import { averageRateInput, learningRateInput } from '../gan/names.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
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

/** A phase compiled, with everything it is fed. */
export interface PreparedPhase {
  phase: BuiltPhase;
  usesData: boolean;
  /** One update: all micro-batches of it. Returns the reported scalars, averaged over them. */
  run(feedsOf: (micro: number) => Feeds, states: States): Promise<Record<string, number>>;
  release(): Promise<void>;
}

/** Compiles a phase: one fused program, or a pair when gradients are summed over micro-batches. */
export async function preparePhase(
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
export function hostInputs(
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

export function dataInputs(
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
  const rate = 'lr' in built.config ? ` (lr is ${built.config.lr})` : '';
  return new GansmithError(
    `${program.name}: ${bad.join(', ')} became ${bad.map((name) => scalars[name]).join(', ')}` +
      `${culprit ? `; the first tensor that went bad is ${culprit}` : ''}. ` +
      `The last checkpoint is from before: resume from it with a lower learning rate${rate}, or look at the loss.`,
  );
}
