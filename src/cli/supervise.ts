import { EXIT, type Failure, FailureError } from './errors.ts';
import { whenPipeCloses } from './output.ts';
import type { Job } from './session.ts';
import { type SessionFollower, startSession } from './startSession.ts';

/** Whoever shows a session to the user. */
export interface SessionReader extends SessionFollower {
  /** Ctrl-C was pressed once. */
  stopping(): void;
  failed(failure: Failure): void;
}

/**
 * Runs a job in a thread of its own and shows it. The first Ctrl-C asks the run to finish its step and save, the second
 * ends the process at once.
 *
 * @returns the exit code
 * @throws FailureError with what went wrong in the thread
 */
export async function supervise(job: Job, reader: SessionReader): Promise<number> {
  let code: number = EXIT.done;
  const session = startSession(job, {
    progress: reader.progress,
    event(event) {
      reader.event(event);
      if (event.type === 'cancelled') code = EXIT.interrupted;
      if (event.type === 'end' && event.reason === 'stopped')
        code = event.by === 'doctor' ? EXIT.failed : EXIT.interrupted;
    },
  });
  const interrupt = (signal: NodeJS.Signals) => {
    if (session.stop()) return quitBy(signal);
    reader.stopping();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  whenPipeCloses(() => session.stop());

  const failure = await session.ended;
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  if (!failure) return code;
  reader.failed(failure);
  throw new FailureError(failure);
}

/**
 * Ends the process as the signal does by itself; shells report Ctrl-C as 130. An orderly exit would take the training
 * thread down in the midst of the runtime's work, on which the runtime aborts with a message of its own.
 */
export function quitBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
