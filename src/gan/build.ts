import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { grad } from '../graph/grad.ts';
import { zeros } from '../graph/ops/composite.ts';
import { add, mul, sub } from '../graph/ops/elementwise.ts';
import { input, state } from '../graph/ops/leaf.ts';
import { sum } from '../graph/ops/reduce.ts';
import type { Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { movingAverage } from '../optim/average.ts';
import type { Named, Slots } from '../optim/optimizer.ts';
import type { AnyGan, BaseConfig, Bound, InputSet, NetworkSet, Phase, StepValues } from './defineGan.ts';
import {
  advancedStates,
  bindNetwork,
  createTrace,
  type RandomSpec,
  type StateSpec,
  type Trace,
} from './trace.ts';

/** A phase as programs: one fused, or a pair that hands gradients over, so that they can be summed in between. */
export interface BuiltPhase {
  name: string;
  trains: readonly string[];
  repeat: number;
  every: number;
  /** Names of the scalars the phase reports, `loss` first. */
  reports: readonly string[];
  /** Random numbers to feed, by input name. */
  randoms: ReadonlyMap<string, RandomSpec>;
  /** Forward, backward, update and averages in one call. */
  step: Program;
  /** Forward and backward: adds this micro-batch's share to the sums of gradients. */
  accumulate: Program;
  /** Update and averages from the sums, which start again from zero. */
  update: Program;
}

/** A GAN made concrete: settings, data and batch size are known, every phase is a program. */
export interface BuiltGan {
  gan: AnyGan;
  config: BaseConfig;
  data: DataShape;
  batch: number;
  phases: readonly BuiltPhase[];
  /** Everything kept between steps, by name: parameters, statistics, optimizer slots, averages. */
  specs: ReadonlyMap<string, StateSpec>;
  /** Names of the learned parameters of each network. */
  params: ReadonlyMap<string, readonly string[]>;
}

export interface BuildOptions {
  /** Micro-batches whose gradients are summed before an update. Default 1. */
  accumulate?: number;
}

/** Names of values fed at each run that depend on the run's progress. */
export const learningRateInput = (network: string): string => `lr/${network}`;
export const averageRateInput = (network: string): string => `averageRate/${network}`;
export const averageName = (fullName: string): string => `average/${fullName}`;
const gradientSumName = (fullName: string): string => `gradient/${fullName}`;

/** Builds every phase of a GAN for one batch size. */
export function buildGan(
  gan: AnyGan,
  config: BaseConfig,
  data: DataShape,
  { accumulate = 1 }: BuildOptions = {},
): BuiltGan {
  const specs = new Map<string, StateSpec>();
  const networks = gan.networks(config, data);
  const inputs = gan.inputs(config, data);
  const phases = gan
    .phases(config)
    .map((phase) => buildPhase({ gan, config, data, specs, networks, inputs, phase, accumulate }));
  for (const network of Object.keys(gan.averages?.(config) ?? {})) {
    if (!phases.some(({ trains }) => trains.includes(network))) {
      throw new GansmithError(`${gan.name}: averages the weights of ${network}, which no phase trains`);
    }
  }
  const params = new Map(
    Object.keys(networks).map((network) => [
      network,
      phases
        .flatMap(({ params }) => params)
        .filter((name, i, all) => name.startsWith(`${network}/`) && all.indexOf(name) === i),
    ]),
  );
  return { gan, config, data, batch: config.batch, phases, specs, params };
}

interface PhaseContext {
  gan: AnyGan;
  config: BaseConfig;
  data: DataShape;
  specs: Map<string, StateSpec>;
  networks: NetworkSet;
  inputs: InputSet;
  phase: Phase;
  accumulate: number;
}

function buildPhase(context: PhaseContext): BuiltPhase & { params: string[] } {
  const { gan, config, data, specs, networks, inputs, phase, accumulate } = context;
  const trace = createTrace('train', `${gan.name}/${phase.name}`, specs);
  const { loss, ...others } = phase.step(
    bindAll(trace, networks),
    stepValues(inputs, data, config.batch, trace.randoms),
  );
  const reports = new Map(Object.entries({ loss, ...others }));
  for (const [name, value] of reports) {
    if (value.shape.some((size) => size !== 1)) {
      throw new GansmithError(
        `${trace.where}: '${name}' must be a scalar, not [${value.shape}]; take its mean`,
      );
    }
  }

  const trains = [phase.trains].flat();
  const trained = new Map(
    [...trace.params].filter(([name]) => trains.some((network) => name.startsWith(`${network}/`))),
  );
  if (trained.size === 0) {
    throw new GansmithError(
      `${trace.where}: trains ${trains.join(', ')}, but its loss never calls that network`,
    );
  }
  const names = [...trained.keys()];
  const statistics = advancedStates(trace);
  const gradients = new Map(grad(loss, [...trained.values()]).map((gradient, i) => [names[i]!, gradient]));

  const sums = new Map(names.map((name) => [name, state(gradientSumName(name), trained.get(name)!.shape)]));
  for (const [name, total] of sums) {
    if (accumulate > 1) specs.set(gradientSumName(name), constantSpec(total.shape, 0, gradientSumName(name)));
  }
  const summed = names.map((name): [string, Tensor] => [
    gradientSumName(name),
    add(sums.get(name)!, mul(gradients.get(name)!, 1 / accumulate)),
  ]);
  const cleared = names.map((name): [string, Tensor] => [
    gradientSumName(name),
    zeros(trained.get(name)!.shape),
  ]);
  const name = `${gan.name}/${phase.name}`;
  return {
    name: phase.name,
    trains,
    repeat: phase.repeat ?? 1,
    every: phase.every ?? 1,
    reports: [...reports.keys()],
    randoms: trace.randoms,
    params: [...trace.params.keys()],
    step: {
      name,
      outputs: new Map([...reports, ...gradientNorms(trains, gradients)]),
      updates: new Map([...statistics, ...updated(context, trace, trains, trained, gradients, statistics)]),
    },
    accumulate: {
      name: `${name}/accumulate`,
      outputs: new Map([...reports, ...gradientNorms(trains, gradients)]),
      updates: new Map([...statistics, ...summed]),
    },
    update: {
      name: `${name}/update`,
      outputs: new Map(gradientNorms(trains, sums)),
      updates: new Map([...updated(context, trace, trains, trained, sums, new Map()), ...cleared]),
    },
  };
}

const bindAll = (trace: Trace, networks: NetworkSet): Bound<NetworkSet> =>
  Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [name, bindNetwork(trace, name, network)]),
  );

/** Leaves for the declared random inputs and the data. What a step does not use costs nothing. */
function stepValues(
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

/** Squared gradient norm of each trained network: a chart, and the sign of a number gone bad. */
const gradientNorms = (trains: readonly string[], gradients: Named): [string, Tensor][] =>
  trains.map((network) => [
    `gradientNorm/${network}`,
    ofNetwork(gradients, network)
      .map(([, gradient]) => sum(mul(gradient, gradient)))
      .reduce((total, part) => add(total, part)),
  ]);

const ofNetwork = (named: Named, network: string): [string, Tensor][] =>
  [...named].filter(([name]) => name.startsWith(`${network}/`));

/** Next parameters, optimizer slots and averages of the trained networks. */
function updated(
  { gan, config, specs }: PhaseContext,
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
    const directions = optimizer.transform(
      new Map(ofNetwork(gradients, network)),
      params,
      slotsOf(network, specs, next),
    );
    const rate = input(learningRateInput(network), []);
    const moved = new Map(
      [...params].map(([name, param]) => [name, sub(param, mul(directions.get(name)!, rate))]),
    );
    for (const [name, value] of moved) next.set(name, value);

    const average = averages[network];
    if (!average) continue;
    const current = new Map(moved);
    if (average.statistics === 'average') {
      for (const [name, leaf] of ofNetwork(trace.states, network))
        current.set(name, statistics.get(name) ?? state(name, leaf.shape));
    }
    const before = new Map(
      [...current].map(([name, value]) => {
        const spec = specs.get(name)!;
        specs.set(averageName(name), { ...spec, key: name });
        return [name, state(averageName(name), value.shape)];
      }),
    );
    const averaged = movingAverage(before, current, input(averageRateInput(network), []));
    for (const [name, value] of averaged) next.set(averageName(name), value);
  }
  return next;
}

/** Optimizer slots as states of the run; `next` collects their new values. */
function slotsOf(network: string, specs: Map<string, StateSpec>, next: Map<string, Tensor>): Slots {
  const fullName = (name: string) =>
    `optimizer/${name.startsWith(`${network}/`) ? name : `${network}/${name}`}`;
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

const constantSpec = (shape: readonly number[], value: number, key: string): StateSpec => ({
  shape,
  key,
  init: () => new Float32Array(sizeOf(shape)).fill(value),
});

/** How pictures are made: the program, and the random numbers it wants. */
export interface Sampler {
  program: Program;
  randoms: ReadonlyMap<string, RandomSpec>;
  /** The random inputs the GAN declares; the rest is noise drawn inside networks. */
  latents: readonly string[];
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
  const averages = gan.averages?.(config) ?? {};
  const source = (fullName: string, isParam: boolean): string => {
    const average = averaged ? averages[fullName.slice(0, fullName.indexOf('/'))] : undefined;
    return average && (isParam || average.statistics === 'average') ? averageName(fullName) : fullName;
  };
  const trace = createTrace('sample', `${gan.name}/sample`, new Map(), source);
  const inputs = gan.inputs(config, data);
  const bound = bindAll(trace, gan.networks(config, data));
  const values = stepValues(inputs, data, batch, trace.randoms);
  const samples = gan.sample ? gan.sample(bound, values) : bound.G!(values.z!);
  return {
    program: { name: `${gan.name}/sample`, outputs: new Map([['samples', samples]]), updates: new Map() },
    randoms: trace.randoms,
    latents: Object.keys(inputs),
  };
}
