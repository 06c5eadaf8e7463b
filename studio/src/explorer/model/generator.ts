import {
  type Checkpoint,
  type Control,
  decodeCheckpoint,
  exportGenerator,
  GansmithError,
  readModelMetadata,
  resolveConfig,
} from 'gansmith';
import { openModel } from 'gansmith/runtime';
import { zoo } from 'gansmith/zoo';
import type { Latent } from './latent.ts';
import { latentOf, seedOfClass } from './places.ts';
import type { About, Device, Made, MakeRequest } from './protocol.ts';

/** Pictures in one run of the model. */
const BATCH = 16;

export interface Generator {
  about: Omit<About, 'id'>;
  /** Undefined for an exported model. */
  checkpoint: Checkpoint | undefined;
  make(request: MakeRequest): Promise<Made>;
  release(): Promise<void>;
}

type Model = Awaited<ReturnType<typeof openModel>>;
type Port = Model['inputs'][number];

/** Opens a checkpoint, or an exported model, whichever the bytes are. */
export async function openGenerator(bytes: Uint8Array, name: string, device: Device): Promise<Generator> {
  // A safetensors file starts with the length of its header, which is JSON.
  const checkpoint = bytes[8] === '{'.charCodeAt(0) ? decodeCheckpoint(bytes, name) : undefined;
  const model = checkpoint ? exportedFrom(checkpoint, name) : bytes;
  const metadata = readModelMetadata(model);
  const hash = await hashOf(bytes);
  const { opened, ran } = await openOn(model, device);
  const [output] = opened.outputs;
  const controls = controlsFrom(metadata.inputs);
  const latent = latentFrom(
    opened.inputs.filter((input) => !(input.name in controls)),
    metadata.inputs,
    name,
  );
  const shape = sampleShape(output, name);
  const conditional = opened.inputs.some((input) => input.name === 'label');
  const classes: string[] = conditional ? JSON.parse(metadata.classes ?? '[]') : [];
  const about: Generator['about'] = {
    hash,
    gan: metadata.gan ?? name,
    data: metadata.data,
    step: metadata.step === undefined ? undefined : Number(metadata.step),
    config: metadata.config,
    kind: shape.length === 3 ? 'images' : 'points',
    shape,
    latent,
    knownPrior: metadata.inputs !== undefined,
    psi: controls.psi,
    classes,
    device: ran,
  };

  const runChunk = async ({ places, psi, label }: MakeRequest): Promise<Float32Array> => {
    const rows = places.map((place) => latentOf(place, latent, about.psi ? 1 : psi));
    const data = new Float32Array(rows.length * latent.size);
    rows.forEach((row, i) => {
      data.set(row, i * latent.size);
    });
    const port = opened.inputs.find((input) => input.name === latent.name)!;
    const chosen = Object.entries(controls).map(([name, control]): [string, number] => [
      name,
      name === 'psi' ? psi : control.default,
    ]);
    const feeds: Parameters<Model['run']>[0] = {
      ...Object.fromEntries(
        chosen.map(([name, value]) => [name, { data: Float32Array.of(value), shape: [] }]),
      ),
      [latent.name]: { data, shape: [rows.length, ...port.shape!.slice(1).map(Number)] },
    };
    if (!conditional) return (await opened.run(feeds))[output!.name] as Float32Array;
    const labels = places.map((place) => label ?? seedOfClass(place) % Math.max(1, classes.length));
    const labelled = { ...feeds, label: { data: Int32Array.from(labels), shape: [labels.length] } };
    return (await opened.run(labelled))[output!.name] as Float32Array;
  };

  return {
    about,
    checkpoint,
    release: () => opened.release(),
    async make(request) {
      const start = performance.now();
      const row = shape.reduce((product, size) => product * size, 1);
      const { places } = request;
      const batch = about.kind === 'points' ? places.length : BATCH;
      const all = new Float32Array(places.length * row);
      for (let at = 0; at < places.length; at += batch) {
        all.set(await runChunk({ ...request, places: places.slice(at, at + batch) }), at * row);
      }
      return { shape: [places.length, ...shape], data: all, took: performance.now() - start };
    },
  };
}

/** The generator of a checkpoint as a model, made as `gansmith export` makes it. */
function exportedFrom(checkpoint: Checkpoint, name: string): Uint8Array {
  const { gan, whole } = ganOf(checkpoint, name);
  return exportGenerator(gan, whole, { metadata: { data: whole.info.data.name } }).model.bytes;
}

/** The system of a checkpoint, and the checkpoint with its settings resolved. @throws GansmithError for a GAN of a user's own file */
export function ganOf(
  checkpoint: Checkpoint,
  name: string,
): { gan: (typeof zoo)[number]; whole: Checkpoint } {
  const { info } = checkpoint;
  const gan = zoo.find((system) => system.name === info.gan);
  if (!gan) {
    throw new GansmithError(
      `${name} was trained by ${info.gan}, a GAN of its own file, which a browser cannot run. Write its generator by "gansmith export <run> --out generator.onnx" and open that file`,
    );
  }
  const config = resolveConfig(gan, info.config, info.data);
  return { gan, whole: { ...checkpoint, info: { ...info, config } } };
}

async function openOn(model: Uint8Array, device: Device): Promise<{ opened: Model; ran: About['device'] }> {
  const on = async (ran: About['device']) => ({ opened: await openModel(model, { on: ran }), ran });
  if (device !== 'auto') return on(device);
  return (await hasGraphics()) ? on('webgpu').catch(() => on('wasm')) : on('wasm');
}

/** A graphics processor, and not one that the processor only plays. */
async function hasGraphics(): Promise<boolean> {
  const { gpu } = navigator as {
    gpu?: { requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null> };
  };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined && !adapter.info?.isFallbackAdapter;
}

/** Numbers that whoever samples may set, such as truncation. */
function controlsFrom(described: string | undefined): Record<string, Control> {
  const known: Record<string, { control?: Control }> = JSON.parse(described ?? '{}');
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, { control }]) => (control ? [[name, control]] : [])),
  );
}

/** The one input of noise: rows of numbers, perhaps with axes of size 1 after them. */
function latentFrom(inputs: readonly Port[], described: string | undefined, name: string): Latent {
  const known: Record<string, { distribution?: Latent['prior'] }> = JSON.parse(described ?? '{}');
  const noise = inputs.filter((input) => input.name !== 'label');
  const [{ name: port = '', shape = [] } = {}] = noise;
  const [rows, size, ...more] = shape;
  const isOpen = typeof rows !== 'number' || rows < 1;
  if (
    noise.length !== 1 ||
    typeof size !== 'number' ||
    size < 1 ||
    !isOpen ||
    more.some((axis) => axis !== 1)
  ) {
    const found = inputs.map((input) => `${input.name} [${input.shape}]`).join(', ');
    throw new GansmithError(
      `${name}: expected one input of noise [batch, size] with an open batch, and perhaps 'label', got ${found}; open a generator that "gansmith export" wrote`,
    );
  }
  const prior = known[port]?.distribution;
  const isKnown = prior?.kind === 'normal' || prior?.kind === 'uniform';
  return { name: port, size, prior: isKnown ? prior : { kind: 'normal', mean: 0, std: 1 } };
}

function sampleShape(output: Port | undefined, name: string): number[] {
  const [, ...sizes] = output?.shape ?? [];
  const shape = sizes.filter((size): size is number => typeof size === 'number' && size > 0);
  const drawable = shape.length === 1 || (shape.length === 3 && (shape[0] === 1 || shape[0] === 3));
  if (shape.length === sizes.length && drawable) return shape;
  throw new GansmithError(
    `${name}: its output is [${output?.shape}]; expected images [batch, 1 or 3, height, width] or points [batch, size] of fixed sizes`,
  );
}

/** Undefined `crypto.subtle` is that of a page from an address that is neither https nor this machine's. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle?.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  if (!digest) return '';
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
