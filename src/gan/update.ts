import { GansmithError } from '../base/errors.ts';
import { input, state } from '../graph/ops/leaf.ts';
import { within } from '../graph/origin.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { movingAverage } from '../optim/average.ts';
import { moved, type Named, type Slots } from '../optim/optimizer.ts';
import type { AnyGan, BaseConfig } from './defineGan.ts';
import { averageName, averageRateInput, learningRateInput, slotName } from './names.ts';
import type { StateSpec, Trace } from './trace.ts';

/** The tensors whose names belong to a network. */
export const ofNetwork = (named: Named, network: string): [string, Tensor][] =>
  [...named].filter(([name]) => name.startsWith(`${network}/`));

/** Next parameters, optimizer slots and averages of the trained networks. */
export function updated(
  { gan, config, specs }: { gan: AnyGan; config: BaseConfig; specs: Map<string, StateSpec> },
  trace: Trace,
  trains: readonly string[],
  trained: Named,
  gradients: Named,
  statistics: Named,
): Map<string, Tensor> {
  const next = new Map<string, Tensor>();
  const optimizers = gan.optimizers(config);
  const averages = gan.averages?.(config) ?? {};
  for (const network of trains) {
    const optimizer = optimizers[network];
    if (!optimizer) throw new GansmithError(`${trace.where}: trains ${network}, which has no optimizer`);
    const params = new Map(ofNetwork(trained, network));
    const after = within({ layer: `${network} (optimizer)`, pass: 'update' }, () => {
      const own = new Map(ofNetwork(gradients, network));
      const directions = optimizer.transform(own, params, slotsOf(network, specs, next));
      return moved(optimizer, params, directions, input(learningRateInput(network), []));
    });
    for (const [name, value] of after) next.set(name, value);

    const average = averages[network];
    if (!average) continue;
    const current = new Map(after);
    if (average.statistics === 'average') {
      for (const [name, leaf] of ofNetwork(trace.states, network))
        current.set(name, statistics.get(name) ?? state(name, leaf.shape));
    }
    if (average.statistics === 're-estimated') {
      // Filled by the program of statistics.ts; here they are only made known.
      for (const [name] of ofNetwork(trace.states, network)) {
        specs.set(averageName(name), { ...specs.get(name)!, key: name });
      }
    }
    const before = new Map(
      [...current].map(([name, value]) => {
        const spec = specs.get(name)!;
        specs.set(averageName(name), { ...spec, key: name });
        return [name, state(averageName(name), value.shape)];
      }),
    );
    const averaged = within({ layer: `${network} (average)`, pass: 'update' }, () =>
      movingAverage(before, current, input(averageRateInput(network), [])),
    );
    for (const [name, value] of averaged) next.set(averageName(name), value);
  }
  return next;
}

/** Optimizer slots as states of the run; `next` collects their new values. */
function slotsOf(network: string, specs: Map<string, StateSpec>, next: Map<string, Tensor>): Slots {
  const fullName = (name: string) => slotName(network, name);
  return {
    get(name, shape, initial = 0) {
      specs.set(fullName(name), constantSpec(shape, initial, fullName(name)));
      return state(fullName(name), shape);
    },
    set(name, value) {
      next.set(fullName(name), value);
    },
  };
}

/** A state that begins as one repeated number. */
export const constantSpec = (shape: readonly number[], value: number, key: string): StateSpec => ({
  shape,
  key,
  init: () => new Float32Array(sizeOf(shape)).fill(value),
});
