import { basename } from 'node:path';
import type { Job } from '../session.ts';
import { type RunningSession, startSession } from '../startSession.ts';
import type { JobState } from './api.ts';
import { Refusal } from './guard.ts';

/** The one run that the studio trains at a time: it takes all cores, so a second would only slow both. */
export interface Trainer {
  state(): JobState;
  /** Whether it trains the run of that name at this moment. */
  trains(run: string): boolean;
  /** Starts a job in its thread. Refuses while another is at work. */
  start(job: Job): void;
  /** Asks the run to finish its step and save. Refuses when there is none, or another than the named one. */
  stop(run?: string): void;
  /** Stops what is at work; resolves when it has saved. */
  finish(): Promise<void>;
}

export function createTrainer(): Trainer {
  let state: JobState = { state: 'idle' };
  let session: RunningSession | undefined;
  let run: string | undefined;
  let count = 0;

  return {
    state: () => state,
    trains: (name) => session !== undefined && run === name,
    start(job) {
      if (session) {
        const what = run ?? 'a run being prepared';
        throw new Refusal(409, `the studio trains one run at a time, now ${what}; stop it first`);
      }
      run = job.kind === 'resume' ? basename(job.request.run) : undefined;
      const gan = job.kind === 'train' ? job.request.gan : run!;
      let stopped = false;
      const number = ++count;
      state = { state: 'preparing', job: number, gan };
      const started = startSession(job, {
        progress(done, total, what) {
          if (state.state === 'preparing')
            state = { state: 'preparing', job: number, gan, done, total, what };
        },
        event(event) {
          if (event.type === 'run') {
            run = basename(event.folder);
            state = { state: stopped ? 'stopping' : 'running', job: number, run };
          }
          if (event.type === 'finished')
            state = { state: 'ended', job: number, run: basename(event.folder), failed: false };
        },
      });
      session = {
        ...started,
        stop() {
          stopped = true;
          if (run !== undefined) state = { state: 'stopping', job: number, run };
          return started.stop();
        },
      };
      started.ended.then((failure) => {
        const message = failure ? { message: failure.message } : {};
        state = {
          state: 'ended',
          job: number,
          ...(run === undefined ? {} : { run }),
          ...message,
          failed: failure !== undefined,
        };
        session = undefined;
        run = undefined;
      });
    },
    stop(name) {
      if (!session || (name !== undefined && name !== run)) {
        throw new Refusal(409, `${name ?? 'a run'} is not trained by this studio at this moment`);
      }
      session.stop();
    },
    async finish() {
      session?.stop();
      await session?.ended;
    },
  };
}
