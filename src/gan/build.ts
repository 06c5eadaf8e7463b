import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { grad } from '../graph/grad.ts';
import { zeros } from '../graph/ops/composite.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { state } from '../graph/ops/leaf.ts';
import { sum } from '../graph/ops/reduce.ts';
import { type Origin, within } from '../graph/origin.ts';
import type { Program } from '../graph/program.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Named } from '../optim/optimizer.ts';
import type { AnyGan, BaseConfig, InputSet, NetworkSet, Phase } from './defineGan.ts';
import { gradientNormName, gradientSumName } from './names.ts';
import { bindAll, stepValues } from './symbolic.ts';
import { advancedStates, createTrace, type RandomSpec, type StateSpec } from './trace.ts';
import { constantSpec, ofNetwork, updated } from './update.ts';

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
  checkNames(
    gan,
    Object.keys(inputs),
    gan.phases(config, data).map(({ name }) => name),
  );
  const phases = gan
    .phases(config, data)
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

/** Names that would shadow the data, or make two phases share their noise and charts. */
function checkNames({ name }: AnyGan, inputs: readonly string[], phases: readonly string[]): void {
  const reserved = inputs.find((input) => input === 'real' || input === 'label');
  if (reserved) {
    throw new GansmithError(
      `${name}: an input may not be called '${reserved}', which is the data; give it another name`,
    );
  }
  const twice = phases.find((phase, i) => phases.indexOf(phase) !== i);
  if (twice)
    throw new GansmithError(`${name}: two phases are called '${twice}'; give each a name of its own`);
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

/** What a step computes outside its networks' layers, as profiles call it. */
const LOSS: Origin = { layer: '(loss)', pass: 'forward' };
const SUMS: Origin = { layer: '(gradient sums)', pass: 'update' };
const NORMS: Origin = { layer: '(gradient norms)', pass: 'update' };

function buildPhase(context: PhaseContext): BuiltPhase & { params: string[] } {
  const { gan, config, data, specs, networks, inputs, phase, accumulate } = context;
  const trace = createTrace('train', `${gan.name}/${phase.name}`, specs);
  const { loss, ...others } = within(LOSS, () =>
    phase.step(bindAll(trace, networks), stepValues(inputs, data, config.batch, trace.randoms)),
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
  const idle = trains.find((network) => ![...trained.keys()].some((name) => name.startsWith(`${network}/`)));
  if (idle) throw new GansmithError(`${trace.where}: trains ${idle}, but its loss never calls that network`);
  const names = [...trained.keys()];
  const statistics = advancedStates(trace);
  const minimised = within(LOSS, () => mul(loss, phase.every ?? 1));
  const gradients = new Map(
    grad(minimised, [...trained.values()]).map((gradient, i) => [names[i]!, gradient]),
  );

  const sums = new Map(names.map((name) => [name, state(gradientSumName(name), trained.get(name)!.shape)]));
  for (const [name, total] of sums) {
    if (accumulate > 1) specs.set(gradientSumName(name), constantSpec(total.shape, 0, gradientSumName(name)));
  }
  const summed = names.map((name): [string, Tensor] => [
    gradientSumName(name),
    within(SUMS, () => add(sums.get(name)!, mul(gradients.get(name)!, 1 / accumulate))),
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

/** Squared gradient norm of each trained network: a chart, and the sign of a number gone bad. */
const gradientNorms = (trains: readonly string[], gradients: Named): [string, Tensor][] =>
  within(NORMS, () =>
    trains.map((network) => [
      gradientNormName(network),
      ofNetwork(gradients, network)
        .map(([, gradient]) => sum(mul(gradient, gradient)))
        .reduce((total, part) => add(total, part)),
    ]),
  );
