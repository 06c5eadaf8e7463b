import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '../base/node.ts';
import type { Score } from '../evaluate/evaluate.ts';

/** A score as it is printed by --json and kept in a run: with whose it is, and of which step. */
export interface ScoreLine extends Score {
  /** What was scored, as the user named it. */
  of: string;
  /** The iteration of the checkpoint. */
  step?: number;
  /** The real data. */
  against: string;
  seed: number;
}

export const scoreFile = (metric: string): string => `metric-${metric}.jsonl`;

/** Adds a line to the file of its metric in a run's folder, whole or not at all as far as the system allows. */
export function appendScore(run: string, line: ScoreLine): void {
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
