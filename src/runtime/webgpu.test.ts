import { expect, it } from 'vitest';
import { explained } from './webgpu.ts';

const failing = (message: string) => explained(Promise.reject(new Error(message)));

it('says what to do where WebGPU cannot do it, and leaves other failures alone', async () => {
  await expect(failing('Failed to get a WebGPU adapter: No supported adapters')).rejects.toThrow(
    /install its driver .* or run on the processor, which is the default \(Failed to get a WebGPU adapter/,
  );
  await expect(failing('Program Cast requires f16 but the device does not support it.')).rejects.toThrow(
    /no float16 in WebGPU \(its feature 'shader-f16'\); leave out the precision float16/,
  );
  await expect(failing('out of memory')).rejects.toThrow(/^out of memory$/);
  expect(await explained(Promise.resolve(3))).toBe(3);
});
