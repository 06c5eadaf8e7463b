import { GansmithError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { interpret } from '../graph/interpreter.ts';
import { input, state } from '../graph/ops/leaf.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Distribution, draw } from './distribution.ts';
import type { Initializer, Scope } from './scope.ts';

/** A scope for tests of layers: it keeps all that is registered, and evaluates tensors made from it in float64. */
export interface TestScope extends Scope {
  /** Learned parameters by full name. */
  params: Map<string, Tensor>;
  /** Latest symbolic values of states by full name. */
  states: Map<string, Tensor>;
  /** Random inputs by full name with the number of the call, such as `N/drop/mask#0`. */
  randoms: Map<string, { tensor: Tensor; distribution: Distribution }>;
  /** Further results of the network, by name. */
  results: Map<string, Tensor>;
  /** The same scope as a penalty sees it: states do not advance. */
  still: Scope;
  /** The same scope with other tensors in the place of parameters, by full name. */
  with(replaced: ReadonlyMap<string, Tensor>): Scope;
  /** Values of tensors. Leaves are taken from `given` by full name, else drawn as their layer wishes. */
  evaluate(tensors: readonly Tensor[], given?: Readonly<Record<string, ArrayLike<number>>>): Float64Array[];
}

export function testScope(mode: Scope['mode'] = 'train', path = 'N', seed = 0): TestScope {
  const params = new Map<string, Tensor>();
  const states = new Map<string, Tensor>();
  const randoms: TestScope['randoms'] = new Map();
  const initial = new Map<string, () => ArrayLike<number>>();
  const made = new Map<string, unknown>();
  const calls = new Map<string, number>();
  const results = new Map<string, Tensor>();

  const kept = (known: Map<string, Tensor>, name: string, shape: readonly number[], init: Initializer) => {
    if (!known.has(name)) known.set(name, state(name, shape));
    initial.set(name, () => init(randomStream(seed, name), shape));
    return known.get(name)!;
  };
  const at = (path: string, still: boolean, replaced: ReadonlyMap<string, Tensor>): Scope => ({
    path,
    mode,
    in: (name, body) => {
      const inner = `${path}/${name}`;
      try {
        return body(at(inner, still, replaced));
      } catch (error) {
        if (error instanceof GansmithError && !error.message.endsWith(')')) error.message += ` (in ${inner})`;
        throw error;
      }
    },
    param: (name, shape, init) => {
      const leaf = kept(params, `${path}/${name}`, shape, init);
      return replaced.get(`${path}/${name}`) ?? leaf;
    },
    state: (name, shape, init) => kept(states, `${path}/${name}`, shape, init),
    advance: (name, next) => {
      if (!still) states.set(`${path}/${name}`, next);
    },
    random: (name, shape, distribution) => {
      const call = calls.get(`${path}/${name}`) ?? 0;
      calls.set(`${path}/${name}`, call + 1);
      const fullName = `${path}/${name}#${call}`;
      const tensor = input(fullName, shape);
      randoms.set(fullName, { tensor, distribution });
      initial.set(fullName, () =>
        draw(randomStream(seed, fullName), distribution, new Float64Array(sizeOf(shape))),
      );
      return tensor;
    },
    result: (name, value) => {
      results.set(name, value);
    },
    once: <T>(name: string, make: () => T): T => {
      const fullName = `${path}/${name}`;
      if (!made.has(fullName)) made.set(fullName, make());
      return made.get(fullName) as T;
    },
  });
  const none = new Map<string, Tensor>();
  return {
    ...at(path, false, none),
    params,
    states,
    randoms,
    results,
    still: at(path, true, none),
    with: (replaced) => at(path, false, replaced),
    evaluate: (tensors, given = {}) => interpret(tensors)((name) => given[name] ?? initial.get(name)?.()),
  };
}
