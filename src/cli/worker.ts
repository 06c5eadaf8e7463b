/* The training thread. A run of the runtime blocks its thread, so the main one stays free for the terminal and Ctrl-C. */
import { parentPort, workerData } from 'node:worker_threads';
import { describeFailure, type Failure } from './errors.ts';
import { type Job, runSession, type SessionEvent } from './session.ts';
import { blameGanFile } from './systems.ts';

export interface WorkerInput {
  job: Job;
  /** One int32 of shared memory: 1 asks for a stop after the current step. */
  stop: SharedArrayBuffer;
  /** When the job was asked for, in milliseconds of `Date.now`. */
  asked: number;
}

export type WorkerMessage =
  | { kind: 'event'; event: SessionEvent }
  | { kind: 'progress'; done: number; total: number; what: string }
  | { kind: 'failed'; failure: Failure };

const { job, stop, asked } = workerData as WorkerInput;
const flag = new Int32Array(stop);
const post = (message: WorkerMessage) => parentPort!.postMessage(message);

try {
  const session = runSession(job, {
    onProgress: (done, total, what) => post({ kind: 'progress', done, total, what }),
    shouldStop: () => Atomics.load(flag, 0) === 1,
    asked,
  });
  for await (const event of session) post({ kind: 'event', event });
} catch (error) {
  const { gan } = job.request;
  const failure = gan === undefined ? error : blameGanFile(error, gan);
  post({ kind: 'failed', failure: describeFailure(failure) });
}
