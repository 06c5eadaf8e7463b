import { GansmithError } from '../base/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import type { BindingName } from '../runtime/node/binding.ts';

export const EXECUTORS = ['onnxruntime', 'webgpu', 'interpreter'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

/** Loads an executor; the one not asked for is never loaded. */
export async function executorNamed(name: ExecutorName): Promise<Executor> {
  if (name === 'interpreter') return (await import('../runtime/interpreter.ts')).interpreterExecutor;
  try {
    const { nodeExecutor, nodeWebGpuExecutor } = await import('../runtime/node.ts');
    return name === 'webgpu' ? nodeWebGpuExecutor : nodeExecutor;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new GansmithError(
      `ONNX Runtime cannot be loaded: ${reason}; install gansmith again on this machine, or try a small system with --executor interpreter`,
      { cause: error },
    );
  }
}

/** How the executor reaches ONNX Runtime, for the record. Throws when the way the environment asks for does not work. */
export async function bindingOf(name: ExecutorName): Promise<BindingName | undefined> {
  if (name !== 'onnxruntime') return undefined;
  await executorNamed(name);
  return (await import('../runtime/node.ts')).nodeBinding().binding;
}
