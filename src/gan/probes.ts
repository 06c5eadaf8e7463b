import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { grad } from '../graph/grad.ts';
import { mul } from '../graph/ops/elementwise.ts';
import { input } from '../graph/ops/leaf.ts';
import type { Program } from '../graph/program.ts';
import type { Shape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import type { AnyGan, BaseConfig } from './defineGan.ts';
import { weightSource } from './sampler.ts';
import { bindAll, stepValues } from './symbolic.ts';
import { createTrace, type RandomSpec } from './trace.ts';

/** A program that looks into a GAN without changing it, and the random numbers it wants. */
export interface Probe {
  program: Program;
  randoms: ReadonlyMap<string, RandomSpec>;
}

type Parts = readonly [gan: AnyGan, config: BaseConfig, data: DataShape];

/**
 * What a network makes of given examples: input `x` [rows, ...example], output `y`. States stand still. With packing, one
 * answer of the critic stands for as many rows as are packed. A StyleGAN's M makes w of z this way, its G pictures of w [layers, W].
 * @param averaged read the averaged weights where the GAN keeps them. Default false.
 * @throws GansmithError when the GAN has no such network.
 */
export function buildNetworkProbe(
  [gan, config, data]: Parts,
  {
    network: name,
    example,
    rows,
    averaged = false,
  }: { network: string; example: Shape; rows: number; averaged?: boolean },
): Probe {
  const source = weightSource(gan, config, averaged);
  const trace = createTrace('sample', `${gan.name}/${name} probe`, new Map(), source);
  const network = bindAll(trace, gan.networks(config, data))[name];
  if (!network) throw new GansmithError(`${gan.name}: has no network ${name} to look into`);
  const y = network.still(input('x', [rows, ...example]), input('label', [rows], 'int32'));
  return {
    program: { name: trace.where, outputs: new Map([['y', y]]), updates: new Map() },
    randoms: trace.randoms,
  };
}

/**
 * Where a phase's loss would move each example that a network makes: outputs `made` and `pull` [B, ...shape of one], the
 * negative gradient of the loss in the example, times B, so that it does not depend on the batch's size.
 * @throws GansmithError when there is no such phase, or its loss does not call the network.
 */
export function buildPullProbe(
  [gan, config, data]: Parts,
  { phase: name = 'generator', network: maker = 'G' }: { phase?: string; network?: string } = {},
): Probe {
  const where = `${gan.name}/${name} probe`;
  const phase = gan.phases(config, data).find((phase) => phase.name === name);
  if (!phase) throw new GansmithError(`${gan.name}: has no phase ${name} to look into`);
  const networks = gan.networks(config, data);
  const original = networks[maker];
  if (!original) throw new GansmithError(`${gan.name}: has no network ${maker} to look into`);
  const results: Tensor[] = [];
  const recorded: NetworkFunction = (scope, ...inputs) => {
    const result = original(scope, ...inputs);
    results.push(result);
    return result;
  };
  const trace = createTrace('train', where, new Map());
  const { loss } = phase.step(
    bindAll(trace, { ...networks, [maker]: recorded }),
    stepValues(gan.inputs(config, data), data, config.batch, trace.randoms),
  );
  const made = results[0];
  if (!made) throw new GansmithError(`${where}: its loss never calls ${maker}`);
  const pull = mul(grad(loss, [made])[0]!, -config.batch);
  return {
    program: {
      name: where,
      outputs: new Map([
        ['made', made],
        ['pull', pull],
      ]),
      updates: new Map(),
    },
    randoms: trace.randoms,
  };
}
