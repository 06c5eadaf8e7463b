import * as wasm from 'onnxruntime-web/wasm';
import { GansmithError } from '../base/errors.ts';
import type { Executor } from './executor.ts';
import {
  createRuntimeExecutor,
  type OpenedModel,
  openModel as open,
  type Runtime,
  sessionOptions,
} from './session.ts';
import { explained } from './webgpu.ts';

/** The part of the library that its entries for WebAssembly and for WebGPU share. */
type Library = Pick<typeof wasm, 'env' | 'InferenceSession' | 'Tensor'>;

/**
 * Runs programs with ONNX Runtime as WebAssembly, in a browser. Threads need a page that is cross-origin isolated;
 * the first program compiled sets their number for all.
 */
export const webExecutor: Executor = createRuntimeExecutor(runtimeOn(wasm, 'onnxruntime-web', 'wasm'));

/**
 * Runs programs on the graphics processor, by WebGPU, in a browser that has it; what WebGPU has no kernel for runs as
 * WebAssembly. States cross to the processor's memory and back at every run. The library's entry for WebGPU is loaded
 * by this call alone: its default entry holds an older implementation that is wrong for nodes of many inputs.
 * @throws GansmithError when the browser offers no adapter.
 */
export const createWebGpuExecutor = async (): Promise<Executor> =>
  createRuntimeExecutor(await webGpuRuntime());

/**
 * Opens a finished ONNX model, such as an exported generator.
 * @param on `webgpu` runs it as `createWebGpuExecutor` runs programs
 * @throws GansmithError when the runtime refuses it, or there is no WebGPU where that is asked for.
 */
export const openModel = async (
  model: Uint8Array,
  { on = 'wasm' }: { on?: 'wasm' | 'webgpu' } = {},
): Promise<OpenedModel> =>
  open(on === 'webgpu' ? await webGpuRuntime() : runtimeOn(wasm, 'onnxruntime-web', 'wasm'), model);

async function webGpuRuntime(): Promise<Runtime<wasm.Tensor>> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  if (!(await gpu?.requestAdapter())) {
    throw new GansmithError(
      'this browser offers no WebGPU adapter; use webExecutor, or a browser with WebGPU',
    );
  }
  return runtimeOn(await import('onnxruntime-web/webgpu'), 'onnxruntime-web/webgpu', 'webgpu');
}

function runtimeOn(
  { env, InferenceSession, Tensor }: Library,
  name: Executor['name'],
  provider: 'wasm' | 'webgpu',
): Runtime<wasm.Tensor> {
  env.logLevel = 'fatal';
  // The library refuses to start or run a program on WebGPU while it is still busy with another.
  const queued = provider === 'webgpu' ? createQueue() : <R>(action: () => Promise<R>) => action();
  return {
    name,
    profiles: false,
    async createSession(model, threads = navigator.hardwareConcurrency) {
      env.wasm.numThreads ??= globalThis.crossOriginIsolated ? threads : 1;
      const options = { ...sessionOptions, executionProviders: [provider] };
      const session = await queued(() => InferenceSession.create(model, options));
      return {
        inputMetadata: portsOf(session.inputMetadata),
        outputMetadata: portsOf(session.outputMetadata),
        run: (feeds) => explained(queued(() => session.run(feeds))),
        release: () => queued(() => session.release()),
      };
    },
    createTensor: (dtype, data, shape) => new Tensor(dtype, data, shape),
  };
}

/** What a model takes or gives, as far as it is tensors. */
const portsOf = (ports: readonly wasm.InferenceSession.ValueMetadata[]) =>
  ports.map((port) => ({ name: port.name, ...(port.isTensor ? { shape: port.shape } : {}) }));

/** Runs actions one after another, whether those before succeed or fail. */
function createQueue(): <R>(action: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const result = last.catch(() => {}).then(action);
    last = result;
    return result;
  };
}
