import { GansmithError } from '../base/errors.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { buildSampler } from '../gan/sampler.ts';
import { leafName, leafRole, tensor } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { formatShape, OPEN, sizeOf } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type EncodedModel, encodeModel } from '../onnx/model.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface ExportedGenerator {
  model: EncodedModel;
  /** Name of the model's one output. */
  output: 'images' | 'points';
}

/**
 * The generator of a checkpoint as an ONNX model: parameters inside, batch size open, plain operators only. Its inputs keep
 * their declared names (`z`), its output is `images`, [batch, C, H, W] in [-1, 1], or `points`, [batch, D].
 *
 * @param metadata further key-value pairs for the model
 * @throws GansmithError when the checkpoint lacks a parameter.
 */
export function exportGenerator(
  gan: AnyGan,
  checkpoint: Checkpoint,
  {
    averaged = true,
    metadata = {},
  }: { averaged?: boolean; metadata?: Readonly<Record<string, string>> } = {},
): ExportedGenerator {
  const { info } = checkpoint;
  const config = info.config as BaseConfig;
  const { program } = buildSampler(gan, config, info.data, { batch: OPEN, averaged });
  const output = info.data.kind;
  const [samples] = substitute([program.outputs.get('samples')!], (leaf) =>
    leafRole(leaf) === 'state' ? storedConstant(leaf, checkpoint) : undefined,
  );
  const fixed: Program = {
    name: `${gan.name} generator`,
    outputs: new Map([[output, samples!]]),
    updates: new Map(),
  };
  const description = { ...describeModel(gan, checkpoint, fixed), ...metadata };
  return { model: encodeModel(fixed, { plain: true, metadata: description }), output };
}

function storedConstant(leaf: Tensor, { tensors, info }: Checkpoint): Tensor {
  const stored = tensors.get(leafName(leaf));
  if (!stored || stored.data.length !== sizeOf(leaf.shape) || stored.data instanceof BigInt64Array) {
    const found = stored ? `holds it as ${formatShape(stored.shape)}` : 'does not hold it';
    throw new GansmithError(
      `${info.gan} needs '${leafName(leaf)}' of ${formatShape(leaf.shape)}, but the checkpoint ${found}; was the GAN's file changed since?`,
    );
  }
  return tensor(Float64Array.from(stored.data), leaf.shape);
}

/** What a stranger must know to use the model: sizes, ranges, and what to feed. */
function describeModel(gan: AnyGan, { info }: Checkpoint, program: Program): Record<string, string> {
  const { kind, classes } = info.data;
  const [shape] = [...program.outputs.values()].map((samples) => samples.shape);
  const declared = gan.inputs(info.config as BaseConfig, info.data);
  const inputs = leavesOf(program).inputs.map((leaf) => [
    leafName(leaf),
    {
      shape: formatShape(leaf.shape),
      type: leaf.dtype,
      ...(declared[leafName(leaf)] ? { distribution: declared[leafName(leaf)]!.distribution } : {}),
    },
  ]);
  return {
    gan: gan.name,
    step: String(info.step),
    output: kind,
    output_shape: formatShape(shape!),
    value_range: kind === 'images' ? '[-1, 1]' : 'as the data',
    inputs: JSON.stringify(Object.fromEntries(inputs)),
    ...(classes.length > 0 ? { classes: JSON.stringify(classes) } : {}),
    ...(kind === 'images' ? { layout: 'NCHW, channels red, green, blue or grey' } : {}),
    config: JSON.stringify(info.config),
  };
}
