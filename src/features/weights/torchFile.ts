import { GansmithError } from '../../base/errors.ts';
import { bytesSource, listZip, readZipEntry } from '../../data/zip.ts';
import { readPickle } from './pickle.ts';
import type { PickleValue } from './pickleValues.ts';
import { readView, type TensorView } from './storage.ts';
import type { NamedTensors } from './tensors.ts';
import { stateViews, torchRules } from './torchState.ts';

const again = 'use another copy of the file';

/**
 * The tensors of a state_dict that `torch.save` wrote as an archive, its format since PyTorch 1.6.
 * @throws GansmithError naming `where` for what is damaged, is no state_dict, or wants code to run.
 */
export async function readTorchArchive(bytes: Uint8Array, where: string): Promise<NamedTensors> {
  const source = bytesSource(bytes);
  const entries = new Map((await listZip(source, where)).map((entry) => [entry.name, entry]));
  const pickle = [...entries.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new GansmithError(`${where} is an archive, but not one of torch.save: it has no data.pkl`);
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new GansmithError(
      `${where} is a TorchScript program, not a file of weights; save its state_dict() instead`,
    );
  }
  const content = (name: string) => {
    const entry = entries.get(folder + name);
    if (!entry) throw new GansmithError(`${where} is damaged: it has no entry '${folder}${name}'; ${again}`);
    // torch.save compresses nothing, so no entry is larger than the file.
    return readZipEntry(source, entry, bytes.length);
  };
  if (entries.has(`${folder}byteorder`)) {
    checkByteOrder(new TextDecoder().decode(await content('byteorder')) === 'little', where);
  }
  const { value } = readPickle(await content('data.pkl'), 0, torchRules(where), where);
  const views = stateViews(value, where);
  const storages = new Map<string, Uint8Array>();
  for (const { key } of views.values()) {
    if (!storages.has(key)) storages.set(key, await content(`data/${key}`));
  }
  return readViews(views, storages, where);
}

/** What a file of the older format begins with, after the opening of its first pickle. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * The tensors of a state_dict that `torch.save` wrote before PyTorch 1.6, as the published Inception file was: five pickles
 * (a magic number, a version, the machine, the state_dict, the keys of its storages), then each storage after its length.
 */
export function readTorchLegacy(bytes: Uint8Array, where: string): NamedTensors {
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, at, torchRules(where), where);
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== PROTOCOL) {
    throw new GansmithError(`${where} is a pickle, but not one of torch.save; save a state_dict() with it`);
  }
  const machine = next();
  checkByteOrder(machine instanceof Map && machine.get('little_endian') === true, where);
  const views = stateViews(next(), where);
  const keys = next();
  if (!Array.isArray(keys))
    throw new GansmithError(`${where} is damaged: it has no list of storages; ${again}`);

  const sizes = new Map([...views.values()].map(({ key, elements, type }) => [key, { elements, type }]));
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const size = typeof key === 'string' ? sizes.get(key) : undefined;
    if (!size)
      throw new GansmithError(`${where} is damaged: no tensor uses storage '${String(key)}'; ${again}`);
    const length = size.elements * size.type.bytes;
    if (at + 8 + length > bytes.length) {
      throw new GansmithError(`${where} is cut off: storage '${String(key)}' does not fit in; ${again}`);
    }
    const elements = new DataView(bytes.buffer, bytes.byteOffset + at).getBigInt64(0, true);
    if (elements !== BigInt(size.elements)) {
      throw new GansmithError(
        `${where} is damaged: storage '${String(key)}' has ${elements} elements, and ${size.elements} are wanted; ${again}`,
      );
    }
    storages.set(key as string, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  if (at !== bytes.length) {
    throw new GansmithError(
      `${where} is damaged: ${bytes.length - at} bytes follow its last storage; ${again}`,
    );
  }
  return readViews(views, storages, where);
}

function checkByteOrder(isLittle: boolean, where: string): void {
  if (isLittle) return;
  throw new GansmithError(
    `${where} was saved on a machine of another byte order; save it again on a common one`,
  );
}

function readViews(
  views: ReadonlyMap<string, TensorView>,
  storages: ReadonlyMap<string, Uint8Array>,
  where: string,
): NamedTensors {
  return new Map(
    [...views].map(([name, view]) => {
      const storage = storages.get(view.key);
      const expected = view.elements * view.type.bytes;
      if (storage?.length !== expected) {
        throw new GansmithError(
          `${where} is damaged: the storage of '${name}' has ${storage?.length ?? 'no'} bytes, and ${expected} are wanted; ${again}`,
        );
      }
      return [name, readView(view, storage)];
    }),
  );
}
