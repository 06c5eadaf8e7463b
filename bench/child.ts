import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Answer to a request for a workload; see workload.ts and pytorch/worker.py. */
export interface Timing {
  milliseconds: number[];
  /** Turns of the training loop that were timed together, of whose mean each time is. Default 1. */
  turns?: number;
  /** Not known of a page in a browser. */
  peakMegabytes?: number;
  parameters: Record<string, number>;
  /** Only of programs that are compiled. */
  compileSeconds?: number;
  /** What a reader of the figures should know. */
  note?: string;
}

export type Versions = Record<string, string | number | boolean>;

/** A process that answers each JSON line with one. */
export interface Child {
  time(workload: string, iterations: number): Promise<Timing>;
  versions(): Promise<Versions>;
  stop(): Promise<void>;
}

/** Starts a worker. Its complaints go to our standard error. An answer that takes longer than the limit ends it. */
export function startChild(
  title: string,
  command: string,
  args: readonly string[],
  limitSeconds = Number.POSITIVE_INFINITY,
): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = startFailure(title, child);

  async function ask<T>(request: Record<string, unknown>): Promise<T> {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { reply, late } = await withinLimit();
    if (late) throw new Error(`${title}: no answer to ${JSON.stringify(request)} within ${limitSeconds} s`);
    const { value, done } = reply!;
    if (done) throw new Error(`${title} stopped without an answer to ${JSON.stringify(request)}`);
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(`${title}: ${answer.error}`);
    return answer;
  }

  async function withinLimit(): Promise<{ reply?: IteratorResult<string>; late?: boolean }> {
    const reply = Promise.race([replies.next(), failed]).then((reply) => ({ reply }));
    if (limitSeconds === Number.POSITIVE_INFINITY) return reply;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<{ late: true }>((resolve) => {
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        resolve({ late: true });
      }, limitSeconds * 1000);
    });
    return Promise.race([reply, late]).finally(() => clearTimeout(timer));
  }

  return {
    time: (workload, iterations) => ask<Timing>({ workload, iterations }),
    async versions() {
      const { workload: _, ...versions } = await ask<Versions>({ workload: 'versions' });
      return versions;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

function startFailure(title: string, child: ChildProcess): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (problem) => reject(new Error(`${title} did not start: ${problem.message}`)));
  });
  failed.catch(() => {});
  return failed;
}
