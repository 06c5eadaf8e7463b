import { createReadStream, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, removeLeftoverTemporaries, systemCode } from '../../base/node.ts';
import type { RateScale } from '../control.ts';
import { checkpointFile, checkpointSteps } from './checkpoints.ts';
import type { RecordedEvent } from './recorder.ts';
import { RUN_FILES } from './runFolder.ts';
import { dropLaterScores } from './scores.ts';

/** What the event log says of a run up to one of its checkpoints. */
export interface LoggedProgress {
  /** Seconds of training. */
  seconds: number;
  /** Bytes of the event log that belong to it. */
  logBytes: number;
  /** Bytes of the TensorBoard file that belong to it; undefined when the log does not tell. */
  chartBytes: number | undefined;
  /** What learning rates were being multiplied by then; undefined when they were never changed. */
  rateScale?: RateScale | undefined;
}

/**
 * Reads the event log up to the checkpoint of `step`, whose line was the last thing written before the checkpoint itself. Of
 * several, as learning rates changed at that step leave them, up to the last.
 */
export async function loggedProgress(run: string, step: number): Promise<LoggedProgress> {
  const progress: LoggedProgress = { seconds: 0, logBytes: 0, chartBytes: undefined };
  let saved: LoggedProgress | undefined;
  try {
    for await (const line of wholeLines(join(run, RUN_FILES.events))) {
      const event = parseEvent(line);
      if (event === undefined || (event.step ?? 0) > step) break;
      progress.logBytes += line.length + 1;
      if (event.type === 'step') progress.seconds += event.seconds ?? 0;
      if (event.type === 'rate') progress.rateScale = event.scale;
      if (event.type === 'checkpoint' && event.step === step) {
        saved = { ...progress, chartBytes: event.chartBytes };
      }
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError('read', join(run, RUN_FILES.events), error);
  }
  return saved ?? progress;
}

/**
 * Drops everything a run wrote after the checkpoint of that step: the rest of its log, torn last line included, later
 * samples, scores, checkpoints and charts; without one, all that it wrote. What a killed run then goes on to write reads as if
 * it had never been interrupted. Of a run stopped by Ctrl-C, the samples and the checkpoint made at the stop stay, with
 * their lines in the log.
 */
export async function rewindRun(run: string, checkpoint: number | undefined, charts: string): Promise<void> {
  const { logBytes, chartBytes } =
    checkpoint === undefined ? { logBytes: 0, chartBytes: 0 } : await loggedProgress(run, checkpoint);
  const step = checkpoint ?? -1;
  try {
    shorten(join(run, RUN_FILES.events), logBytes);
    if (chartBytes !== undefined) shorten(join(run, charts), chartBytes);
    for (const name of readdirSync(join(run, RUN_FILES.samples))) {
      if (Number(/^(\d{6,})\.png$/.exec(name)?.[1] ?? -1) > step) rmSync(join(run, RUN_FILES.samples, name));
    }
    dropLaterScores(run, step);
    for (const later of checkpointSteps(run).filter((other) => other > step))
      rmSync(join(run, checkpointFile(later)));
    for (const folder of ['', RUN_FILES.samples, RUN_FILES.checkpoints])
      removeLeftoverTemporaries(join(run, folder));
  } catch (error) {
    throw diskError('rewind', run, error);
  }
}

/** Cuts a file; one that is missing, or shorter already and so torn at an unknown place, is left empty. */
function shorten(path: string, length: number): void {
  if (!existsSync(path)) return;
  const { size } = statSync(path);
  if (size !== length) truncateSync(path, size > length ? length : 0);
}

/**
 * The events in a run's log, oldest first, up to its end or to the last checkpoint of a step; a torn last line is left out. None for
 * a run without a log.
 * @param onDamage told of the first line that is no event, which is where the events end
 */
export async function* loggedEvents(
  run: string,
  until?: number,
  onDamage?: (line: number) => void,
): AsyncGenerator<RecordedEvent> {
  try {
    const { logBytes } = until === undefined ? { logBytes: Infinity } : await loggedProgress(run, until);
    let [read, lines] = [0, 0];
    for await (const line of wholeLines(join(run, RUN_FILES.events))) {
      read += line.length + 1;
      lines++;
      const event = parseEvent(line);
      if (read > logBytes) return;
      if (event === undefined || !isWhole(event)) return onDamage?.(lines);
      yield event as RecordedEvent;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError('read', join(run, RUN_FILES.events), error);
  }
}

interface LoggedEvent {
  type?: string;
  step?: number;
  seconds?: number;
  chartBytes?: number;
  metrics?: unknown;
  scale?: RateScale;
}

/** @returns undefined for a line that is no event */
function parseEvent(line: Buffer): LoggedEvent | undefined {
  try {
    const event: LoggedEvent | null = JSON.parse(line.toString('utf8'));
    return typeof event?.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an event has what readers of the log take from it: a step its numbers. */
const isWhole = ({ type, metrics }: LoggedEvent): boolean =>
  type !== 'step' ||
  (typeof metrics === 'object' &&
    Object.values(metrics ?? [null]).every((value) => typeof value === 'number'));

/** Lines that end in a newline, without it. */
async function* wholeLines(path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
