import { Worker } from 'node:worker_threads';
import { GansmithError } from '../../base/errors.ts';
import type { Failure } from '../errors.ts';
import type { ModelBody, NearestBody, NearestResult } from './api.ts';

/** What a helper thread is asked for. */
export type HelperQuestion =
  | { kind: 'nearest'; run: string; body: NearestBody }
  /** @param path of a run, or of a checkpoint */
  | { kind: 'model'; path: string; network: ModelBody['network'] };

export type HelperMessage =
  | { kind: 'progress'; done: number; total: number; what: string }
  | { kind: 'answer'; answer: unknown }
  | { kind: 'failed'; failure: Failure };

interface Answers {
  nearest: NearestResult;
  model: Uint8Array;
}

/**
 * Answers a question in a thread of its own, which ends with it.
 * @throws GansmithError with what went wrong there
 */
export function askHelper<Kind extends HelperQuestion['kind']>(
  question: Extract<HelperQuestion, { kind: Kind }>,
  onProgress: (done: number, total: number, what: string) => void = () => {},
): Promise<Answers[Kind]> {
  return new Promise((resolve, reject) => {
    const url = new URL('./helperWorker.js', import.meta.url);
    const worker = new Worker(url, { workerData: question, stdout: true, stderr: true });
    worker.on('message', (message: HelperMessage) => {
      if (message.kind === 'progress') onProgress(message.done, message.total, message.what);
      else if (message.kind === 'answer') resolve(message.answer as Answers[Kind]);
      else reject(new GansmithError(message.failure.message));
    });
    worker.on('error', (error) => reject(new GansmithError(`unexpected: ${error.message}`)));
    worker.on('exit', () => reject(new GansmithError('unexpected: the thread that looks ended by itself')));
  });
}
