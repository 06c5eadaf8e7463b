import { encodePng } from '../base/png.ts';
import type { Dataset } from '../data/dataset.ts';
import { type Protocol, runTrial, type System, type Trial, trialConfig } from '../evaluate/modes/index.ts';
import type { Executor } from '../runtime/executor.ts';
import type { TrainEvent } from '../train/events.ts';
import { describeMachine, describeVersions, samplesPicture } from '../train/node.ts';
import { NonFiniteError } from '../train/nonFinite.ts';
import type { Samples } from '../train/sampling.ts';
import type { BenchFolder, TrialRecord } from './benchFolder.ts';
import { formatDuration } from './format.ts';
import { type Interruption, watchInterruptions } from './interruption.ts';
import { createProgress, isLive, type Progress } from './progress.ts';
import { recipeFingerprint } from './recipeFingerprint.ts';

export interface TrialRunnerOptions {
  /** Name of the set of recipes, 'quick' or a paper's. */
  protocol: string;
  steps?: number | undefined;
  minutes?: number | undefined;
  threads: number;
  firstSeed: number;
  executor: Executor;
  folder: BenchFolder;
  /** Say nothing but errors. */
  json: boolean;
}

/** Runs trials one after another, each kept as soon as it is finished. */
export interface TrialRunner {
  /** The trial, from the folder if it is on record there; undefined when Ctrl-C gave it up. */
  run(protocol: Protocol, system: System, data: Dataset, seed: number): Promise<TrialRecord | undefined>;
  close(): void;
}

/** Milliseconds of training between looks at the terminal and at signals. */
const BREATHE_EVERY = 50;

export function createTrialRunner(options: TrialRunnerOptions): TrialRunner {
  const { threads, executor, folder, json } = options;
  const minutes = options.minutes ?? Number.POSITIVE_INFINITY;
  const interruption = watchInterruptions(() => {
    if (!json)
      process.stderr.write('\nstopping; finished trials are kept, and the same command goes on from them\n');
  });
  const progress = createProgress(process.stderr);
  const say = (line: string) => {
    if (!json) progress.print(line);
  };

  return {
    async run(protocol, system, data, seed) {
      const recipe = recipeOf(options, protocol, system, data);
      const fingerprint = recipeFingerprint(recipe);
      const label = `${protocol.name} ${system.name} seed ${seed}`;
      const kept = folder.find(fingerprint, seed);
      if (kept) {
        say(`${label}: on record`);
        return kept;
      }
      const onEvent = createListener(interruption, json ? undefined : progress);
      const steps = options.steps ?? system.steps;
      const started = performance.now();
      let trial: Trial | undefined;
      let failed: string | undefined;
      try {
        trial = await runTrial({ protocol, system, data, seed, executor, threads, steps, minutes, onEvent });
        if (!trial) return undefined;
      } catch (error) {
        // A run that diverges is a result too; what goes wrong otherwise would not the next time.
        if (!(error instanceof NonFiniteError)) throw error;
        failed = error.message;
      }
      const seconds = trial?.seconds ?? (performance.now() - started) / 1000;
      const record: TrialRecord = {
        data: protocol.name,
        protocol: options.protocol,
        system: system.name,
        seed,
        ...trial?.scores,
        ...(failed === undefined ? {} : { failed }),
        seconds: Math.round(seconds * 10) / 10,
        steps: trial?.steps ?? 0,
        planned: steps,
        recipe: fingerprint,
      };
      if (trial && seed === options.firstSeed)
        folder.write(plotName(options.protocol, record), await plot(protocol, trial, recipe));
      folder.add(record, { ...recipe, versions: describeVersions(), machine: describeMachine() });
      say(`${label}: ${failed ?? `${trial!.steps} of ${steps} steps in ${formatDuration(seconds)}`}`);
      return record;
    },
    close() {
      interruption.close();
      progress.finish();
    },
  };
}

/** Everything that a trial's numbers depend on besides its seed. */
const recipeOf = (
  { protocol: name, steps, minutes, threads, executor }: TrialRunnerOptions,
  protocol: Protocol,
  system: System,
  data: Dataset,
): Record<string, unknown> => ({
  data: { name: protocol.name, fingerprint: data.fingerprint },
  protocol: name,
  system: system.name,
  gan: system.gan.name,
  steps: steps ?? system.steps,
  minutes: minutes ?? null,
  samples: protocol.samples,
  executor: executor.name,
  threads,
  config: trialConfig(system, data, steps ?? system.steps),
});

/** The recipes of papers do not take the place of a quick trial's plot. */
const plotName = (recipes: string, { data, system, seed }: TrialRecord): string =>
  [data, ...(recipes === 'quick' ? [] : [recipes]), system, `${seed}.png`].join('-');

/** Images of a trial's picture. */
const SHOWN_IMAGES = 64;

/** Generated points (violet) over real ones, or the first generated images. */
async function plot(protocol: Protocol, { samples }: Trial, recipe: unknown): Promise<Uint8Array> {
  const picture =
    samples.shape.length === 2
      ? samplesPicture(samples, { realPoints: (await protocol.real(0)).data })
      : samplesPicture(firstSamples(samples, SHOWN_IMAGES));
  return encodePng(picture, { gansmith: JSON.stringify(recipe) });
}

const firstSamples = ({ shape: [count, ...example], data }: Samples, most: number): Samples => {
  const kept = Math.min(count!, most);
  return { shape: [kept, ...example], data: data.subarray(0, (data.length / count!) * kept) };
};

/** Shows progress on a terminal, and lets signals in: training alone never gives the event loop a turn. */
function createListener(
  interruption: Interruption,
  progress: Progress | undefined,
): (event: TrainEvent) => Promise<boolean> {
  const shown = isLive(process.stderr) ? progress : undefined;
  let breathed = performance.now();
  return async (event) => {
    if (event.type === 'start') shown?.start(event);
    if (event.type === 'step') shown?.step(event);
    if (performance.now() - breathed < BREATHE_EVERY) return true;
    await new Promise((resolve) => setImmediate(resolve));
    breathed = performance.now();
    return !interruption.asked();
  };
}
