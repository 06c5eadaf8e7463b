import { GansmithError } from '../base/errors.ts';
import { input, isLeaf, leafName, state } from '../graph/ops/leaf.ts';
import { within } from '../graph/origin.ts';
import { formatShape, type Shape, sameShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Distribution } from '../nn/distribution.ts';
import type { Initializer, NetworkFunction, Scope } from '../nn/scope.ts';

/** A tensor a run keeps between steps: its shape and how it begins. */
export interface StateSpec {
  shape: Shape;
  init: Initializer;
  /** Name of the random stream of its initial value: its own, or that of the weight it averages. */
  key: string;
}

/** Random numbers a program wants fed. */
export interface RandomSpec {
  shape: Shape;
  distribution: Distribution;
}

/** What one phase's symbolic execution has met so far. */
export interface Trace {
  mode: Scope['mode'];
  /** See `Scope.statisticsRate`. */
  statisticsRate?: Tensor;
  /** Name of the GAN and phase, for messages. */
  where: string;
  /** Everything any phase of the GAN keeps; shared by all traces of a GAN. */
  specs: Map<string, StateSpec>;
  /** Parameters met, by full name. */
  params: Map<string, Tensor>;
  /** Current symbolic values of states met, by full name. */
  states: Map<string, Tensor>;
  randoms: Map<string, RandomSpec>;
  /** How often each random name was drawn, so that each call has numbers of its own. */
  draws: Map<string, number>;
  made: Map<string, unknown>;
  /** Where a state is read from: the averaged copy when sampling from averages. */
  source(fullName: string, isParam: boolean): string;
}

export const createTrace = (
  mode: Scope['mode'],
  where: string,
  specs: Map<string, StateSpec>,
  source: Trace['source'] = (name) => name,
): Trace => ({
  mode,
  where,
  specs,
  params: new Map(),
  states: new Map(),
  randoms: new Map(),
  draws: new Map(),
  made: new Map(),
  source,
});

/** A network inside a step: call it on tensors. */
export interface BoundNetwork {
  (...inputs: Tensor[]): Tensor;
  /** The same call without advancing running statistics: for penalties. */
  still(...inputs: Tensor[]): Tensor;
  /** The call with its further results (`scope.result`): features, logits of classes. */
  all(...inputs: Tensor[]): { output: Tensor; results: ReadonlyMap<string, Tensor> };
  /** The same network on other parameter tensors, by full name: for unrolled steps. */
  with(params: ReadonlyMap<string, Tensor>): BoundNetwork;
  /** The same network, no call of which advances running statistics. */
  frozen(): BoundNetwork;
  /** Parameters met so far in this phase, by full name. */
  params(): Map<string, Tensor>;
  /** Runs a body inside the network's scope: for a state that belongs to it but to no layer, such as a running mean. */
  in<T>(name: string, body: (scope: Scope) => T): T;
}

/** Binds a network function to a trace under a name. */
export function bindNetwork(
  trace: Trace,
  name: string,
  network: NetworkFunction,
  { replaced = new Map(), still: frozen = false }: Partial<Pick<Place, 'replaced' | 'still'>> = {},
): BoundNetwork {
  const scope = (still: boolean, results = new Map<string, Tensor>()) =>
    scopeAt(trace, { path: name, still, replaced, results });
  const call = (scope: Scope, inputs: Tensor[]): Tensor =>
    enter(scope, (scope) => network(scope, ...inputs), trace);
  return Object.assign((...inputs: Tensor[]) => call(scope(frozen), inputs), {
    still: (...inputs: Tensor[]) => call(scope(true), inputs),
    all: (...inputs: Tensor[]) => {
      const results = new Map<string, Tensor>();
      return { output: call(scope(frozen, results), inputs), results };
    },
    frozen: () => bindNetwork(trace, name, network, { replaced, still: true }),
    in: <T>(inner: string, body: (scope: Scope) => T): T => scope(frozen).in(inner, body),
    with: (params: ReadonlyMap<string, Tensor>) =>
      bindNetwork(trace, name, network, { replaced: params, still: frozen }),
    params: () => new Map([...trace.params].filter(([fullName]) => fullName.startsWith(`${name}/`))),
  });
}

/** Where in a network a scope is, and for which kind of call. */
interface Place {
  path: string;
  /** States do not advance. */
  still: boolean;
  /** Other tensors in the place of parameters. */
  replaced: ReadonlyMap<string, Tensor>;
  /** Collects further results of the call. */
  results: Map<string, Tensor>;
}

function scopeAt(trace: Trace, place: Place): Scope {
  const { path, still, replaced, results } = place;
  /** The leaf of a kept tensor; registers it on first sight, and refuses a second shape under one name. */
  const kept = (known: Map<string, Tensor>, fullName: string, shape: Shape, init: Initializer): Tensor => {
    const spec = trace.specs.get(fullName);
    if (spec && !sameShape(spec.shape, shape)) {
      throw new GansmithError(
        `'${fullName}' was made as ${formatShape(spec.shape)} and is asked for as ${formatShape(shape)}; two layers share a name, or the network depends on its input's size`,
      );
    }
    if (!spec) trace.specs.set(fullName, { shape, init, key: fullName });
    const found = known.get(fullName);
    if (found) return found;
    const leaf = state(trace.source(fullName, known === trace.params), shape);
    known.set(fullName, leaf);
    return leaf;
  };
  return {
    path,
    mode: trace.mode,
    statisticsRate: trace.statisticsRate,
    in: (name, body) => enter(scopeAt(trace, { ...place, path: `${path}/${name}` }), body, trace),
    param: (name, shape, init) => {
      const fullName = `${path}/${name}`;
      const leaf = kept(trace.params, fullName, shape, init);
      return replaced.get(fullName) ?? leaf;
    },
    state: (name, shape, init) => kept(trace.states, `${path}/${name}`, shape, init),
    advance: (name, next) => {
      if (!still) trace.states.set(`${path}/${name}`, next);
    },
    random: (name, shape, distribution) => {
      const base = `${path}/${name}`;
      const call = trace.draws.get(base) ?? 0;
      trace.draws.set(base, call + 1);
      const fullName = `${base}#${call}`;
      trace.randoms.set(fullName, { shape, distribution });
      return input(fullName, shape);
    },
    result: (name, value) => {
      results.set(name, value);
    },
    once: <T>(name: string, make: () => T): T => {
      const fullName = `${path}/${name}`;
      if (!trace.made.has(fullName)) trace.made.set(fullName, make());
      return trace.made.get(fullName) as T;
    },
  };
}

/** Runs a body in a scope: tensors made inside are of that layer, and an error is told where, once, by the innermost. */
function enter<T>(scope: Scope, body: (scope: Scope) => T, trace: Trace): T {
  try {
    return within({ layer: scope.path, pass: 'forward' }, () => body(scope));
  } catch (error) {
    if (error instanceof GansmithError && !error.message.endsWith(')')) {
      error.message += ` (in ${trace.where}/${scope.path})`;
    }
    throw error;
  }
}

/** States whose symbolic value has moved on from what the step began with, by full name. */
export const advancedStates = (trace: Trace): Map<string, Tensor> =>
  new Map([...trace.states].filter(([fullName, value]) => !isOwnLeaf(trace, fullName, value)));

const isOwnLeaf = (trace: Trace, fullName: string, value: Tensor): boolean =>
  isLeaf(value) && leafName(value) === trace.source(fullName, false);
