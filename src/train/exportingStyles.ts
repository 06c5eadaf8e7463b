import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { buildStyles } from '../gan/styles.ts';
import { evaluate } from '../graph/interpreter.ts';
import type { Program } from '../graph/program.ts';
import { OPEN } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import { type EncodedModel, encodeModel } from '../onnx/model.ts';
import type { Checkpoint } from './checkpoint.ts';
import { constantsOf, describeModel } from './exporting.ts';
import { momentOf } from './stages.ts';

/** The two parts of a generator with styles: from z to w, and from w to pictures. */
export type StylePart = 'mapping' | 'synthesis';

/**
 * One part of a checkpoint's generator as an ONNX model, as `exportGenerator` writes the whole. The mapping takes `z`, and `label` where
 * there are classes, to `w` [batch, layers, width], not truncated. The synthesis takes `w`, which may differ from layer to layer, to
 * `images` [batch, C, H, W] in [-1, 1]. The metadata of both tell `layers`, `width`, the `mean` of w as a JSON list of `width` numbers,
 * the `cutoff` (truncation by psi replaces w of the first `cutoff` layers by mean + psi (w - mean)), and `resolutions`, a JSON list of the
 * sides that the layers make, where the system says them.
 *
 * @param metadata further key-value pairs for the model
 * @throws UsageError when the GAN has no styles; GansmithError when the checkpoint lacks a parameter.
 */
export function exportStyles(
  gan: AnyGan,
  checkpoint: Checkpoint,
  part: StylePart,
  {
    averaged = true,
    metadata = {},
  }: { averaged?: boolean; metadata?: Readonly<Record<string, string>> } = {},
): EncodedModel {
  const { info } = checkpoint;
  const { config } = momentOf(gan, info.config as BaseConfig, info);
  const styles = buildStyles(gan, config, info.data, { batch: OPEN, averaged });
  const output = part === 'mapping' ? 'w' : info.data.kind;
  const [result, mean] = substitute(
    [...styles[part].program.outputs.values(), ...styles.mean.outputs.values()],
    constantsOf(gan, checkpoint),
  );
  const fixed: Program = {
    name: `${gan.name} ${part}`,
    outputs: new Map([[output, result!]]),
    updates: new Map(),
  };
  const description = {
    ...describeModel(gan, config, checkpoint, fixed),
    network: part,
    output,
    value_range: part === 'mapping' ? 'any' : '[-1, 1]',
    layers: String(styles.layers),
    width: String(styles.width),
    cutoff: String(styles.cutoff),
    ...(styles.resolutions ? { resolutions: JSON.stringify(styles.resolutions) } : {}),
    mean: JSON.stringify([...evaluate(mean!)]),
    ...metadata,
  };
  return encodeModel(fixed, { plain: true, metadata: description });
}
