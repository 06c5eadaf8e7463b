import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from '../../base/crc32.ts';
import { systemCode } from '../../base/node.ts';
import type { LoggedEvent } from './api.ts';
import { createStepReader } from './stepLine.ts';
import { createStepTable, type StepTable } from './stepTable.ts';

/** A run's log as far as it was read, followed as it grows. */
export interface RunLog {
  path: string;
  /** Whether it was read to its end at least once. */
  readonly isRead: boolean;
  /** Reads what has come since. A log that was cut or rewritten, as on resume, is read anew. */
  refresh(): Promise<void>;
  /** Rises when the log was read anew. */
  readonly generation: number;
  readonly table: StepTable;
  /** Every event but the steps, in order, with the byte at which its line ends. */
  readonly events: readonly { end: number; event: LoggedEvent }[];
  /** How far the log was read: the byte, and a sum over the bytes before it, by which a later log is told from this one. */
  place(): string;
  /** The byte of a place that `place` once gave; undefined when the log is no longer what it was then. */
  byteAt(place: string): Promise<number | undefined>;
}

/** Bytes before a place by which it is known again: the end of a line, with its times, that no rewritten log repeats. */
const MARK = 64;
/** Bytes read at once: some hundredths of a second of work, between which others are answered. */
const CHUNK = 1 << 20;
const NEWLINE = 10;
const STEP = Buffer.from('{"type":"step"');

export function openRunLog(path: string): RunLog {
  let offset = 0;
  let mark: Buffer = Buffer.alloc(0);
  let generation = 0;
  let table = createStepTable();
  let events: { end: number; event: LoggedEvent }[] = [];
  let readStep = createStepReader();

  const startOver = () => {
    if (offset > 0) generation++;
    offset = 0;
    mark = Buffer.alloc(0);
    table = createStepTable();
    events = [];
    readStep = createStepReader();
  };

  const takeLine = (bytes: Buffer, start: number, end: number) => {
    if (bytes.subarray(start, start + STEP.length).equals(STEP)) {
      const row = readStep(bytes, start, end);
      if (row) return table.append(row);
    }
    const event = parse(bytes.toString('utf8', start, end));
    if (event === undefined) return;
    if (event.type === 'step') table.append(rowOf(event));
    else events.push({ end: offset + end + 1, event });
  };

  const readNew = async (file: FileHandle) => {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let held = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, held, CHUNK - held, offset + held);
      // An unfinished line waits for its end.
      if (bytesRead === 0) return;
      const filled = held + bytesRead;
      const whole = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
      // A line longer than the buffer is not of this program.
      if (whole === 0 && filled === CHUNK) return;
      const bytes = buffer.subarray(0, whole);
      for (let start = 0; start < whole; ) {
        const end = bytes.indexOf(NEWLINE, start);
        takeLine(bytes, start, end);
        start = end + 1;
      }
      mark = Buffer.concat([mark, bytes.subarray(-MARK)]).subarray(-MARK);
      offset += whole;
      buffer.copyWithin(0, whole, filled);
      held = filled - whole;
    }
  };

  const refresh = async () => {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      return startOver();
    }
    try {
      const before = await bytesBefore(file, offset, mark.length);
      if (!before.equals(mark)) startOver();
      await readNew(file);
    } finally {
      await file.close();
    }
  };

  let reading: Promise<void> | undefined;
  let isRead = false;
  return {
    path,
    get isRead() {
      return isRead;
    },
    refresh() {
      reading ??= refresh()
        .then(() => {
          isRead = true;
        })
        .finally(() => {
          reading = undefined;
        });
      return reading;
    },
    get generation() {
      return generation;
    },
    get table() {
      return table;
    },
    get events() {
      return events;
    },
    place: () => `${offset}-${crc32(mark).toString(16)}`,
    async byteAt(place) {
      const [, digits, sum] = /^(\d{1,15})-([0-9a-f]{1,8})$/.exec(place) ?? [];
      if (digits === undefined) return undefined;
      const byte = Number(digits);
      if (byte > offset) return undefined;
      const file = await open(path, 'r').catch(() => undefined);
      if (!file) return undefined;
      try {
        const before = await bytesBefore(file, byte, Math.min(byte, MARK));
        return crc32(before).toString(16) === sum ? byte : undefined;
      } finally {
        await file.close();
      }
    },
  };
}

async function bytesBefore(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset - length);
  return buffer.subarray(0, bytesRead);
}

function parse(line: string): LoggedEvent | undefined {
  try {
    const event = JSON.parse(line);
    return typeof event?.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}

function rowOf(event: LoggedEvent) {
  const { step, images, seconds, metrics } = event as Record<string, unknown>;
  const entries = Object.entries((metrics ?? {}) as Record<string, unknown>);
  const number = (value: unknown) => (typeof value === 'number' ? value : Number.NaN);
  return {
    step: number(step),
    images: number(images),
    seconds: number(seconds),
    keys: entries.map(([key]) => key),
    values: Float64Array.from(entries, ([, value]) => number(value)),
  };
}
