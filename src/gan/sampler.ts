import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { AnyGan, BaseConfig, Bound, Control, InputSet, NetworkSet, StepValues } from './defineGan.ts';
import { averageName } from './names.ts';
import { bindAll, stepValues } from './symbolic.ts';
import { createTrace, type RandomSpec, type Trace } from './trace.ts';

/** How pictures are made: the program, and the random numbers it wants. */
export interface Sampler {
  program: Program;
  randoms: ReadonlyMap<string, RandomSpec>;
  /** The random inputs the GAN declares; the rest is noise drawn inside networks. */
  latents: readonly string[];
  /** Numbers to choose, by input name: those of the declared ones that the program reads. */
  controls: Readonly<Record<string, Control>>;
}

/** Feeds of a sampler's controls: the chosen numbers, and the defaults of the rest. */
export const controlFeeds = (
  controls: Sampler['controls'],
  chosen: Readonly<Record<string, number | undefined>> = {},
): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(controls).map(([name, control]) => [
      name,
      Float32Array.of(chosen[name] ?? control.default),
    ]),
  );

/** Where the weights and states of a GAN are read from: their averages, where it keeps them, or the live ones. */
export function weightSource(gan: AnyGan, config: BaseConfig, averaged: boolean): Trace['source'] {
  const averages = gan.averages?.(config) ?? {};
  return (fullName, isParam) => {
    const average = averaged ? averages[fullName.slice(0, fullName.indexOf('/'))] : undefined;
    return average && (isParam || average.statistics !== 'copy') ? averageName(fullName) : fullName;
  };
}

/**
 * What a GAN makes of its inputs, as it says in `sample`, else G(z).
 * @throws GansmithError when it does not say, and has no G or no z.
 */
export function madeSamples(
  [gan, config, data]: readonly [AnyGan, BaseConfig, DataShape],
  bound: Bound<NetworkSet>,
  values: StepValues<InputSet>,
): Tensor {
  if (gan.sample) return gan.sample(bound, values, config, data);
  if (bound.G && values.z) return bound.G(values.z);
  const inputs = Object.keys(values).filter((name) => name !== 'real' && name !== 'label');
  throw new GansmithError(
    `${gan.name}: has no network G with an input z; say in 'sample' how a picture is made from ${inputs.join(', ')}`,
  );
}

/**
 * The generator in sampling mode as a program with the output `samples`.
 * @param batch rows per call, or OPEN for a program to be exported.
 * @param averaged read the averaged weights where the GAN keeps them.
 */
export function buildSampler(
  gan: AnyGan,
  config: BaseConfig,
  data: DataShape,
  { batch, averaged = true }: { batch: number; averaged?: boolean },
): Sampler {
  const source = weightSource(gan, config, averaged);
  const trace = createTrace('sample', `${gan.name}/sample`, new Map(), source);
  const inputs = gan.inputs(config, data);
  const bound = bindAll(trace, gan.networks(config, data));
  const samples = madeSamples([gan, config, data], bound, stepValues(inputs, data, batch, trace.randoms));
  const program: Program = {
    name: `${gan.name}/sample`,
    outputs: new Map([['samples', samples]]),
    updates: new Map(),
  };
  const read = new Set(leavesOf(program).inputs.map(leafName));
  const controls = Object.entries(gan.controls?.(config) ?? {}).filter(([name]) => read.has(name));
  return {
    program,
    randoms: trace.randoms,
    latents: Object.keys(inputs),
    controls: Object.fromEntries(controls),
  };
}
