import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, writeFileAtomic } from '../../base/node.ts';
import { encodePng } from '../../base/png.ts';
import type {
  BestEvent,
  CheckpointEvent,
  ProfileEvent,
  SamplesEvent,
  ScoreEvent,
  StepEvent,
  TrainEvent,
} from '../events.ts';
import type { SampleEvidence } from '../findings.ts';
import { profileText } from '../profile/report.ts';
import { openAppender } from './appender.ts';
import { BEST_CHECKPOINT, checkpointFile, writeCheckpoint } from './checkpoints.ts';
import { samplesPicture } from './picture.ts';
import { rewindRun } from './rewind.ts';
import { RUN_FILES, stepName, writeRunStatus } from './runFolder.ts';
import type { RunStatus } from './runRecord.ts';
import { appendScoreLine, OF_TRAINING } from './scores.ts';
import { encodeEvent, encodeFileVersion, type SummaryValue } from './tensorboard.ts';

/** An event as the log and other readers see it: with the name of a file in the run's folder instead of its content. */
export type RecordedEvent =
  | Exclude<TrainEvent, SamplesEvent | CheckpointEvent | ProfileEvent | BestEvent>
  | { type: 'samples'; step: number; shape: readonly number[]; file: string; evidence?: SampleEvidence }
  | { type: 'checkpoint' | 'profile' | 'best'; step: number; file: string };

export interface RecordOptions {
  /** The run goes on from its checkpoint of this step: what it wrote after it is dropped first. Left out: all it wrote. */
  resumedFrom?: number;
  /** What the text chunk `gansmith` of every sample picture says besides its step. */
  recipe?: Record<string, unknown>;
  /** Real points [N, D] to show beneath generated ones. */
  realPoints?: ArrayLike<number>;
}

/** Milliseconds that log lines may wait in memory, and between updates of the status. */
const FLUSH_AFTER = 1000;
const STATUS_AFTER = 5000;
/** Milliseconds between signs of life of a run that is held. */
const HELD_STATUS_AFTER = 60_000;
/** TensorBoard knows a file of events by this word in its name. */
const CHARTS = 'events.out.tfevents.0.gansmith';

/**
 * Writes a run's events into its folder as they come, and hands them on without their bulk.
 *
 * Everything before a checkpoint is on the disk before the checkpoint gets its name, so whenever the process is killed,
 * the newest checkpoint and the log up to it are whole. When an event cannot be written, the events end with that error
 * and the last good checkpoint stays.
 */
export async function* recordRun(
  run: string,
  events: AsyncIterable<TrainEvent>,
  options: RecordOptions = {},
): AsyncGenerator<RecordedEvent, void, undefined> {
  const status = createStatus(run);
  let recorder: Recorder | undefined;
  try {
    for await (const event of events) {
      recorder ??= await openRecorder(run, options);
      const recorded = recorder.record(event);
      status.follow(event);
      yield recorded;
    }
  } catch (error) {
    status.fail(error);
    throw error;
  } finally {
    recorder?.close();
  }
}

interface Recorder {
  record(event: TrainEvent): RecordedEvent;
  /** Writes what waits, as far as that is possible. */
  close(): void;
}

async function openRecorder(
  run: string,
  { resumedFrom, recipe = {}, realPoints = [] }: RecordOptions,
): Promise<Recorder> {
  const chartsPath = join(run, CHARTS);
  makeFolders(run);
  await rewindRun(run, resumedFrom, CHARTS);
  let chartBytes = fileSize(chartsPath);
  const log = openAppender(join(run, RUN_FILES.events));
  const charts = openAppender(chartsPath);
  let flushed = performance.now();

  const logLine = (event: object) => log.write(Buffer.from(`${JSON.stringify(event)}\n`));
  const addChart = (bytes: Uint8Array) => {
    charts.write(bytes);
    chartBytes += bytes.length;
  };
  const flush = (options?: { sync: boolean }) => {
    // The charts first: a line of the log tells how much of them belongs to a checkpoint.
    charts.flush(options);
    log.flush(options);
    flushed = performance.now();
  };
  if (chartBytes === 0) addChart(encodeFileVersion(Date.now() / 1000));

  const recordStep = (event: StepEvent) => {
    logLine(event);
    const values = Object.entries(event.metrics).map(([tag, scalar]): SummaryValue => ({ tag, scalar }));
    addChart(encodeEvent(Date.now() / 1000, event.step, values));
    if (performance.now() - flushed > FLUSH_AFTER) flush();
    return event;
  };
  const recordSamples = ({ step, shape, data, columns, evidence }: SamplesEvent) => {
    const picture = samplesPicture(
      { shape, data },
      { realPoints, ...(columns === undefined ? {} : { columns }) },
    );
    const seeds = `0-${shape[0]! - 1}`;
    const png = encodePng(picture, { gansmith: JSON.stringify({ ...recipe, step, seeds }) });
    const file = `${RUN_FILES.samples}/${stepName(step)}.png`;
    writeFileAtomic(join(run, file), png);
    const { width, height, channels } = picture;
    addChart(
      encodeEvent(Date.now() / 1000, step, [{ tag: 'samples', image: { width, height, channels, png } }]),
    );
    const recorded = { type: 'samples', step, shape, file, ...(evidence ? { evidence } : {}) } as const;
    logLine(recorded);
    return recorded;
  };
  const recordCheckpoint = ({ step, bytes }: CheckpointEvent) => {
    const recorded = { type: 'checkpoint', step, file: checkpointFile(step) } as const;
    logLine({ ...recorded, chartBytes });
    flush({ sync: true });
    writeCheckpoint(run, step, bytes);
    return recorded;
  };

  const recordScore = (event: ScoreEvent) => {
    logLine(event);
    addChart(
      encodeEvent(Date.now() / 1000, event.step, [{ tag: `score/${event.metric}`, scalar: event.value }]),
    );
    const { type: _, ...score } = event;
    appendScoreLine(run, { ...score, of: OF_TRAINING });
    return event;
  };
  const recordBest = ({ step, bytes }: BestEvent) => {
    const recorded = { type: 'best', step, file: BEST_CHECKPOINT } as const;
    writeFileAtomic(join(run, BEST_CHECKPOINT), bytes);
    logLine(recorded);
    return recorded;
  };
  const recordProfile = ({ step, profile, trace }: ProfileEvent) => {
    writeFileAtomic(join(run, RUN_FILES.profile), `${JSON.stringify(profile, null, 2)}\n`);
    writeFileAtomic(join(run, RUN_FILES.profileText), profileText(profile));
    writeFileAtomic(join(run, RUN_FILES.trace), JSON.stringify(trace));
    const recorded = { type: 'profile', step, file: RUN_FILES.profile } as const;
    logLine(recorded);
    return recorded;
  };

  return {
    record(event) {
      switch (event.type) {
        case 'step':
          return recordStep(event);
        case 'samples':
          return recordSamples(event);
        case 'checkpoint':
          return recordCheckpoint(event);
        case 'score':
          return recordScore(event);
        case 'best':
          return recordBest(event);
        case 'profile':
          return recordProfile(event);
        case 'start':
          // A resumed run has begun already, and its log says so.
          if (resumedFrom === undefined) logLine(event);
          return event;
        default:
          logLine(event);
          flush();
          return event;
      }
    },
    close() {
      try {
        flush();
      } catch {
        // Nothing but lines past the last checkpoint is lost, and an error that matters is on its way already.
      }
      log.close();
      charts.close();
    },
  };
}

function makeFolders(run: string): void {
  for (const folder of [RUN_FILES.samples, RUN_FILES.checkpoints]) {
    try {
      mkdirSync(join(run, folder), { recursive: true });
    } catch (error) {
      throw diskError('make', join(run, folder), error);
    }
  }
}

const fileSize = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Keeps `status.json` near the truth: at once when the state changes, every few seconds while steps go by. */
function createStatus(run: string) {
  let status: Pick<RunStatus, 'state' | 'step' | 'images'> = { state: 'running', step: 0, images: 0 };
  let written = 0;
  let signs: NodeJS.Timeout | undefined;
  const write = (message?: string) => {
    written = performance.now();
    const updated = new Date().toISOString();
    writeRunStatus(run, {
      ...status,
      updated,
      pid: process.pid,
      ...(message === undefined ? {} : { message }),
    });
  };
  return {
    follow(event: TrainEvent) {
      clearInterval(signs);
      if (event.type === 'paused' || event.type === 'continued') {
        const isHeld = event.type === 'paused';
        status = { ...status, state: isHeld ? 'paused' : 'running' };
        write();
        if (isHeld) signs = setInterval(write, HELD_STATUS_AFTER).unref();
      } else if (event.type === 'start') {
        status = { state: 'running', step: event.step, images: event.images };
        write();
      } else if (event.type === 'step') {
        status = { state: 'running', step: event.step, images: event.images };
        if (performance.now() - written > STATUS_AFTER) write();
      } else if (event.type === 'end') {
        status = { state: event.reason, step: event.step, images: event.images };
        write();
      }
    },
    fail(error: unknown) {
      clearInterval(signs);
      status = { ...status, state: 'failed' };
      try {
        write(error instanceof Error ? error.message : String(error));
      } catch {
        // The disk may be what failed; the error itself is on its way to the user.
      }
    },
  };
}
