import { availableParallelism } from 'node:os';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Executor } from './executor.ts';
import { makeProfileFolder } from './node/profileFolder.ts';
import {
  createRuntimeExecutor,
  type OpenedModel,
  openModel as open,
  type Runtime,
  type RuntimeSession,
  sessionOptions,
} from './session.ts';

// On some machines the library warns, at its start, of graphics devices it cannot read.
env.logLevel = 'fatal';

const runtime: Runtime<Tensor> = {
  name: 'onnxruntime-node',
  profiles: true,
  createSession(model, threads = availableParallelism(), profile = false) {
    const options = { ...sessionOptions, intraOpNumThreads: threads };
    return profile ? profiledSession(model, options) : InferenceSession.create(model, options);
  },
  createTensor: (dtype, data, shape) => new Tensor(dtype, data, shape),
};

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

/** Runs programs with ONNX Runtime on the processor, in Node. A run blocks its thread until it is done. */
export const nodeExecutor: Executor = createRuntimeExecutor(runtime);

/** Opens a finished ONNX model, such as an exported generator. */
export const openModel = (model: Uint8Array): Promise<OpenedModel> => open(runtime, model);
