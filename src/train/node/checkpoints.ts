import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GansmithError } from '../../base/errors.ts';
import { readFileOrThrow, writeFileAtomic } from '../../base/node.ts';
import { decodeSafetensors } from '../../base/safetensors.ts';
import { type Checkpoint, decodeCheckpoint } from '../checkpoint.ts';
import { RUN_FILES, stepName } from './runFolder.ts';

/** Checkpoints a run keeps: the newest, and the one before in case that one is damaged. */
const KEPT = 2;

export interface StoredCheckpoint {
  path: string;
  content: Checkpoint;
}

/** The checkpoint that was scored best, beside the newest ones. */
export const BEST_CHECKPOINT = `${RUN_FILES.checkpoints}/best.safetensors`;

export const checkpointFile = (step: number): string =>
  `${RUN_FILES.checkpoints}/${stepName(step)}.safetensors`;

/** Stores a checkpoint, in one step as seen by others, and then removes all but the two newest. */
export function writeCheckpoint(run: string, step: number, bytes: Uint8Array): void {
  writeFileAtomic(join(run, checkpointFile(step)), bytes);
  for (const old of checkpointSteps(run).slice(KEPT)) rmSync(join(run, checkpointFile(old)), { force: true });
}

/** Steps of a run's checkpoints, newest first. */
export function checkpointSteps(run: string): number[] {
  const folder = join(run, RUN_FILES.checkpoints);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((name) => Number(/^(\d{6,})\.safetensors$/.exec(name)?.[1] ?? -1))
    .filter((step) => step >= 0)
    .sort((a, b) => b - a);
}

/**
 * Reads a checkpoint file.
 * @throws UsageError when there is none; GansmithError when it is damaged, foreign or newer than this version.
 */
export function readCheckpoint(path: string): StoredCheckpoint {
  return { path, content: decodeCheckpoint(readFileOrThrow(path, 'checkpoint'), path) };
}

/**
 * The newest checkpoint of a run. When that file is damaged, the one before it is taken and `onWarning` is told so. A
 * sound file that is no checkpoint of this version is never passed over.
 *
 * @returns undefined when the run has no checkpoint
 * @throws GansmithError when none of its checkpoints can be read.
 */
export function latestCheckpoint(
  run: string,
  onWarning: (message: string) => void,
): StoredCheckpoint | undefined {
  let first: GansmithError | undefined;
  for (const step of checkpointSteps(run)) {
    const path = join(run, checkpointFile(step));
    const bytes = readFileOrThrow(path, 'checkpoint');
    try {
      const content = decodeCheckpoint(bytes, path);
      if (first) onWarning(`${first.message}. Going on from the checkpoint before, of step ${step}`);
      return { path, content };
    } catch (error) {
      if (!(error instanceof GansmithError) || isSound(bytes)) throw error;
      first ??= error;
    }
  }
  if (first) throw first;
  return undefined;
}

/** True for a whole safetensors file, whatever it holds. */
function isSound(bytes: Uint8Array): boolean {
  try {
    decodeSafetensors(bytes, 'the checkpoint');
    return true;
  } catch {
    return false;
  }
}
