import { GansmithError } from '../base/errors.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { OPEN, type Shape } from '../graph/shape.ts';
import type { DType, Tensor } from '../graph/tensor.ts';
import { checkProgram, prepareChecks } from './checks.ts';
import { describe } from './describe.ts';
import type {
  CompiledProgram,
  CompileOptions,
  Executor,
  Numbers,
  ProgramProfile,
  RunResult,
  States,
} from './executor.ts';
import { createStateStore, type StateStore } from './states.ts';

/** What makes one executor differ from another: how it holds values (`T`) and runs a program on them. */
export interface Backend<T> {
  name: Executor['name'];
  /** Can record when each kernel runs. */
  profiles: boolean;
  prepare(program: Program, options: CompileOptions): Promise<Prepared<T>>;
  /** Takes numbers over; they are not copied where they already have the right form. */
  hold(data: Numbers, shape: Shape, dtype: DType): T;
  shapeOf(held: T): Shape;
  /** The numbers themselves, not a copy. */
  dataOf(held: T): Numbers;
}

export interface Prepared<T> {
  /** What `Results.exposed` holds, in the same order. */
  exposed: readonly Tensor[];
  /** Runs on the values of leaves by name. No result shares memory with a leaf or with another result. */
  run(leaf: (name: string) => T): Promise<Results<T>>;
  /** Present when compiled to be profiled. */
  profile?(): Promise<ProgramProfile>;
  /** Takes back the value that a committed update of a state replaced, which nobody reads any more. */
  recycle?(name: string, replaced: T): void;
  release(): Promise<void>;
}

export interface Results<T> {
  outputs: ReadonlyMap<string, T>;
  updates: ReadonlyMap<string, T>;
  exposed: readonly T[];
}

/** An executor: all that does not depend on how values are held, such as checks and the keeping of states. */
export function createExecutor<T>(backend: Backend<T>): Executor {
  const store = createStateStore<T>({
    hold: (data, shape) => backend.hold(data, shape, 'float32'),
    shapeOf: backend.shapeOf,
    // Only float32 values ever become states, and those are read as floats.
    dataOf: (held) => backend.dataOf(held) as Float32Array | Float64Array,
  });
  return {
    name: backend.name,
    createStates: store.create,
    async compile(program, options = {}) {
      checkProgram(program);
      if (options.profile && !backend.profiles) {
        throw new GansmithError(
          `program ${program.name}: ${backend.name} does not tell how long its parts take; profile with ONNX Runtime in Node`,
        );
      }
      const prepared = await naming(program, `does not compile for ${backend.name}`, () =>
        backend.prepare(program, options),
      );
      return compiled(backend, store, program, prepared);
    },
  };
}

function compiled<T>(
  backend: Backend<T>,
  store: StateStore<T>,
  program: Program,
  prepared: Prepared<T>,
): CompiledProgram {
  const leaves = leavesOf(program);
  const checks = prepareChecks(program, leaves);
  const inputs = leaves.inputs.map((input) => ({
    name: leafName(input),
    shape: input.shape,
    dtype: input.dtype,
  }));
  const descriptions = describe(prepared.exposed);
  let released = false;

  return {
    program,
    async run(feeds, states) {
      if (released) throw new GansmithError(`program ${program.name}: was released, so it can't run`);
      const held = heldBy(backend, store, program, states);
      const batch = checks.feeds(feeds);
      checks.states((name) => {
        const value = held.get(name);
        return value === undefined ? undefined : backend.shapeOf(value);
      });

      const values = new Map<string, T>();
      for (const { name, shape, dtype } of inputs) {
        values.set(name, backend.hold(feeds[name]!, withBatch(shape, batch), dtype));
      }
      const results = await naming(program, `failed in ${backend.name}`, () =>
        prepared.run((name) => values.get(name) ?? held.get(name)!),
      );
      const outputs: Record<string, Numbers> = {};
      for (const [name, value] of results.outputs) outputs[name] = backend.dataOf(value);
      let committed = false;
      return {
        outputs,
        exposed: results.exposed.map((value, i) => ({
          description: descriptions[i]!,
          data: backend.dataOf(value),
        })),
        commit() {
          if (committed) return;
          committed = true;
          for (const [name, value] of results.updates) {
            const replaced = held.get(name);
            held.set(name, value);
            if (replaced !== undefined) prepared.recycle?.(name, replaced);
          }
        },
      } satisfies RunResult;
    },
    async profile() {
      if (prepared.profile) return prepared.profile();
      throw new GansmithError(`program ${program.name}: was not compiled with 'profile', so it has none`);
    },
    async release() {
      if (released) return;
      released = true;
      await prepared.release();
    },
  };
}

const withBatch = (shape: Shape, batch: number | undefined): Shape =>
  batch === undefined ? shape : shape.map((size) => (size === OPEN ? batch : size));

function heldBy<T>(
  backend: Backend<T>,
  store: StateStore<T>,
  program: Program,
  states: States,
): Map<string, T> {
  const held = store.heldBy(states);
  if (held) return held;
  throw new GansmithError(
    `program ${program.name}: these states belong to another executor; make them with createStates() of ${backend.name}`,
  );
}

/** Names the program in whatever goes wrong inside a runtime. */
async function naming<R>(program: Program, what: string, action: () => Promise<R>): Promise<R> {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GansmithError(`program ${program.name}: ${what}: ${reason}`, { cause: error });
  }
}
