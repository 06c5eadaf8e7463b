import type { DataShape } from '../base/dataShape.ts';
import { GansmithError, ShapeError } from '../base/errors.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { scheduleInput } from '../gan/names.ts';
import { buildSampler } from '../gan/sampler.ts';
import { buildScorer, type Scorer } from '../gan/scorer.ts';
import { input, leafName, leafRole, tensor } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { formatShape, OPEN, sizeOf } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type EncodedModel, encodeModel } from '../onnx/model.ts';
import { valueAt } from '../optim/schedules.ts';
import type { Checkpoint } from './checkpoint.ts';
import { momentOf } from './stages.ts';

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
  const { config } = momentOf(gan, info.config as BaseConfig, info);
  const { program } = buildSampler(gan, config, info.data, { batch: OPEN, averaged });
  const output = info.data.kind;
  const [samples] = substitute([program.outputs.get('samples')!], constantsOf(gan, checkpoint));
  const fixed: Program = {
    name: `${gan.name} generator`,
    outputs: new Map([[output, samples!]]),
    updates: new Map(),
  };
  const description = {
    ...describeModel(gan, config, checkpoint, fixed),
    output,
    value_range: info.data.kind === 'images' ? '[-1, 1]' : 'as the data',
    // Whoever opens this file may ask for them.
    ...(gan.styles ? { parts: 'mapping, synthesis' } : {}),
    ...metadata,
  };
  return { model: encodeModel(fixed, { plain: true, metadata: description }), output };
}

/**
 * The critic `D` of a checkpoint as an ONNX model, as `exportGenerator` writes the generator: from `images` or `points` and, where it
 * is conditional, `label`, to `scores`: [batch, 1], or [batch, 1, h, w] of a critic that judges patches.
 *
 * @param metadata further key-value pairs for the model
 * @throws GansmithError when the GAN has no critic D, or one that looks at several examples at once, or at noise.
 */
export function exportCritic(
  gan: AnyGan,
  checkpoint: Checkpoint,
  { metadata = {} }: { metadata?: Readonly<Record<string, string>> } = {},
): EncodedModel {
  const { info } = checkpoint;
  const { config } = momentOf(gan, info.config as BaseConfig, info);
  const scorer = scorerOf(gan, config, info.data);
  const constant = constantsOf(gan, checkpoint);
  const [scores] = substitute([scorer.program.outputs.get('scores')!], (leaf) =>
    leafName(leaf) === 'real' ? input(info.data.kind, leaf.shape) : constant(leaf),
  );
  const fixed: Program = {
    name: `${gan.name} critic`,
    outputs: new Map([['scores', scores!]]),
    updates: new Map(),
  };
  const noise = leavesOf(fixed)
    .inputs.map(leafName)
    .find((name) => scorer.randoms.has(name));
  if (noise !== undefined)
    throw new GansmithError(`${gan.name}: its critic takes the noise '${noise}', so it cannot be exported`);
  const description = {
    ...describeModel(gan, config, checkpoint, fixed),
    network: 'D',
    output: 'scores',
    value_range: 'any: higher is more like real',
    ...metadata,
  };
  return encodeModel(fixed, { plain: true, metadata: description });
}

function scorerOf(gan: AnyGan, config: BaseConfig, data: DataShape): Scorer {
  let scorer: Scorer | undefined;
  try {
    scorer = buildScorer(gan, config, data, { batch: OPEN });
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new GansmithError(
      `${gan.name}: its critic cannot be exported, since what it says of one example depends on others: ${error.message}`,
      { cause: error },
    );
  }
  if (scorer) return scorer;
  throw new GansmithError(`${gan.name} has no critic D, so only its generator can be exported`);
}

/** The value of a state, or of a schedule at this moment of the run; undefined for other leaves. */
export function constantsOf(gan: AnyGan, checkpoint: Checkpoint): (leaf: Tensor) => Tensor | undefined {
  const { info } = checkpoint;
  const { config, progress } = momentOf(gan, info.config as BaseConfig, info);
  const schedules = new Map(
    Object.entries(gan.schedules?.(config) ?? {}).map(([name, schedule]) => [scheduleInput(name), schedule]),
  );
  return (leaf) => {
    if (leafRole(leaf) === 'state') return storedConstant(leaf, checkpoint);
    const schedule = schedules.get(leafName(leaf));
    return schedule === undefined ? undefined : tensor(valueAt(schedule, progress));
  };
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
export function describeModel(
  gan: AnyGan,
  config: BaseConfig,
  { info }: Checkpoint,
  program: Program,
): Record<string, string> {
  const { kind, classes } = info.data;
  const [shape] = [...program.outputs.values()].map((samples) => samples.shape);
  const declared = gan.inputs(config, info.data);
  const controls = gan.controls?.(config) ?? {};
  const inputs = leavesOf(program).inputs.map((leaf) => [
    leafName(leaf),
    {
      shape: formatShape(leaf.shape),
      type: leaf.dtype,
      ...(declared[leafName(leaf)] ? { distribution: declared[leafName(leaf)]!.distribution } : {}),
      ...(controls[leafName(leaf)] ? { control: controls[leafName(leaf)] } : {}),
    },
  ]);
  return {
    gan: gan.name,
    step: String(info.step),
    output_shape: formatShape(shape!),
    inputs: JSON.stringify(Object.fromEntries(inputs)),
    ...(classes.length > 0 ? { classes: JSON.stringify(classes) } : {}),
    ...(kind === 'images' ? { layout: 'NCHW, channels red, green, blue or grey' } : {}),
    config: JSON.stringify(info.config),
  };
}
