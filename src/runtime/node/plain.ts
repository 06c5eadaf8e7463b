import './telemetry.ts';
import { availableParallelism } from 'node:os';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Program } from '../../graph/program.ts';
import type { DType } from '../../graph/tensor.ts';
import type { Prepared } from '../backend.ts';
import type { CompileOptions, Executor } from '../executor.ts';
import { prepare, type Runtime, type RuntimeSession, sessionOptions, type TensorData } from '../session.ts';
import { explained } from '../webgpu.ts';
import { makeProfileFolder } from './profileFolder.ts';
import type { Value } from './values.ts';

// On some machines the library warns, at its start, of graphics devices it cannot read.
env.logLevel = 'fatal';

const runtimeOn = (name: Executor['name'], provider: 'cpu' | 'webgpu'): Runtime<Tensor> => ({
  name,
  profiles: true,
  createSession(model, threads = availableParallelism(), profile = false) {
    const options = { ...sessionOptions, intraOpNumThreads: threads, executionProviders: [provider] };
    return profile ? profiledSession(model, options) : InferenceSession.create(model, options);
  },
  createTensor: (dtype, data, shape) => new Tensor(dtype, data, shape),
});

/** The package onnxruntime-node on the processor: the plain binding. */
export const plainRuntime = runtimeOn('onnxruntime-node', 'cpu');

/** The package on the graphics processor. */
export const webGpuRuntime: Runtime<Tensor> = explaining(runtimeOn('onnxruntime-node/webgpu', 'webgpu'));

/** The same, saying what to do where WebGPU is at fault. */
function explaining(runtime: Runtime<Tensor>): Runtime<Tensor> {
  return {
    ...runtime,
    async createSession(...of) {
      const session = await explained(runtime.createSession(...of));
      return {
        run: (feeds) => explained(session.run(feeds)),
        ...(session.takeProfile && { takeProfile: () => session.takeProfile!() }),
        release: () => session.release(),
      };
    },
  };
}

async function profiledSession(
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<RuntimeSession<Tensor>> {
  const folder = await makeProfileFolder();
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: folder.prefix };
    const session = await InferenceSession.create(model, { ...options, ...profiling });
    return {
      run: (feeds) => session.run(feeds),
      takeProfile() {
        session.endProfiling();
        return folder.lines();
      },
      async release() {
        await session.release();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** A profiled program for the direct binding, which leaves profiling to the package: values cross over and back. */
export async function profiledOnValues(program: Program, options: CompileOptions): Promise<Prepared<Value>> {
  const { run, profile, release, exposed: described } = await prepare(plainRuntime, program, options);
  const asTensor = ({ dtype, shape, data }: Value) => plainRuntime.createTensor(dtype, data, shape);
  const asValue = ({ type, dims, data }: Tensor): Value => ({
    dtype: type as DType,
    shape: dims,
    data: data as TensorData,
  });
  const asValues = (tensors: ReadonlyMap<string, Tensor>) =>
    new Map([...tensors].map(([name, tensor]) => [name, asValue(tensor)]));
  return {
    exposed: described,
    ...(profile ? { profile } : {}),
    release,
    async run(leaf) {
      const { outputs, updates, exposed } = await run((name) => asTensor(leaf(name)));
      return { outputs: asValues(outputs), updates: asValues(updates), exposed: exposed.map(asValue) };
    },
  };
}
