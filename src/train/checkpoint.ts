import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../base/safetensors.ts';
import type { StateSpec } from '../gan/trace.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import type { Choices } from '../runtime/choices.ts';
import type { Precision, States } from '../runtime/executor.ts';
import type { RateScale } from './control.ts';
import { NonFiniteError } from './nonFinite.ts';

/** Written into every checkpoint; a reader refuses newer ones. */
const FORMAT = 1;

/** What a checkpoint says of itself: enough to sample from it without the run's folder or the data. */
export interface CheckpointInfo {
  /** Name in the zoo, or the path of the user's file. */
  gan: string;
  config: Record<string, unknown>;
  data: DataShape & { name: string; fingerprint: string };
  seed: number;
  step: number;
  accumulate: number;
  executor: string;
  /** Forms the operations were written in, by which the run goes on to the same bits. */
  lowerings?: Choices | undefined;
  precision: Precision;
  /** What learning rates were being multiplied by, by network; left out when they were as declared. */
  rateScale?: RateScale | undefined;
}

const checkpointInfo = z.object({
  gan: z.string(),
  config: z.record(z.string(), z.unknown()),
  data: z.object({
    kind: z.enum(['images', 'points']),
    shape: z.array(z.int().min(1)),
    classes: z.array(z.string()),
    name: z.string(),
    fingerprint: z.string(),
  }),
  seed: z.int(),
  step: z.int().min(0),
  accumulate: z.int().min(1),
  executor: z.string(),
  lowerings: z.record(z.string(), z.string()).optional(),
  precision: z.enum(['float32', 'float16']).default('float32'),
  rateScale: z.record(z.string(), z.number().min(0)).optional(),
});

/**
 * All states of a run as a safetensors file. The same states give the same bytes.
 * @throws NonFiniteError when a state holds a number that is not finite: such a checkpoint would be of no use.
 */
export function encodeCheckpoint(info: CheckpointInfo, states: States): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const name of states.names().sort()) {
    const data = states.read(name);
    if (!data.every(Number.isFinite)) {
      throw new NonFiniteError(
        `${info.gan}: '${name}' holds numbers that are not finite at step ${info.step}, so no checkpoint was written; the last one is from before. Train anew with a lower learning rate`,
      );
    }
    tensors.set(name, {
      dtype: data instanceof Float64Array ? 'F64' : 'F32',
      shape: states.shape(name),
      data,
    });
  }
  return encodeSafetensors(tensors, { gansmith: JSON.stringify({ format: FORMAT, ...info }) });
}

export interface Checkpoint {
  info: CheckpointInfo;
  tensors: Map<string, StoredTensor>;
}

/** @throws GansmithError for a truncated, damaged, foreign or newer file, naming `where`. */
export function decodeCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const text = metadata.gansmith;
  if (text === undefined) {
    throw new GansmithError(
      `${where} is a safetensors file, but not a checkpoint of gansmith: it does not say which GAN it holds`,
    );
  }
  return { info: readInfo(text, where), tensors };
}

function readInfo(text: string, where: string): CheckpointInfo {
  const damaged = (reason: string) =>
    new GansmithError(
      `${where} is damaged or not a checkpoint of gansmith: ${reason}; use an earlier checkpoint`,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged('its description is no JSON');
  }
  const { data: { format } = {} } = z.object({ format: z.int().min(1) }).safeParse(json);
  if (format === undefined) throw damaged('its description names no format');
  if (format > FORMAT) {
    throw new GansmithError(
      `${where} was written by a newer gansmith (checkpoint format ${format}, this one reads up to ${FORMAT}); update gansmith`,
    );
  }
  const { data: info, error } = checkpointInfo.safeParse(json);
  if (info) return info;
  const [issue] = error.issues;
  throw damaged(`'${issue!.path.join('.')}' in its description: ${issue!.message}`);
}

/** Fills the states from a checkpoint. Every state the GAN keeps must be there, in the same shape. */
export function restoreStates(
  states: States,
  specs: ReadonlyMap<string, StateSpec>,
  { tensors }: Checkpoint,
  where: string,
): void {
  for (const [name, { shape }] of specs) {
    const stored = tensors.get(name);
    if (!stored)
      throw new GansmithError(`${where} lacks '${name}'; it belongs to another GAN or other settings`);
    if (!sameShape(stored.shape, shape)) {
      throw new GansmithError(
        `${where} holds '${name}' as ${formatShape(stored.shape)}, but the settings ask for ${formatShape(shape)}`,
      );
    }
  }
  for (const name of specs.keys()) {
    const { shape, data } = tensors.get(name)!;
    states.write(name, shape, data as Float32Array | Float64Array);
  }
}
