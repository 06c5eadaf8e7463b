import type { DataShape } from '../base/dataShape.ts';
import { input } from '../graph/ops/leaf.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Bound, InputSet, NetworkSet, StepValues } from './defineGan.ts';
import { scheduleInput } from './names.ts';
import { bindNetwork, type RandomSpec, type Trace } from './trace.ts';

/** Every network of a GAN, bound to one trace. */
export const bindAll = (trace: Trace, networks: NetworkSet): Bound<NetworkSet> =>
  Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [name, bindNetwork(trace, name, network)]),
  );

/** The current value of a scalar that the GAN's `schedules` declare, inside a network or a step. */
export const scheduled = (name: string): Tensor => input(scheduleInput(name), []);

/** A number that the GAN's `controls` declare, inside `sample`. */
export const control = (name: string): Tensor => input(name, []);

/** Leaves for the declared random inputs and the data. What a step does not use costs nothing. */
export function stepValues(
  inputs: InputSet,
  data: DataShape,
  batch: number,
  randoms: Map<string, RandomSpec>,
): StepValues<InputSet> {
  const noise = Object.entries(inputs).map(([name, { shape, distribution }]): [string, Tensor] => {
    const full = [batch, ...shape];
    randoms.set(name, { shape: full, distribution });
    return [name, input(name, full)];
  });
  return {
    ...Object.fromEntries(noise),
    real: input('real', [batch, ...data.shape]),
    label: input('label', [batch], 'int32'),
  };
}
