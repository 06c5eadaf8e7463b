import { type Signal, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  About,
  Answer,
  Answered,
  Asked,
  CriticAbout,
  Device,
  GivenFile,
  Made,
  MakeRequest,
  Question,
} from './protocol.ts';

/** A generator that works beside the page. */
export interface Maker {
  /** @param files a checkpoint or a model, or the two models of a generator with styles. */
  open(files: readonly GivenFile[], name: string, device: Device): Promise<About>;
  make(request: MakeRequest): Promise<Made>;
  /** Opens the critic of a file, or that of the checkpoint which is open. Undefined for a file that is none. */
  openCritic(name: string, file?: ArrayBuffer): Promise<CriticAbout | undefined>;
  /** What the critic says of pictures: [N, ...shape of one]. */
  judge(pictures: Made, labels: readonly number[]): Promise<Float32Array>;
  /** How long the last pictures took. */
  speed: Signal<{ pictures: number; took: number } | undefined>;
  /** Why the last pictures could not be made. */
  problem: Signal<string | undefined>;
  end(): void;
}

export function createMaker(): Maker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (answer: Answer) => void>();
  const speed: Maker['speed'] = signal(undefined);
  const problem: Maker['problem'] = signal(undefined);
  let count = 0;
  worker.onmessage = ({ data: { id, answer } }: MessageEvent<Answered>) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  };
  const ask = (question: Question, transfer: Transferable[] = []): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = count++;
      waiting.set(id, (answer) =>
        answer.type === 'failed' ? reject(new Error(answer.message)) : resolve(answer),
      );
      worker.postMessage({ id, question } satisfies Asked, transfer);
    });
  return {
    speed,
    problem,
    async open(files, name, device) {
      const answer = await ask({ type: 'open', files, name, device });
      return (answer as Extract<Answer, { type: 'opened' }>).about;
    },
    async make(request) {
      const answer = await ask({ type: 'make', request }).catch((error: Error) => {
        problem.value = error.message;
        throw error;
      });
      const { made } = answer as Extract<Answer, { type: 'made' }>;
      problem.value = undefined;
      speed.value = { pictures: request.places.length, took: made.took };
      return made;
    },
    async openCritic(name, file) {
      const answer = await ask({ type: 'critic', name, ...(file ? { file } : {}) });
      return (answer as Extract<Answer, { type: 'critic' }>).about;
    },
    async judge({ shape, data }, labels) {
      const answer = await ask({ type: 'judge', pictures: { shape, data }, labels });
      return (answer as Extract<Answer, { type: 'judged' }>).scores;
    },
    end: () => worker.terminate(),
  };
}

/**
 * What a generator makes of a request, the newest there is. While it is at work, requests that are overtaken by others are
 * passed over. Undefined until the first is made, and when nothing is asked for.
 */
export function useMade(maker: Maker, about: About, request: MakeRequest | undefined): Made | undefined {
  const [made, setMade] = useState<{ of: number; made: Made }>();
  const state = useRef<{ wanted?: { of: number; request: MakeRequest } | undefined; busy: boolean }>({
    busy: false,
  });
  useEffect(() => {
    const { current } = state;
    current.wanted = request && { of: about.id, request };
    if (current.busy) return;
    const work = async () => {
      current.busy = true;
      while (current.wanted) {
        const { of, request } = current.wanted;
        current.wanted = undefined;
        const made = await maker.make(request).catch(() => undefined);
        if (made) setMade({ of, made });
      }
      current.busy = false;
    };
    work();
  }, [JSON.stringify([about.id, request])]);
  useEffect(
    () => () => {
      state.current.wanted = undefined;
    },
    [],
  );
  return request && made?.of === about.id ? made.made : undefined;
}
