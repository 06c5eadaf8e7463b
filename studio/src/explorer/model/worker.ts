import { isRuntimeThread } from '../../parts/workerScope.ts';
import { type Critic, criticOf, openCritic } from './critic.ts';
import { type Generator, openGenerator } from './generator.ts';
import type { Answer, Answered, Asked, CriticAbout, Question } from './protocol.ts';

const scope = globalThis as unknown as {
  onmessage: (event: { data: Asked }) => void;
  postMessage(answered: Answered, transfer?: Transferable[]): void;
};

let generator: Generator | undefined;
let critic: Critic | undefined;
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
  if (question.type === 'critic') {
    if (!generator) throw new Error('open a generator first, then its critic');
    return { type: 'critic', about: await replaceCritic(generator, question) };
  }
  if (question.type === 'judge') {
    if (!critic) throw new Error('no critic is open');
    return { type: 'judged', scores: await critic.judge(question.pictures, question.labels) };
  }
  const next = await openGenerator(question.files, question.name, question.device);
  await generator?.release();
  await critic?.release();
  critic = undefined;
  generator = next;
  opened++;
  return { type: 'opened', about: { ...next.about, id: opened } };
}

async function replaceCritic(
  { about, checkpoint }: Generator,
  { file, name }: Extract<Question, { type: 'critic' }>,
): Promise<CriticAbout | undefined> {
  if (!file && !checkpoint) {
    throw new Error(
      'The file holds the generator alone. Write the critic by "gansmith export <run> --network D --out critic.onnx", and open that file too.',
    );
  }
  const model = file ? new Uint8Array(file) : criticOf(checkpoint!, name);
  const next = await openCritic(model, name, { ...about, id: opened });
  if (!next) return undefined;
  await critic?.release();
  critic = next;
  return next.about;
}
