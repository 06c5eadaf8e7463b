import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:process';

const require = createRequire(import.meta.url);

/** A function of a native library. Pointers go in as addresses or as typed arrays, whose memory the function then uses. */
export type NativeFunction = (...parameters: readonly unknown[]) => unknown;

/** An address in the memory of this process. */
export type Address = bigint;

/** The part of the package koffi that is used here. It is optional, so its types may be missing. */
interface Koffi {
  load(path: string): { func(definition: string): NativeFunction };
  proto(definition: string): unknown;
  decode(address: unknown, type: unknown, count?: number): unknown;
  address(array: ArrayBufferView): Address;
}

/** ONNX Runtime's own library, by way of its C interface. */
export interface Library {
  /** The function at a place of the function table; `signature` is its declaration in C, without a name. */
  functionAt(place: number, signature: string): NativeFunction;
  /** Where an array's memory is. It stays there as long as the array lives. */
  addressOf(array: ArrayBufferView): Address;
}

/** A version of the interface that has every function used here; libraries keep offering the older versions. */
const INTERFACE_VERSION = 23;
/** More than the highest place used here, fewer than the table of that version has. */
const TABLE_LENGTH = 200;

/**
 * Opens the library that onnxruntime-node brings along, with the package koffi.
 * @throws Error that says what is missing.
 */
export function openLibrary(): Library {
  const koffi = loadKoffi();
  const { path, version } = findLibrary();
  const callable = (address: unknown, signature: string) =>
    koffi.decode(address, koffi.proto(signature)) as NativeFunction;

  const base = koffi.load(path).func('void *OrtGetApiBase()')();
  const [getApi, getVersion] = koffi.decode(base, 'void *', 2) as readonly unknown[];
  const found = callable(getVersion, 'const char *()')();
  if (found !== version) throw new Error(`${path} is version ${found}, its package ${version}`);
  const api = callable(getApi, 'void *(uint32_t version)')(INTERFACE_VERSION);
  if (!api) throw new Error(`${path} has no version ${INTERFACE_VERSION} of the C interface`);
  const table = koffi.decode(api, 'void *', TABLE_LENGTH) as readonly unknown[];
  return {
    functionAt: (place, signature) => callable(table[place], signature),
    addressOf(array) {
      // Memory inside JavaScript's own heap could move; asking for the buffer moves it out for good.
      void array.buffer;
      return koffi.address(array);
    },
  };
}

function loadKoffi(): Koffi {
  try {
    return require('koffi');
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`the optional package koffi does not load (${reason})`);
  }
}

/** The file onnxruntime-node itself loads: loaded again, it is the same library with the same state. */
function findLibrary(): { path: string; version: string } {
  const root = join(dirname(require.resolve('onnxruntime-node')), '..');
  const folder = join(root, 'bin', 'napi-v6', platform, arch);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const file = files.find((name) => /^(libonnxruntime\.(so\.1|1\.dylib)|onnxruntime\.dll)$/.test(name));
  if (!file) throw new Error(`onnxruntime-node has no library for ${platform} ${arch}`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { path: join(folder, file), version };
}
