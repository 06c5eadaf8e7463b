import { GansmithError } from '../base/errors.ts';

/** What ONNX Runtime says when WebGPU cannot do it, and what to do about it. */
const REMEDIES: readonly [RegExp, string][] = [
  [
    /requires f16/,
    "this adapter has no float16 in WebGPU (its feature 'shader-f16'); leave out the precision float16, or use another adapter",
  ],
  [
    /Failed to get a WebGPU adapter/,
    'no graphics processor is to be had for WebGPU; install its driver (Vulkan, Metal or Direct3D 12), or run on the processor, which is the default',
  ],
];

/** Adds what to do to a failure of the runtime on WebGPU. */
export async function explained<R>(result: Promise<R>): Promise<R> {
  try {
    return await result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = REMEDIES.find(([pattern]) => pattern.test(reason))?.[1];
    if (!remedy) throw error;
    throw new GansmithError(`${remedy} (${reason})`, { cause: error });
  }
}
