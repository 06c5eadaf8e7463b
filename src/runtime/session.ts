import { GansmithError } from '../base/errors.ts';
import type { Program } from '../graph/program.ts';
import type { Shape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import type { Port } from '../onnx/graph.ts';
import { encodeModel } from '../onnx/model.ts';
import { createExecutor, type Prepared } from './backend.ts';
import type { CompileOptions, Executor, Numbers, ProgramProfile } from './executor.ts';
import { type Call, placeRuns } from './kernels.ts';

/** Arrays the runtime's tensors are made of. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** The part of a runtime's tensor that is used here. Its data is in JavaScript's hands. */
export interface RuntimeTensor {
  readonly dims: readonly number[];
  readonly data: unknown;
}

export interface RuntimeSession<T> {
  run(feeds: Record<string, T>): Promise<Readonly<Record<string, T>>>;
  /** What the model takes and gives, where the runtime tells. */
  readonly inputMetadata?: readonly ModelPort[];
  readonly outputMetadata?: readonly ModelPort[];
  /** Present when the session was made to be profiled: ends that, and gives the lines the runtime wrote. */
  takeProfile?(): Promise<string[]>;
  release(): Promise<void>;
}

/** An input or output of a model: sizes that are left open are names or below 1. */
export interface ModelPort {
  readonly name: string;
  readonly shape?: readonly (number | string)[];
}

/** The part of ONNX Runtime that its packages for Node and for browsers share. */
export interface Runtime<T> {
  name: Executor['name'];
  /** Its sessions can be profiled. */
  profiles: boolean;
  createSession(
    model: Uint8Array,
    threads: number | undefined,
    profile?: boolean,
  ): Promise<RuntimeSession<T>>;
  createTensor(dtype: DType, data: TensorData, shape: Shape): T;
}

/**
 * Settings of every session. Idle threads of one session otherwise keep spinning and take the cores from the next
 * program of a step, at half the speed. Failures are thrown, so they need not be logged as well.
 */
export const sessionOptions = {
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  logSeverityLevel: 4,
  extra: { session: { force_spinning_stop: '1' } },
} as const;

/**
 * An executor on ONNX Runtime's JavaScript packages. States are the tensors a run returned, fed to the next one as they are:
 * memory handed in for results to be written to is ignored by the package for browsers, and saves nothing in the one for
 * Node (node/direct.ts does without that package).
 */
export function createRuntimeExecutor<T extends RuntimeTensor>(runtime: Runtime<T>): Executor {
  return createExecutor<T>({
    name: runtime.name,
    profiles: runtime.profiles,
    prepare: (program, options) => prepare(runtime, program, options),
    hold: (data, shape, dtype) => runtime.createTensor(dtype, asTensorData(data, dtype), shape),
    shapeOf: ({ dims }) => dims,
    dataOf: ({ data }) => asNumbers(data),
  });
}

/** A program on a session of a runtime. */
export async function prepare<T>(
  runtime: Runtime<T>,
  program: Program,
  { threads, profile, ...options }: CompileOptions,
): Promise<Prepared<T>> {
  const model = encodeModel(program, options);
  const session = await runtime.createSession(model.bytes, threads, profile);
  const leaves = [...model.inputs, ...model.states];
  const calls: Call[] = [];
  return {
    exposed: model.exposed.map(({ tensor }) => tensor),
    async run(leaf) {
      const feeds = Object.fromEntries(leaves.map(({ key, name }) => [name, leaf(key)]));
      const start = performance.now();
      const results = await session.run(feeds);
      if (profile) calls.push({ start, end: performance.now() });
      const picked = (ports: readonly Port[]) => new Map(ports.map(({ key, name }) => [key, results[name]!]));
      return {
        outputs: picked(model.outputs),
        updates: picked(model.updates),
        exposed: model.exposed.map(({ name }) => results[name]!),
      };
    },
    ...(session.takeProfile && {
      async profile(): Promise<ProgramProfile> {
        return { runs: placeRuns(await session.takeProfile!(), calls), written: model.written };
      },
    }),
    release: () => session.release(),
  };
}

/** A finished model, whoever made it. */
export interface OpenedModel {
  /** What it takes and gives, in the model's order; empty where the runtime does not tell. */
  inputs: readonly ModelPort[];
  outputs: readonly ModelPort[];
  /** Runs on the model's inputs by name; element types follow from the arrays, with Uint8Array for booleans. */
  run(feeds: Readonly<Record<string, { data: Numbers; shape: Shape }>>): Promise<Record<string, Numbers>>;
  release(): Promise<void>;
}

/**
 * Opens a finished ONNX model, such as an exported generator, to see what it computes.
 * @throws GansmithError when the runtime refuses the model, and from `run` when it refuses what is fed.
 */
export async function openModel<T extends RuntimeTensor>(
  runtime: Runtime<T>,
  model: Uint8Array,
): Promise<OpenedModel> {
  const refused = (what: string) => (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GansmithError(`the model ${what} ${runtime.name}: ${reason}`, { cause: error });
  };
  const session = await runtime.createSession(model, undefined).catch(refused('does not load in'));
  return {
    inputs: session.inputMetadata ?? [],
    outputs: session.outputMetadata ?? [],
    async run(feeds) {
      const tensors = Object.entries(feeds).map(([name, { data, shape }]) => {
        const dtype = dtypeOf(data);
        return [name, runtime.createTensor(dtype, asTensorData(data, dtype), shape)] as const;
      });
      const results = await session.run(Object.fromEntries(tensors)).catch(refused('failed in'));
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, asNumbers(data)]));
    },
    release: () => session.release(),
  };
}

function dtypeOf(data: Numbers): DType {
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Uint8Array ? 'bool' : 'float32';
}

/** Numbers as a runtime keeps them, as programs give them back: int64 becomes plain numbers. */
export const asNumbers = (data: unknown): Numbers =>
  data instanceof BigInt64Array ? Float64Array.from(data, Number) : (data as Numbers);

/** Numbers as programs take them, as a runtime keeps them. Copied only where the kind of array differs. */
export function asTensorData(data: Numbers, dtype: DType): TensorData {
  if (dtype === 'float32') return data instanceof Float32Array ? data : new Float32Array(data);
  if (dtype === 'int64') return BigInt64Array.from(data as Float64Array, BigInt);
  return data as Int32Array | Uint8Array;
}
