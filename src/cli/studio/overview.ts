import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Series } from './api.ts';
import { createStepReader } from './stepLine.ts';
import { createStepTable } from './stepTable.ts';

/** Bytes looked at in each place of the log: some five steps. */
const WINDOW = 2048;
const NEWLINE = 10;

/** Bytes of a log that is read in a tenth of a second or so. */
const LONG = 16 << 20;

/** Whether the reading of a log is worth not waiting for. */
export const isLong = (path: string): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LONG;

/**
 * The numbers of a long log from a look at evenly spaced places, for as long as the whole is being read. Each group knows the few steps
 * seen there, so peaks between them are missed; seconds are not known. It takes some hundredths of a second, all at once: between
 * single reads, the reading of the whole would come first.
 */
export function sampledSeries(path: string, buckets: number): Series {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const [table, readStep] = [createStepTable(), createStepReader()];
    const ends: number[] = [];
    const buffer = Buffer.alloc(WINDOW);
    const places = Math.max(1, Math.min(buckets, Math.floor(size / WINDOW)));
    let [lines, bytes] = [0, 0];
    for (let i = 0; i < places; i++) {
      // The first at the very beginning, the last at the very end.
      const from = places === 1 ? 0 : Math.round((i * (size - WINDOW)) / (places - 1));
      const bytesRead = readSync(file, buffer, 0, WINDOW, from);
      const before = table.rows;
      for (let at = from === 0 ? 0 : buffer.indexOf(NEWLINE) + 1; ; ) {
        const end = buffer.indexOf(NEWLINE, at);
        if (end < 0 || end >= bytesRead) break;
        const row = readStep(buffer, at, end);
        if (row && row.step > table.lastStep) {
          table.append(row);
          lines++;
          bytes += end + 1 - at;
        }
        at = end + 1;
      }
      if (table.rows > before) ends.push(table.rows);
    }
    return {
      ...table.series({ ends }),
      rows: lines === 0 ? 0 : Math.round((size * lines) / bytes),
      sampled: true,
    };
  } finally {
    closeSync(file);
  }
}
