import process from 'node:process';
import type { Executor } from './executor.ts';
import { BINDING_VARIABLE, type BindingName, type Bindings, chooseBinding } from './node/binding.ts';
import { createDirectExecutor } from './node/direct.ts';
import { openLibrary } from './node/library.ts';
import { plainRuntime, profiledOnValues, webGpuRuntime } from './node/plain.ts';
import { createRuntimeExecutor, type OpenedModel, openModel as open } from './session.ts';

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Made when first needed: the library is set up once for a process. */
const bindings: Bindings = {
  direct: once(() => createDirectExecutor(openLibrary(), profiledOnValues)),
  lean: once(() => createDirectExecutor(openLibrary(), profiledOnValues, 'lean')),
  plain: once(() => createRuntimeExecutor(plainRuntime)),
};

const choice = once(() => chooseBinding(bindings, process.env[BINDING_VARIABLE]));

/**
 * Runs programs with ONNX Runtime on the processor, in Node. A run blocks its thread until it is done. The environment
 * variable GANSMITH_BINDING may ask for one of its bindings, `direct`, `lean` or `plain`.
 */
export const nodeExecutor: Executor = {
  name: 'onnxruntime-node',
  compile: async (program, options) => choice().executor.compile(program, options),
  createStates: () => choice().executor.createStates(),
};

/** The binding of `nodeExecutor`, with the reason if it is the plain one. Throws when the one asked for does not work. */
export function nodeBinding(): { binding: BindingName; reason?: string } {
  const { executor: _, ...described } = choice();
  return described;
}

/** The executor on one binding, to compare them. Throws an Error when the direct one does not work here. */
export const nodeExecutorWith = (binding: BindingName): Executor => bindings[binding]();

/**
 * Runs programs on the graphics processor, by WebGPU; what WebGPU has no kernel for runs on the processor. States cross to
 * the processor's memory and back at every run. Without an adapter, `compile` says so.
 */
export const nodeWebGpuExecutor: Executor = createRuntimeExecutor(webGpuRuntime);

/** Opens a finished ONNX model, such as an exported generator. */
export const openModel = (model: Uint8Array): Promise<OpenedModel> => open(plainRuntime, model);
