/**
 * Whether this is a thread of ONNX Runtime. In pages that are cross-origin isolated it starts its threads from the very
 * script it was built into, so a worker's script runs in them again; messages there are the runtime's own.
 */
export const isRuntimeThread: boolean =
  (globalThis as { name?: string }).name?.startsWith('em-pthread') ?? false;
