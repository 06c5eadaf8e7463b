import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { States } from '../runtime/executor.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { latestCheckpoint, openRunFolder, readCheckpoint, stepName } from '../train/node.ts';
import { findGan } from './systems.ts';

/** A trained GAN, found without its data. */
export interface Trained {
  gan: AnyGan;
  config: BaseConfig;
  checkpoint: Checkpoint;
  /** The checkpoint's file. */
  path: string;
  /** A name for files made from it, such as `00003-dcgan-mnist-000500`. */
  label: string;
}

/**
 * Loads a run's newest checkpoint, or the given checkpoint file.
 * @throws UsageError when there is neither; GansmithError when it is damaged, foreign or newer than this version.
 */
export async function loadTrained(path: string, onWarning: (message: string) => void): Promise<Trained> {
  const isFile = existsSync(path) ? statSync(path).isFile() : path.endsWith('.safetensors');
  const { path: file, content } = isFile ? readCheckpoint(path) : await newestOf(path, onWarning);
  const { info } = content;
  const { gan } = await findGan(info.gan).catch((error: unknown) => {
    if (error instanceof UsageError) error.message = `${file} holds ${info.gan}: ${error.message}`;
    throw error;
  });
  const label = isFile ? `${gan.name}-${stepName(info.step)}` : `${basename(path)}-${stepName(info.step)}`;
  const config = resolveConfig(gan, info.config, info.data);
  return { gan, config, checkpoint: content, path: file, label };
}

async function newestOf(run: string, onWarning: (message: string) => void) {
  await openRunFolder(run);
  return latestCheckpoint(run, onWarning);
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
