import {
  type Checkpoint,
  decodeCheckpoint,
  exportGenerator,
  exportStyles,
  GansmithError,
  readModelMetadata,
  resolveConfig,
} from 'gansmith';
import { zoo } from 'gansmith/zoo';
import type { About, Device, GivenFile, Made, MakeRequest } from './protocol.ts';
import { openStyled } from './styled.ts';
import { openWhole, type Source } from './whole.ts';

/** Pictures in one run of the model. */
const BATCH = 16;

export interface Generator {
  about: Omit<About, 'id'>;
  /** Undefined for an exported model. */
  checkpoint: Checkpoint | undefined;
  make(request: MakeRequest): Promise<Made>;
  release(): Promise<void>;
}

/** Opens a checkpoint, an exported model, or the two models of a generator with styles, whichever the files are. */
export async function openGenerator(
  files: readonly GivenFile[],
  name: string,
  device: Device,
): Promise<Generator> {
  const given = files.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) }));
  const [first] = given;
  // A safetensors file starts with the length of its header, which is JSON.
  const isCheckpoint = given.length === 1 && first!.bytes[8] === '{'.charCodeAt(0);
  const checkpoint = isCheckpoint ? decodeCheckpoint(first!.bytes, name) : undefined;
  const source = checkpoint
    ? await openCheckpoint(checkpoint, name, device)
    : await openModels(given, name, device);
  const about = { ...source.about, hash: await hashOf(given.map(({ bytes }) => bytes)) };
  return {
    ...{ about, checkpoint, release: source.release },
    async make(request) {
      const start = performance.now();
      const row = about.shape.reduce((product, size) => product * size, 1);
      const { places } = request;
      const batch = about.kind === 'points' ? places.length : BATCH;
      const all = new Float32Array(places.length * row);
      for (let at = 0; at < places.length; at += batch) {
        all.set(await source.run({ ...request, places: places.slice(at, at + batch) }), at * row);
      }
      return { shape: [places.length, ...about.shape], data: all, took: performance.now() - start };
    },
  };
}

/** A checkpoint's generator as models, made as `gansmith export` makes them: in two parts where there are styles between them. */
async function openCheckpoint(checkpoint: Checkpoint, name: string, device: Device): Promise<Source> {
  const { gan, whole } = ganOf(checkpoint, name);
  const metadata = { data: whole.info.data.name };
  if (!gan.styles) return openWhole(exportGenerator(gan, whole, { metadata }).model.bytes, name, device);
  const part = (which: 'mapping' | 'synthesis') => exportStyles(gan, whole, which, { metadata }).bytes;
  return openStyled({ mapping: part('mapping'), synthesis: part('synthesis') }, name, device);
}

type Given = { name: string; bytes: Uint8Array };

async function openModels(given: readonly Given[], name: string, device: Device): Promise<Source> {
  const networks = given.map(({ bytes }) => readModelMetadata(bytes).network);
  const of = (network: string) => given[networks.indexOf(network)];
  const [mapping, synthesis] = [of('mapping'), of('synthesis')];
  if (given.length === 2 && mapping && synthesis)
    return openStyled({ mapping: mapping.bytes, synthesis: synthesis.bytes }, name, device);
  if (given.length > 1) {
    throw new GansmithError(
      `${given.map(({ name }) => name).join(' and ')}: open one file, or the mapping and the synthesis of one generator, which "gansmith export <run> --network mapping" and "--network synthesis" write`,
    );
  }
  const half = mapping ? 'mapping' : synthesis ? 'synthesis' : undefined;
  if (half) {
    const other = half === 'mapping' ? 'synthesis' : 'mapping';
    throw new GansmithError(
      `${name} is the ${half} alone, one of two parts of a generator. Write the other by "gansmith export <run> --network ${other} --out ${other}.onnx", and choose or drop both files at once`,
    );
  }
  return openWhole(given[0]!.bytes, name, device);
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

/** Of files one after another. Undefined `crypto.subtle` is that of a page from an address that is neither https nor this machine's. */
async function hashOf(files: readonly Uint8Array[]): Promise<string> {
  const bytes = new Uint8Array(await new Blob(files as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const digest = await globalThis.crypto.subtle?.digest('SHA-256', bytes);
  if (!digest) return '';
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
