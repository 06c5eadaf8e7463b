import type { Address, Library, NativeFunction } from './library.ts';

/**
 * Places in the function table `OrtApi` of onnxruntime_c_api.h, counted from 0, and the functions' declarations with every
 * pointer as `void *`. The table only ever grows at its end. Where a function returns a pointer, it is a status: null
 * when all is well.
 */
const functions = {
  GetErrorMessage: [2, 'const char *(void *status)'],
  CreateSessionFromArray: [8, 'void *(void *env, void *model, size_t bytes, void *options, void *out)'],
  Run: [
    9,
    'void *(void *session, void *options, void *inputNames, void *inputs, size_t inputCount, void *outputNames, size_t outputCount, void *outputs)',
  ],
  CreateSessionOptions: [10, 'void *(void *out)'],
  SetSessionExecutionMode: [13, 'void *(void *options, int mode)'],
  DisableMemPattern: [17, 'void *(void *options)'],
  SetSessionLogSeverityLevel: [22, 'void *(void *options, int level)'],
  SetSessionGraphOptimizationLevel: [23, 'void *(void *options, int level)'],
  SetIntraOpNumThreads: [24, 'void *(void *options, int threads)'],
  SetInterOpNumThreads: [25, 'void *(void *options, int threads)'],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void *(void *memory, void *data, size_t bytes, void *shape, size_t rank, int type, void *out)',
  ],
  CreateCpuMemoryInfo: [69, 'void *(int allocator, int kind, void *out)'],
  ReleaseStatus: [93, 'void (void *status)'],
  ReleaseSession: [95, 'void (void *session)'],
  ReleaseValue: [96, 'void (void *value)'],
  ReleaseSessionOptions: [100, 'void (void *options)'],
  CreateEnvWithGlobalThreadPools: [119, 'void *(int level, const char *name, void *threading, void *out)'],
  DisablePerSessionThreads: [120, 'void *(void *options)'],
  CreateThreadingOptions: [121, 'void *(void *out)'],
  ReleaseThreadingOptions: [122, 'void (void *options)'],
  AddSessionConfigEntry: [130, 'void *(void *options, const char *key, const char *value)'],
  CreateAndRegisterAllocator: [144, 'void *(void *env, void *memory, void *config)'],
  SetGlobalIntraOpNumThreads: [147, 'void *(void *options, int threads)'],
  SetGlobalInterOpNumThreads: [148, 'void *(void *options, int threads)'],
  ReleaseArenaCfg: [157, 'void (void *config)'],
  CreateArenaCfgV2: [164, 'void *(void *keys, void *values, size_t count, void *out)'],
  UnregisterAllocator: [177, 'void *(void *env, void *memory)'],
} as const satisfies Record<string, readonly [number, string]>;

/** What a function makes, such as a session: freed by the release function of its kind. */
export type Handle = Address;

type Name = keyof typeof functions;
type Release = Extract<Name, `Release${string}`>;
type Complaining = Exclude<Name, Release | 'GetErrorMessage'>;

/** ONNX Runtime's C interface, with its complaints thrown. */
export interface Api {
  /** Calls a function. Throws an Error with the library's message when it complains. */
  call(name: Complaining, ...parameters: readonly unknown[]): void;
  /** Calls a function whose last parameter is where it puts what it makes. */
  create(name: Complaining, ...parameters: readonly unknown[]): Handle;
  release(name: Release, handle: Handle): void;
  /** A list of addresses of texts, as C passes lists of names. The names live as long as the list. */
  names(texts: readonly string[]): BigUint64Array;
}

export function openApi(library: Library): Api {
  const table = Object.fromEntries(
    Object.entries(functions).map(([name, [place, signature]]) => [
      name,
      library.functionAt(place, signature),
    ]),
  ) as Record<Name, NativeFunction>;
  const made = addresses(1);
  const namesOf = new WeakMap<BigUint64Array, readonly Uint8Array[]>();

  const api: Api = {
    call(name, ...parameters) {
      const status = table[name](...parameters);
      if (!status) return;
      const message = String(table.GetErrorMessage(status));
      table.ReleaseStatus(status);
      throw new Error(message);
    },
    create(name, ...parameters) {
      api.call(name, ...parameters, made);
      return made[0]!;
    },
    release(name, handle) {
      table[name](handle);
    },
    names(texts) {
      const encoded = texts.map((text) => new TextEncoder().encode(`${text}\0`));
      const list = addresses(texts.length);
      encoded.forEach((bytes, i) => {
        list[i] = library.addressOf(bytes);
      });
      namesOf.set(list, encoded);
      return list;
    },
  };
  return api;
}

/** Room for addresses; never empty, since the library refuses a list without memory. */
export const addresses = (count: number): BigUint64Array => new BigUint64Array(Math.max(1, count));
