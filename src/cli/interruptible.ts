import type { Hooks } from '../evaluate/sampleSet.ts';
import { EXIT } from './errors.ts';
import { breathe, Interrupted, watchInterruptions } from './interruption.ts';
import { createProgress, isLive } from './progress.ts';

/** How long work tells how far it is, and lets signals in. */
export interface Working {
  /** For what shows its progress and lets signals in by itself. */
  hooks: Hooks;
  /** Tells how far the work is, and ends it when the user wants that. */
  at(done: number, total: number, what: string): Promise<void>;
  /** Leaves the live line, for what is printed next. */
  finish(): void;
}

/**
 * Runs long work that Ctrl-C ends, with exit code 130: returns then too, with what the work had done so far.
 * @param live whether a line shows how far it is. Default: on a terminal.
 */
export async function interruptible(
  work: (working: Working) => Promise<void>,
  { live = isLive(process.stderr) } = {},
): Promise<void> {
  const progress = createProgress(process.stderr);
  const interruption = watchInterruptions(() => {});
  const hooks: Hooks = {
    breathe: () => breathe(interruption),
    ...(live ? { onProgress: progress.working } : {}),
  };
  const at: Working['at'] = async (done, total, what) => {
    hooks.onProgress?.(done, total, what);
    await breathe(interruption);
  };
  try {
    await work({ hooks, at, finish: progress.finish });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    progress.finish();
    interruption.close();
  }
}
