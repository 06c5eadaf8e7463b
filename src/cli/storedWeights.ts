import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import type { TrainOptions } from '../train/loop.ts';
import { latestCheckpoint, readCheckpoint } from '../train/node.ts';

/**
 * The checkpoint a new run takes its weights from: the newest of a run, or a file.
 * @throws UsageError when there is neither.
 */
export function storedWeights(
  path: string,
  onWarning: (message: string) => void = () => {},
): NonNullable<TrainOptions['from']> {
  if (!existsSync(path)) {
    throw new UsageError(`--from ${path}: there is no such run or checkpoint; give the folder of a run`);
  }
  const stored = statSync(path).isFile() ? readCheckpoint(path) : latestCheckpoint(path, onWarning);
  if (!stored) throw new UsageError(`--from ${path}: the run has no checkpoint; choose another`);
  return { content: stored.content, where: stored.path };
}
