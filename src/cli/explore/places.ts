import { readFileSync } from 'node:fs';
import { UsageError } from '../../base/errors.ts';
import { systemCode } from '../../base/node.ts';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.ts';
import type { Place } from '../../explore/space.ts';
import { writeNamedFile } from '../writeNamedFile.ts';
import type { Named } from './lists.ts';
import type { Opened } from './opened.ts';

/** Places with their classes and what to call them. */
export interface Placed {
  places: Place[];
  labels: number[];
  names: string[];
}

/** The places of seeds and files, in their order. As of `sample`, a seed chooses its class where the user names none. */
export async function placed(
  { generator, label }: Opened,
  named: readonly Named[],
  { truncation }: { truncation?: number | undefined } = {},
): Promise<Placed> {
  const classes = Math.max(generator.gan.data.classes.length, 1);
  const labelOf = (seed: number) => label ?? seed % classes;
  const found: Placed = { places: [], labels: [], names: [] };
  const seeds = named.flatMap((name) => ('seed' in name ? [name.seed] : []));
  const ofSeeds = await generator.places(generator.latents(seeds, { truncation }), seeds.map(labelOf));
  for (const name of named) {
    if ('seed' in name) {
      found.places.push(ofSeeds.shift()!);
      found.labels.push(labelOf(name.seed));
      found.names.push(String(name.seed));
      continue;
    }
    const stored = readPlaces(name.file, generator.space);
    found.places.push(...stored.places);
    found.labels.push(...stored.labels.map((stored) => label ?? stored));
    found.names.push(...stored.places.map(() => name.file));
  }
  return found;
}

const TENSOR = 'places';
const LABELS = 'labels';

/** Writes places as a safetensors file: `places` [N, layers, width], and the class of each. */
export function writePlaces(
  path: string,
  places: readonly Place[],
  labels: readonly number[],
  { generator, recipe }: Opened,
): void {
  const { name, layers, width } = generator.space;
  const data = new Float32Array(places.length * layers * width);
  for (const [i, place] of places.entries()) data.set(place, i * layers * width);
  const tensors = new Map([
    [TENSOR, { dtype: 'F32' as const, shape: [places.length, layers, width], data }],
    [LABELS, { dtype: 'I32' as const, shape: [places.length], data: Int32Array.from(labels) }],
  ]);
  writeNamedFile(path, encodeSafetensors(tensors, { space: name, gansmith: JSON.stringify(recipe) }));
}

/** @throws UsageError for a file that is missing, or holds no places in the space. */
function readPlaces(
  path: string,
  { name, layers, width }: Opened['generator']['space'],
): { places: Place[]; labels: number[] } {
  const { tensors, metadata } = decodeSafetensors(readBytes(path), path);
  const stored = tensors.get(TENSOR);
  if (!stored || !(stored.data instanceof Float32Array)) {
    throw new UsageError(`${path} holds no places; give a file that 'gansmith explore project' wrote`);
  }
  const fits = metadata.space === name && stored.shape[1] === layers && stored.shape[2] === width;
  if (!fits) {
    throw new UsageError(
      `${path} holds places in ${metadata.space} of [${stored.shape.slice(1).join(', ')}], and this generator's are in ${name} of [${layers}, ${width}]; project again with this run`,
    );
  }
  const { data } = stored;
  const size = layers * width;
  const labels = tensors.get(LABELS)?.data ?? [];
  const count = data.length / size;
  return {
    places: Array.from({ length: count }, (_, i) => data.slice(i * size, (i + 1) * size)),
    labels: Array.from({ length: count }, (_, i) => Number(labels[i] ?? 0)),
  };
}

/** @throws UsageError when the user named a file that cannot be read. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error ? systemCode(error) : undefined;
    throw new UsageError(
      code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code ?? 'unknown'})`,
    );
  }
}
