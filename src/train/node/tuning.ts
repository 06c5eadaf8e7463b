import { GansmithError } from '../../base/errors.ts';
import type { Program } from '../../graph/program.ts';
import { type Choices, completeChoices } from '../../runtime/choices.ts';
import type { Executor } from '../../runtime/executor.ts';
import { type TuneOptions, tuneLowerings, undecidedGroups } from '../../runtime/tune.ts';
import {
  type KeptDecisions,
  keepDecisions,
  machineKey,
  readDecisions,
  requireWritable,
} from './decisions.ts';

export interface RunTuning extends Omit<TuneOptions, 'known' | 'threads'> {
  threads: number;
  onWarning?: ((message: string) => void) | undefined;
}

export interface TunedRun {
  /** The form of every operation of the programs that can be written in several ways. */
  choices: Choices;
  /** Kinds of operations measured now, and those there was no time for. Both 0 when all was known. */
  measured: number;
  unmeasured: number;
}

/**
 * The forms a new run is written in: those kept from earlier runs on this machine, and for operations none has had, what
 * tuning finds within the time, which is then kept. The same programs, machine and kept decisions give the same forms.
 * With no time at all it is each operation's own rule, whatever is kept.
 * Where nothing can be kept nothing is measured, since two runs would then differ for no reason to be seen.
 */
export async function tuneRun(
  programs: readonly Program[],
  executor: Executor,
  { onWarning = () => {}, ...options }: RunTuning,
): Promise<TunedRun> {
  if (options.seconds === 0 || undecidedGroups(programs, {}).length === 0) {
    return { choices: completeChoices(programs), measured: 0, unmeasured: 0 };
  }
  const machine = machineKey(executor.name, options.threads);
  const known = choicesOf(readDecisions(machine, onWarning), options.seconds);
  const asKnown = { choices: completeChoices(programs, known), measured: 0, unmeasured: 0 };
  if (undecidedGroups(programs, known).length === 0) return asKnown;
  try {
    requireWritable();
    const { decided } = await tuneLowerings(programs, executor, { ...options, known });
    if (options.shouldStop?.()) return asKnown;
    const kept = keepDecisions(machine, decided, options.seconds);
    const measured = Object.values(decided).filter((decision) => decision.measured).length;
    return {
      choices: completeChoices(programs, choicesOf(kept, options.seconds)),
      measured,
      unmeasured: Object.keys(decided).length - measured,
    };
  } catch (error) {
    if (!(error instanceof GansmithError)) throw error;
    onWarning(
      `${error.message}. Operations are not tuned for this machine, as the outcome could not be kept`,
    );
    return asKnown;
  }
}

/** What is decided for runs that tune so long. */
const choicesOf = (kept: KeptDecisions, seconds: number): Choices =>
  Object.fromEntries(
    Object.entries(kept)
      .filter(([, { seconds: within = Number.POSITIVE_INFINITY }]) => within >= seconds)
      .map(([signature, { form }]) => [signature, form]),
  );
