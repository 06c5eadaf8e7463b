import { Worker } from 'node:worker_threads';
import { EXIT, type Failure, FailureError } from './errors.ts';
import { whenPipeCloses } from './output.ts';
import type { Job, SessionEvent } from './session.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

/** Whoever shows a session to the user. */
export interface SessionReader {
  event(event: SessionEvent): void;
  progress(done: number, total: number, what: string): void;
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
  const stop = new SharedArrayBuffer(4);
  const flag = new Int32Array(stop);
  const input: WorkerInput = { job, stop };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input, stdout: true });
  // What a user's own file prints must not mix with the events on standard output.
  worker.stdout.pipe(process.stderr);

  const interrupt = (signal: NodeJS.Signals) => {
    if (Atomics.exchange(flag, 0, 1) === 1) return quitBy(signal);
    reader.stopping();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  whenPipeCloses(() => Atomics.store(flag, 0, 1));

  let failure: Failure | undefined;
  let code: number = EXIT.done;
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') reader.progress(message.done, message.total, message.what);
    else if (message.kind === 'failed') failure = message.failure;
    else {
      const { event } = message;
      reader.event(event);
      if (event.type === 'cancelled') code = EXIT.interrupted;
      if (event.type === 'end' && event.reason === 'stopped')
        code = event.by === 'doctor' ? EXIT.failed : EXIT.interrupted;
    }
  });
  const ended = await new Promise<number>((resolve) => {
    worker.on('error', (error) => {
      failure ??= threadFailure(error);
    });
    worker.on('exit', resolve);
  });
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);

  if (!failure && ended !== 0) {
    failure = { message: `the training thread ended by itself with code ${ended}`, exitCode: EXIT.failed };
  }
  if (!failure) return code;
  reader.failed(failure);
  throw new FailureError(failure);
}

function threadFailure(error: unknown): Failure {
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const message = outOfMemory
    ? 'the training thread ran out of memory; try a smaller batch, or --accumulate with a smaller batch'
    : `unexpected: ${error instanceof Error ? error.message : String(error)}`;
  return { message, exitCode: EXIT.failed, stack: error instanceof Error ? error.stack : undefined };
}

/**
 * Ends the process as the signal does by itself; shells report Ctrl-C as 130. An orderly exit would take the training
 * thread down in the midst of the runtime's work, on which the runtime aborts with a message of its own.
 */
function quitBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
