import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import type { OpenOptions } from '../data/node.ts';
import { openPictures } from '../evaluate/node/openPictures.ts';
import { openRunFolder, RUN_FILES, type RunRecord } from '../train/node.ts';
import { loadTrained, type Trained } from './load.ts';

/** What is to be scored: a generator, or pictures that somebody made. */
export type Subject =
  | { kind: 'generator'; trained: Trained; source: TrainingSource; run: string | undefined }
  | { kind: 'pictures'; data: Dataset };

/** The data a generator learned from, as `openData` takes them. */
export interface TrainingSource {
  source: string;
  options: Pick<OpenOptions, 'size' | 'channels'>;
  fingerprint: string;
}

/**
 * Finds what a user means: the folder of a run, a checkpoint, a folder or ZIP archive of pictures, or a data source.
 * @throws UsageError when there is nothing of the kind.
 */
export async function openSubject(
  written: string,
  movedGan: string | undefined,
  options: OpenOptions,
): Promise<Subject> {
  const isRun = existsSync(join(written, RUN_FILES.record));
  if (!isRun && !written.endsWith('.safetensors'))
    return { kind: 'pictures', data: await pictures(written, options) };
  const trained = await loadTrained(written, movedGan, (message) => options.onWarning?.(message));
  if (trained.checkpoint.info.data.kind === 'points') {
    throw new UsageError(
      `${written} makes points, and scores are of images; for points see 'gansmith bench modes'`,
    );
  }
  const run = isRun ? written : runOf(trained.path);
  return { kind: 'generator', trained, run, source: await sourceOfTraining(trained) };
}

/** The data a generator learned from, by the record of the run that its checkpoint lies in, else by the checkpoint's own words. */
export async function sourceOfTraining(trained: Trained): Promise<TrainingSource> {
  const run = runOf(trained.path);
  const record = run === undefined ? undefined : (await openRunFolder(run)).record;
  return trainingSource(trained, record);
}

async function pictures(written: string, options: OpenOptions): Promise<Dataset> {
  const looksLikePath = !existsSync(written) && /[\\/.]/.test(written) && !/^\w[\w-]*:/.test(written);
  if (looksLikePath) {
    throw new UsageError(
      `there is nothing at ${written}; give the folder of a run, a checkpoint, or a folder or ZIP archive of pictures`,
    );
  }
  return openPictures(written, options);
}

/** The folder of the run that a checkpoint lies in, if it lies in one. */
function runOf(checkpoint: string): string | undefined {
  const folder = dirname(checkpoint);
  const run = dirname(folder);
  const isInRun = basename(folder) === RUN_FILES.checkpoints && existsSync(join(run, RUN_FILES.record));
  return isInRun && statSync(run).isDirectory() ? run : undefined;
}

function trainingSource({ checkpoint }: Trained, record: RunRecord | undefined): TrainingSource {
  const { name, shape, fingerprint } = checkpoint.info.data;
  const [channels, size] = shape as [1 | 3, number, number];
  if (!record) return { source: name, options: { channels, size }, fingerprint };
  const { source, ...asked } = record.data;
  return {
    source,
    fingerprint,
    options: {
      ...(asked.size === undefined ? {} : { size: asked.size }),
      ...(asked.channels === undefined ? {} : { channels: asked.channels }),
    },
  };
}
