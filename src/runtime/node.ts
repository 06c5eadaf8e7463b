import { availableParallelism } from 'node:os';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Executor } from './executor.ts';
import {
  createRuntimeExecutor,
  type OpenedModel,
  openModel as open,
  type Runtime,
  sessionOptions,
} from './session.ts';

// On some machines the library warns, at its start, of graphics devices it cannot read.
env.logLevel = 'fatal';

const runtime: Runtime<Tensor> = {
  name: 'onnxruntime-node',
  createSession: (model, threads = availableParallelism()) =>
    InferenceSession.create(model, { ...sessionOptions, intraOpNumThreads: threads }),
  createTensor: (dtype, data, shape) => new Tensor(dtype, data, shape),
};

/** Runs programs with ONNX Runtime on the processor, in Node. A run blocks its thread until it is done. */
export const nodeExecutor: Executor = createRuntimeExecutor(runtime);

/** Opens a finished ONNX model, such as an exported generator. */
export const openModel = (model: Uint8Array): Promise<OpenedModel> => open(runtime, model);
