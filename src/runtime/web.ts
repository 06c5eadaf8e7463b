import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { Executor } from './executor.ts';
import { createRuntimeExecutor, sessionOptions } from './session.ts';

env.logLevel = 'fatal';

/**
 * Runs programs with ONNX Runtime as WebAssembly, in a browser. Threads need a page that is cross-origin isolated;
 * the first program compiled sets their number for all.
 */
export const webExecutor: Executor = createRuntimeExecutor<Tensor>({
  name: 'onnxruntime-web',
  profiles: false,
  createSession(model, threads = navigator.hardwareConcurrency) {
    env.wasm.numThreads ??= globalThis.crossOriginIsolated ? threads : 1;
    return InferenceSession.create(model, { ...sessionOptions, executionProviders: ['wasm'] });
  },
  createTensor: (dtype, data, shape) => new Tensor(dtype, data, shape),
});
