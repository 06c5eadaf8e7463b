import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, writeFileAtomic } from '../../base/node.ts';

/** The file in a run's folder that holds all scores of a metric, one a line. */
export const scoreFile = (metric: string): string => `metric-${metric}.jsonl`;

/** What the lines of a run's own scores, taken while it trained, are of. */
export const OF_TRAINING = 'training';

/** Adds a line to the file of its metric, by one call of the system. @throws GansmithError when it cannot be written. */
export function appendScoreLine(run: string, line: { metric: string; of: string }): void {
  const path = join(run, scoreFile(line.metric));
  try {
    const file = openSync(path, 'a');
    try {
      writeSync(file, `${JSON.stringify(line)}\n`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskError('write', path, error);
  }
}

/** Drops the scores of steps that are no longer part of a run, and torn lines. */
export function dropLaterScores(run: string, step: number): void {
  for (const name of readdirSync(run).filter((file) => /^metric-.+\.jsonl$/.test(file))) {
    const path = join(run, name);
    const text = readFileSync(path, 'utf8');
    const kept = text
      .split('\n')
      .filter((line) => stepOf(line) <= step)
      .map((line) => `${line}\n`)
      .join('');
    if (kept !== text) writeFileAtomic(path, kept);
  }
}

/** Infinite for what is no line of a score. */
function stepOf(line: string): number {
  try {
    return JSON.parse(line).step ?? 0;
  } catch {
    return Infinity;
  }
}
