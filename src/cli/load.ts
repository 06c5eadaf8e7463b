import { existsSync, statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { GansmithError } from '../base/errors.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { Progress } from '../optim/optimizer.ts';
import type { States } from '../runtime/executor.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import {
  latestCheckpoint,
  openRunFolder,
  readCheckpoint,
  type StoredCheckpoint,
  stepName,
} from '../train/node.ts';
import { momentOf } from '../train/stages.ts';
import { findRecordedGan } from './recordedGan.ts';

/** A trained GAN, found without its data. */
export interface Trained {
  gan: AnyGan;
  /** The settings its states belong to: those of the run, with those of its stage. */
  config: BaseConfig;
  /** How far the run was. */
  progress: Progress;
  /** With the settings of the run, complete. */
  checkpoint: Checkpoint;
  /** The checkpoint's file. */
  path: string;
  /** A name for files made from it, such as `00003-dcgan-mnist-000500`. */
  label: string;
}

/**
 * Loads a run's newest checkpoint, or the given checkpoint file.
 * @param movedGan where the user's own GAN file is now, when that is not where it was
 * @throws UsageError when there is neither; GansmithError when it is damaged, foreign or newer than this version.
 */
export async function loadTrained(
  path: string,
  movedGan: string | undefined,
  onWarning: (message: string) => void,
): Promise<Trained> {
  const isFile = existsSync(path) ? statSync(path).isFile() : path.endsWith('.safetensors');
  const stored = isFile ? checkpointAt(path) : await newestOf(path, onWarning);
  const { path: file, content } = stored;
  const { info } = content;
  const { gan } = await findRecordedGan(file, { source: info.gan, ...stored.recorded }, movedGan);
  const label = isFile ? `${gan.name}-${stepName(info.step)}` : `${basename(path)}-${stepName(info.step)}`;
  const config = resolveConfig(gan, info.config, info.data);
  const checkpoint = { ...content, info: { ...info, config } };
  return { gan, ...momentOf(gan, config, info), checkpoint, path: file, label };
}

interface Found extends StoredCheckpoint {
  /** What the run says of its GAN; a checkpoint by itself knows the name of those in the zoo alone. */
  recorded: { name?: string };
}

function checkpointAt(path: string): Found {
  const stored = readCheckpoint(path);
  const { gan } = stored.content.info;
  return { ...stored, recorded: isAbsolute(gan) ? {} : { name: gan } };
}

async function newestOf(run: string, onWarning: (message: string) => void): Promise<Found> {
  const { record } = await openRunFolder(run);
  const newest = latestCheckpoint(run, onWarning);
  if (newest) return { ...newest, recorded: { name: record.gan.name } };
  throw new GansmithError(
    `${run} has no checkpoint: it was stopped before its first; train it with 'gansmith resume'`,
  );
}

/** Puts everything a checkpoint holds into the states of an executor. */
export function fillStates(states: States, { tensors }: Checkpoint): void {
  for (const [name, { shape, data }] of tensors) {
    if (data instanceof Float32Array || data instanceof Float64Array) states.write(name, shape, data);
  }
}

/** Which weights of the generator are read: the average is there only when the GAN keeps one. */
export const weightsUsed = ({ gan, config }: Trained, averaged: boolean): 'averaged' | 'live' =>
  averaged && Object.keys(gan.averages?.(config) ?? {}).length > 0 ? 'averaged' : 'live';
