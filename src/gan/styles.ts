import type { DataShape } from '../base/dataShape.ts';
import { GansmithError, UsageError } from '../base/errors.ts';
import { input } from '../graph/ops/leaf.ts';
import type { Program } from '../graph/program.ts';
import type { Tensor } from '../graph/tensor.ts';
import { truncate } from '../nn/mapping.ts';
import type { AnyGan, BaseConfig, Control } from './defineGan.ts';
import { type Sampler, weightSource } from './sampler.ts';
import { bindAll, control, stepValues } from './symbolic.ts';
import { createTrace } from './trace.ts';

/** The control `psi` of a system with styles. */
export const STYLE_TRUNCATION: Control = {
  default: 1,
  low: 0,
  high: 1.5,
  meaning: 'truncation: towards 0 all pictures become the mean one',
};

/** What a system of two parts need not say itself: that its pictures are made of truncated styles, and how far truncation goes. */
export const sampledByStyles = (
  styles: NonNullable<AnyGan['styles']>,
): Required<Pick<AnyGan, 'controls' | 'sample'>> => ({
  controls: () => ({ psi: STYLE_TRUNCATION }),
  sample(networks, values, config, data) {
    const { mapping, mean, cutoff, synthesis } = styles(config, data);
    const w = mapping(networks, values);
    return synthesis(networks, truncate(w, mean(networks), { psi: control('psi'), cutoff }));
  },
});

/** How many styles a picture is made of, and what is known of them without a checkpoint. */
export interface StyleSizes {
  /** Styles of a picture, one a layer, the coarsest first. */
  layers: number;
  /** Length of a style. */
  width: number;
  /** Layers that truncation changes, the coarsest first. */
  cutoff: number;
  /** Side of the feature maps that each style makes; undefined where the system does not say. */
  resolutions?: readonly number[];
}

/** A generator's two parts as programs. */
export interface StylePrograms extends StyleSizes {
  /** Random inputs, and `label` where there are classes, to the output `w` [batch, layers, width], not truncated. */
  mapping: Sampler;
  /** The input `w` [batch, layers, width] to the output `samples`. */
  synthesis: Sampler;
  /** The running mean of w: the output `mean` [width]. */
  mean: Program;
}

type Options = { batch: number; averaged?: boolean };

/**
 * The mapping and the synthesis of a system with styles, in sampling mode.
 * @param batch rows per call, or OPEN for programs to be exported.
 * @param averaged read the averaged weights where the GAN keeps them. Default true.
 * @throws UsageError when the GAN has no styles.
 */
export function buildStyles(
  gan: AnyGan,
  config: BaseConfig,
  data: DataShape,
  { batch, averaged = true }: Options,
): StylePrograms {
  const styles = gan.styles?.(config, data);
  if (!styles) {
    throw new UsageError(
      `${gan.name} has no styles: it makes pictures of z in one part, without a mapping network; stylegan, stylegan2 and stylegan2-ada have one`,
    );
  }
  const inputs = gan.inputs(config, data);
  /** A part by itself, on a trace of its own. */
  const part = (
    name: string,
    make: (bound: ReturnType<typeof bindAll>, values: Values) => Tensor,
  ): Sampler => {
    const trace = createTrace(
      'sample',
      `${gan.name}/${name}`,
      new Map(),
      weightSource(gan, config, averaged),
    );
    const values = stepValues(inputs, data, batch, trace.randoms);
    const result = make(bindAll(trace, gan.networks(config, data)), values);
    const output = OUTPUTS[name] ?? name;
    return {
      program: { name: trace.where, outputs: new Map([[output, result]]), updates: new Map() },
      randoms: trace.randoms,
      latents: Object.keys(inputs),
      controls: {},
    };
  };
  const mapping = part('mapping', styles.mapping);
  const [, layers, width] = mapping.program.outputs.get('w')!.shape as [number, number, number];
  const { resolutions, cutoff = layers } = styles;
  if (resolutions && resolutions.length !== layers) {
    throw new GansmithError(
      `${gan.name}: 'styles' names ${resolutions.length} resolutions, but its mapping makes ${layers} styles; name one a style`,
    );
  }
  return {
    ...{ layers, width, cutoff, mapping },
    ...(resolutions ? { resolutions } : {}),
    synthesis: part('synthesis', (bound) => styles.synthesis(bound, input('w', [batch, layers, width]))),
    mean: part('mean', (bound) => styles.mean(bound)).program,
  };
}

type Values = ReturnType<typeof stepValues>;

const OUTPUTS: Record<string, string> = { mapping: 'w', synthesis: 'samples' };
