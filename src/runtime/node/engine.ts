import { availableParallelism } from 'node:os';
import { type Api, type Handle, openApi } from './api.ts';
import type { Library } from './library.ts';

/**
 * How the library lays out the values of a program. `quick`: a value takes the place of a dead one of its size, which lies idle in
 * between, and what only changes its shape stays where it is. `lean`: every value has memory of its own for as long as it is
 * needed. Both compute the same bits in the same order.
 */
export type Plan = 'quick' | 'lean';

/** What all programs of a process share: the library's environment, one pool of threads, one arena. */
export interface Engine {
  api: Api;
  /** Describes ordinary memory. */
  memory: Handle;
  createSession(model: Uint8Array, threads: number | undefined): Handle;
  releaseSession(session: Handle): void;
}

// Numbers of onnxruntime_c_api.h.
const FATAL = 4;
/** ExecutionMode: the library plans leanly in its parallel mode, in which one thread to start operators starts one at a time. */
const modeOf: Readonly<Record<Plan, number>> = { quick: 0, lean: 1 };
/** Arena: it grows by doubling, or by what is asked for, which suits the plan that leaves no gaps. */
const growthOf: Readonly<Record<Plan, bigint>> = { quick: 0n, lean: 1n };
const ALL_OPTIMIZATIONS = 99;
const PLAIN_ALLOCATOR = 0;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;

/** Bytes the arena asks the system for at first; it grows as it needs to. Its own table takes a thirty-second of it. */
const ARENA_BYTES = 2 ** 26;

/**
 * Sets the library up for programs that never run at the same time: they share threads, so that none wait in one pool
 * while another computes, and an arena, so that memory is that of the largest program and not the sum.
 * @throws Error when the library refuses.
 */
export function openEngine(library: Library, plan: Plan): Engine {
  const api = openApi(library);
  const cores = availableParallelism();
  const environment = createEnvironment(api, cores);
  const arena = api.create('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY);
  let sessions = 0;

  return {
    api,
    memory: api.create('CreateCpuMemoryInfo', PLAIN_ALLOCATOR, DEFAULT_MEMORY),
    createSession(model, threads = cores) {
      if (sessions === 0) registerArena(api, environment, arena, plan);
      const sharesThreads = threads === cores;
      const session = createSession(api, environment, model, { threads, sharesThreads, plan });
      sessions++;
      return session;
    },
    releaseSession(session) {
      api.release('ReleaseSession', session);
      sessions--;
      // The arena itself goes with the last session that uses it.
      if (sessions === 0) quietly(() => api.call('UnregisterAllocator', environment, arena));
    },
  };
}

/** The environment is one for the process: when there is one already, this is it, and the threads stay as they were. */
function createEnvironment(api: Api, threads: number): Handle {
  const threading = api.create('CreateThreadingOptions');
  api.call('SetGlobalIntraOpNumThreads', threading, threads);
  api.call('SetGlobalInterOpNumThreads', threading, 1);
  const environment = api.create('CreateEnvWithGlobalThreadPools', FATAL, 'gansmith', threading);
  api.release('ReleaseThreadingOptions', threading);
  return environment;
}

/** Refused when another thread of this process has registered one: that one serves as well. */
function registerArena(api: Api, environment: Handle, memory: Handle, plan: Plan): void {
  const keys = api.names(['initial_chunk_size_bytes', 'arena_extend_strategy']);
  const settings = BigUint64Array.of(BigInt(ARENA_BYTES), growthOf[plan]);
  const config = api.create('CreateArenaCfgV2', keys, settings, settings.length);
  quietly(() => api.call('CreateAndRegisterAllocator', environment, memory, config));
  api.release('ReleaseArenaCfg', config);
}

/**
 * The settings of `sessionOptions` in session.ts, on the shared threads if there are as many as wanted. Without memory
 * patterns, which lay a program's values out in one block after its first run: programs share the arena, and each block
 * would come on top of what the first runs left there, by half of the peak memory of large systems and for no speed.
 */
function createSession(
  api: Api,
  environment: Handle,
  model: Uint8Array,
  settings: { threads: number; sharesThreads: boolean; plan: Plan },
): Handle {
  const { threads, sharesThreads, plan } = settings;
  const options = api.create('CreateSessionOptions');
  try {
    api.call('SetSessionExecutionMode', options, modeOf[plan]);
    api.call('SetSessionGraphOptimizationLevel', options, ALL_OPTIMIZATIONS);
    api.call('SetSessionLogSeverityLevel', options, FATAL);
    api.call('DisableMemPattern', options);
    api.call('SetIntraOpNumThreads', options, threads);
    api.call('SetInterOpNumThreads', options, 1);
    api.call('AddSessionConfigEntry', options, 'session.force_spinning_stop', '1');
    api.call('AddSessionConfigEntry', options, 'session.use_env_allocators', '1');
    if (sharesThreads) api.call('DisablePerSessionThreads', options);
    return api.create('CreateSessionFromArray', environment, model, model.byteLength, options);
  } catch (error) {
    // Whoever made the environment may have made it without shared threads.
    const lacksThreads = sharesThreads && /CreateEnvWithGlobalThreadPools/.test(String(error));
    if (!lacksThreads) throw error;
    return createSession(api, environment, model, { ...settings, sharesThreads: false });
  } finally {
    api.release('ReleaseSessionOptions', options);
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The caller said why this does not matter.
  }
}
