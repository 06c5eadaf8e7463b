import { EXIT } from '../errors.ts';
import { breathe, Interrupted, watchInterruptions } from '../interruption.ts';
import { createProgress, isLive } from '../progress.ts';

/** What long work tells, and when it lets signals in. */
export interface Working {
  /** Tells how far the work is, and ends it when the user wants that. */
  at(done: number, total: number, what: string): Promise<void>;
  /** Each half of `at` by itself. */
  show(done: number, total: number, what: string): void;
  breathe(): Promise<void>;
  finish(): void;
}

/** Runs long work that Ctrl-C ends, with exit code 130. */
export async function interruptible(work: (working: Working) => Promise<void>): Promise<void> {
  const live = isLive(process.stderr);
  const progress = createProgress(process.stderr);
  const interruption = watchInterruptions(() => {});
  try {
    const show: Working['show'] = (done, total, what) => {
      if (live) progress.working(done, total, what);
    };
    await work({
      async at(done, total, what) {
        show(done, total, what);
        await breathe(interruption);
      },
      show,
      breathe: () => breathe(interruption),
      finish: () => progress.finish(),
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    progress.finish();
    interruption.close();
  }
}
