import { join } from 'node:path';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/loop.ts';
import {
  createRunFolder,
  type FollowedControl,
  followControl,
  loggedEvents,
  type RecordedEvent,
  recordRun,
  writeRunRecord,
} from '../train/node.ts';
import { attended } from './attended.ts';
import type { DoctorMode } from './options.ts';
import { type Listener, type PreparedRun, prepareTraining, type TrainRequest } from './prepare.ts';
import { findResumePoint, prepareResume, type ResumeRequest } from './prepareResume.ts';
import { tunePrepared } from './tunePrepared.ts';

/** What the training thread is to do. Plain data, since it crosses threads. */
export type Job = { kind: 'train'; request: TrainRequest } | { kind: 'resume'; request: ResumeRequest };

/** What a session says: where the run is, then its events, with the paths of files instead of their content. */
export type SessionEvent =
  | { type: 'run'; folder: string }
  /** Kinds of operations were measured to be written best, as the machine's are not known yet; some were not reached. */
  | { type: 'tuned'; measured: number; unmeasured: number; seconds: number }
  /** Asked to stop before the run began. */
  | { type: 'cancelled' }
  /** The run to resume has come to its end already. */
  | { type: 'finished'; folder: string; step: number; images: number }
  | RecordedEvent;

export interface SessionHooks {
  onProgress: NonNullable<Listener['onProgress']>;
  shouldStop(): boolean;
  /** When the job was asked for, in milliseconds of `Date.now`. */
  asked: number;
}

/** Carries out a job: opens, trains, records. Nothing is written before everything asked for was found possible. */
export const runSession = (job: Job, hooks: SessionHooks): AsyncGenerator<SessionEvent> =>
  job.kind === 'train' ? runTraining(job.request, hooks) : runResume(job.request, hooks);

async function* runTraining(request: TrainRequest, hooks: SessionHooks): AsyncGenerator<SessionEvent> {
  const warnings: string[] = [];
  const prepared = await prepareTraining(request, listener(hooks, warnings));
  if (hooks.shouldStop()) return yield { type: 'cancelled' };
  const began = performance.now();
  const { tuned, measured, unmeasured } = await tunePrepared(prepared, request.tune, {
    ...listener(hooks, warnings),
    shouldStop: hooks.shouldStop,
  });
  if (hooks.shouldStop()) return yield { type: 'cancelled' };
  const seconds = Number(((performance.now() - began) / 1000).toFixed(2));
  if (measured + unmeasured > 0) yield { type: 'tuned', measured, unmeasured, seconds };
  const { gan, data } = prepared.record;
  const claim = () => createRunFolder({ out: request.out, gan: gan.name, data: data.name });
  const scored = await evaluated(tuned, listener(hooks, warnings));
  yield* recorded(scored, claim, warnings, hooks, { mode: request.doctor });
}

async function* runResume(request: ResumeRequest, hooks: SessionHooks): AsyncGenerator<SessionEvent> {
  const warnings: string[] = [];
  const folder = request.run;
  const point = await findResumePoint(request, listener(hooks, warnings));
  if (point.finished) {
    return yield { type: 'finished', folder, step: point.step, images: point.stages.imagesAt(point.step) };
  }
  const prepared = await prepareResume(point, listener(hooks, warnings), request.profile);
  if (hooks.shouldStop()) return yield { type: 'cancelled' };
  const before = { run: folder, step: point.step };
  const scored = await evaluated(prepared, listener(hooks, warnings), before);
  yield* recorded(scored, async () => folder, warnings, hooks, {
    mode: request.doctor,
    ...(point.checkpoint ? { resumedFrom: point.step } : {}),
  });
}

const listener = ({ onProgress }: SessionHooks, warnings: string[]): Listener => ({
  onProgress,
  onWarning: (message) => warnings.push(message),
});

/** The run with what scores it while it trains, if its record asks for that. */
async function evaluated(
  prepared: PreparedRun,
  listener: Listener,
  before?: { run: string; step: number },
): Promise<PreparedRun> {
  const { record, options } = prepared;
  if (!record.eval) return prepared;
  const { gan, config, data, executor } = options;
  const { openEvaluation } = await import('./trainEvaluation.ts');
  const about = { gan, config, data, executor, threads: record.threads, before };
  const evaluation = await openEvaluation(record.eval, about, listener);
  return { ...prepared, options: { ...options, evaluation } };
}

async function* recorded(
  { record, options, realPoints }: PreparedRun,
  claimFolder: () => Promise<string>,
  warnings: readonly string[],
  { shouldStop, asked }: SessionHooks,
  { mode, resumedFrom }: { mode: DoctorMode; resumedFrom?: number },
): AsyncGenerator<SessionEvent> {
  let hopeless = false;
  let control: FollowedControl | undefined;
  const events = train({
    ...options,
    shouldStop: () => hopeless || shouldStop() || (control?.wantsStop() ?? false),
    control: {
      wanted: () => control?.wanted(),
      waited: () => control?.waited() ?? Promise.resolve(),
    },
  });
  // By its first event the programs are built and compiled, so a GAN that cannot be trained leaves no folder behind.
  const start = await events.next();
  const folder = await claimFolder();
  writeRunRecord(folder, record);
  control = followControl(folder, asked);
  yield { type: 'run', folder };
  const recipe = { gan: record.gan.source, data: record.data.name, seed: record.seed, weights: 'averaged' };
  const stream = withWarnings(start.value as TrainEvent, warnings, events);
  const watched =
    mode === 'off'
      ? stream
      : attended(stream, {
          ...options,
          before: resumedFrom === undefined ? [] : loggedEvents(folder, resumedFrom),
          onHopeless: () => {
            hopeless = mode === 'stop';
            return hopeless;
          },
        });
  const recording = recordRun(folder, watched, {
    recipe,
    ...(realPoints ? { realPoints } : {}),
    ...(resumedFrom === undefined ? {} : { resumedFrom }),
  });
  try {
    for await (const event of recording) {
      yield 'file' in event ? { ...event, file: join(folder, event.file) } : event;
    }
  } finally {
    control.end();
  }
}

/** The warnings come after the start, where readers of the log expect them. */
async function* withWarnings(
  start: TrainEvent,
  warnings: readonly string[],
  rest: AsyncIterable<TrainEvent>,
): AsyncGenerator<TrainEvent> {
  yield start;
  for (const message of warnings) yield { type: 'warning', message };
  yield* rest;
}
