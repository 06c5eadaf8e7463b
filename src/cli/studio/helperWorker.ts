/* A thread for what takes the studio's server long, and for code of a user's own file. */
import { parentPort, workerData } from 'node:worker_threads';
import { describeFailure } from '../errors.ts';
import type { HelperMessage, HelperQuestion } from './helper.ts';

const post = (message: HelperMessage) => parentPort!.postMessage(message);

async function answer(question: HelperQuestion): Promise<unknown> {
  if (question.kind === 'nearest') {
    const { nearestImages } = await import('./nearestImages.ts');
    return nearestImages(question.run, question.body, (done, total, what) =>
      post({ kind: 'progress', done, total, what }),
    );
  }
  const { loadTrained } = await import('../load.ts');
  const { modelOf } = await import('../writeModel.ts');
  const trained = await loadTrained(question.path, undefined, () => {});
  return modelOf(trained, question.network).bytes;
}

try {
  post({ kind: 'answer', answer: await answer(workerData as HelperQuestion) });
} catch (error) {
  post({ kind: 'failed', failure: describeFailure(error) });
}
