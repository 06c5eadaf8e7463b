import { Worker } from 'node:worker_threads';
import { EXIT, type Failure } from './errors.ts';
import type { Job, SessionEvent } from './session.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

/** Whoever follows a session. */
export interface SessionFollower {
  event(event: SessionEvent): void;
  progress(done: number, total: number, what: string): void;
}

/** A job at work in a thread of its own. */
export interface RunningSession {
  /** Asks the run to finish its step and save. @returns whether it had been asked before */
  stop(): boolean;
  /** Resolves when the thread is gone, with what went wrong, if anything did. */
  ended: Promise<Failure | undefined>;
}

/** Starts a job in a thread of its own. */
export function startSession(job: Job, follower: SessionFollower): RunningSession {
  const stop = new SharedArrayBuffer(4);
  const flag = new Int32Array(stop);
  const input: WorkerInput = { job, stop, asked: Date.now() };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input, stdout: true });
  // What a user's own file prints must not mix with the events on standard output.
  worker.stdout.pipe(process.stderr);

  let failure: Failure | undefined;
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') follower.progress(message.done, message.total, message.what);
    else if (message.kind === 'failed') failure = message.failure;
    else follower.event(message.event);
  });
  const ended = new Promise<Failure | undefined>((resolve) => {
    worker.on('error', (error) => {
      failure ??= threadFailure(error);
    });
    worker.on('exit', (code) => {
      const silent = `the training thread ended by itself with code ${code}`;
      resolve(failure ?? (code === 0 ? undefined : { message: silent, exitCode: EXIT.failed }));
    });
  });
  return { stop: () => Atomics.exchange(flag, 0, 1) === 1, ended };
}

function threadFailure(error: unknown): Failure {
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const message = outOfMemory
    ? 'the training thread ran out of memory; try a smaller batch, or --accumulate with a smaller batch'
    : `unexpected: ${error instanceof Error ? error.message : String(error)}`;
  return { message, exitCode: EXIT.failed, stack: error instanceof Error ? error.stack : undefined };
}
