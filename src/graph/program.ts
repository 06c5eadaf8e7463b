import { GansmithError } from '../base/errors.ts';
import { isLeaf, leafName, leafRole } from './ops/leaf.ts';
import { formatShape } from './shape.ts';
import { type SimplifyOptions, simplify } from './simplify.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './walk.ts';

/** One call of the runtime: a graph with named results, and states replaced by their next values. */
export interface Program {
  name: string;
  /** Values handed back to the caller, by name. */
  outputs: ReadonlyMap<string, Tensor>;
  /** The next value of each state that changes, by the state's name. */
  updates: ReadonlyMap<string, Tensor>;
}

export interface Leaves {
  inputs: Tensor[];
  states: Tensor[];
}

/**
 * Inputs and states a program reads, in order of first use.
 * @throws GansmithError when one name stands for different tensors, or a state's next value is of another shape or type.
 */
export function leavesOf({ name, outputs, updates }: Program): Leaves {
  const found = new Map<string, Tensor>();
  for (const node of topologicalOrder([...outputs.values(), ...updates.values()])) {
    if (!isLeaf(node)) continue;
    const before = found.get(leafName(node)) ?? node;
    if (typeOf(before) !== typeOf(node) || leafRole(before) !== leafRole(node)) {
      throw new GansmithError(
        `program ${name}: '${leafName(node)}' is used as ${leafRole(before)} ${typeOf(before)} and as ${leafRole(node)} ${typeOf(node)}`,
      );
    }
    found.set(leafName(node), before);
  }
  for (const [state, next] of updates) {
    const leaf = found.get(state);
    if (leaf && leafRole(leaf) === 'input') {
      throw new GansmithError(`program ${name}: '${state}' is updated, but it is an input, not a state`);
    }
    if (leaf && typeOf(leaf) !== typeOf(next)) {
      throw new GansmithError(
        `program ${name}: the next value of state '${state}' is ${typeOf(next)}, the state is ${typeOf(leaf)}`,
      );
    }
  }
  const leaves = [...found.values()];
  return {
    inputs: leaves.filter((leaf) => leafRole(leaf) === 'input'),
    states: leaves.filter((leaf) => leafRole(leaf) === 'state'),
  };
}

const typeOf = ({ dtype, shape }: Tensor): string => `${dtype}${formatShape(shape)}`;

/** The same program with less work; see `simplify`. */
export function simplifyProgram({ name, outputs, updates }: Program, options?: SimplifyOptions): Program {
  const roots = simplify([...outputs.values(), ...updates.values()], options);
  const names = [...outputs.keys()];
  return {
    name,
    outputs: new Map(names.map((key, i) => [key, roots[i]!])),
    updates: new Map([...updates.keys()].map((key, i) => [key, roots[names.length + i]!])),
  };
}
