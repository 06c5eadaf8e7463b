import { isRuntimeThread } from '../../parts/workerScope.ts';
import { type Generator, openGenerator } from './generator.ts';
import type { Answer, Answered, Asked, Question } from './protocol.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { data: Asked }) => void;
  postMessage(answered: Answered, transfer?: Transferable[]): void;
};

let generator: Generator | undefined;
let opened = 0;
let last: Promise<unknown> = Promise.resolve();

const onMessage: typeof scope.onmessage = ({ data: { id, question } }) => {
  // One after another: a model that was replaced must not be released while it runs.
  last = last.then(async () => {
    const answer = await answerTo(question).catch(
      (error: unknown): Answer => ({
        type: 'failed',
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    scope.postMessage({ id, answer }, answer.type === 'made' ? [answer.made.data.buffer] : []);
  });
};
if (!isRuntimeThread) scope.onmessage = onMessage;

async function answerTo(question: Question): Promise<Answer> {
  if (question.type === 'make') {
    if (!generator) throw new Error('nothing is open');
    return { type: 'made', made: await generator.make(question.request) };
  }
  const next = await openGenerator(new Uint8Array(question.file), question.name, question.device);
  await generator?.release();
  generator = next;
  opened++;
  return { type: 'opened', about: { ...next.about, id: opened } };
}
