import { UsageError } from '../base/errors.ts';
import { sha256 } from '../data/sha256.ts';
import type { ModelPort, OpenedModel } from '../runtime/session.ts';
import type { ExtractorInput, FeatureExtractor } from './extractor.ts';
import { batched } from './network.ts';

/**
 * Any ONNX model with one image input [N, C, H, W], fed in [-1, 1]. Its first output is the features: [N, F], or with further axes,
 * over which they are averaged. Its hash is that of the file.
 *
 * @param name what the extractor is called
 * @param batch images in a run, where the model leaves it open
 * @throws UsageError when the model has another input, or does not say how many features it gives
 */
export async function onnxExtractor(
  model: OpenedModel,
  bytes: Uint8Array,
  { name, batch: wanted = 64 }: { name: string; batch?: number },
): Promise<FeatureExtractor> {
  const { port, batch: fixed, input } = imageInput(name, model.inputs);
  const output = model.outputs[0]!;
  const [, width] = output.shape ?? [];
  if (!isSize(width)) {
    throw new UsageError(
      `features '${name}': its first output '${output.name}' is [${output.shape}]; expected [N, features] with their number; export the model with a fixed number of features`,
    );
  }
  const batch = fixed ?? wanted;
  return batched({
    name,
    hash: sha256([bytes]),
    input,
    width,
    classes: [],
    batch,
    async run(images) {
      const shape = [batch, input.channels, input.height, input.width];
      const outputs = await model.run({ [port]: { data: images, shape } });
      return { features: averaged(outputs[output.name] as Float32Array, batch * width), logits: undefined };
    },
    release: () => model.release(),
  });
}

const isSize = (size: number | string | undefined): size is number => typeof size === 'number' && size > 0;

function imageInput(
  name: string,
  inputs: readonly ModelPort[],
): { port: string; batch: number | undefined; input: ExtractorInput } {
  const [{ name: port, shape = [] } = { name: '' }, ...others] = inputs;
  const [count, channels, height, width, ...more] = shape;
  const fits = others.length === 0 && more.length === 0;
  if (!(fits && isSize(channels) && isSize(height) && isSize(width))) {
    const found = inputs.map((input) => `'${input.name}' [${input.shape}]`).join(', ');
    throw new UsageError(
      `features '${name}': expected one input of images [N, C, H, W] with fixed sizes C, H and W, got ${found}; export the model so`,
    );
  }
  return {
    port,
    batch: isSize(count) ? count : undefined,
    input: { channels, height, width, range: [-1, 1] },
  };
}

/** Means of so many equal stretches. */
function averaged(values: Float32Array, count: number): Float32Array {
  const places = values.length / count;
  if (places === 1) return values;
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = i * places; j < (i + 1) * places; j++) sum += values[j]!;
    return sum / places;
  });
}
