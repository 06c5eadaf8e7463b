import { GansmithError } from '../base/errors.ts';
import { isLeaf, leafName, leafRole } from './ops/leaf.ts';
import { formatShape, sameShape } from './shape.ts';
import { simplify } from './simplify.ts';
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

/** Inputs and states a program reads, in order of first use; throws when one name stands for different tensors. */
export function leavesOf({ name, outputs, updates }: Program): Leaves {
  const found = new Map<string, Tensor>();
  for (const node of topologicalOrder([...outputs.values(), ...updates.values()])) {
    if (!isLeaf(node)) continue;
    const before = found.get(leafName(node));
    if (before && (!sameShape(before.shape, node.shape) || before.dtype !== node.dtype)) {
      throw new GansmithError(
        `program ${name}: '${leafName(node)}' is used as ${before.dtype}${formatShape(before.shape)} and as ${node.dtype}${formatShape(node.shape)}`,
      );
    }
    found.set(leafName(node), before ?? node);
  }
  const leaves = [...found.values()];
  return {
    inputs: leaves.filter((leaf) => leafRole(leaf) === 'input'),
    states: leaves.filter((leaf) => leafRole(leaf) === 'state'),
  };
}

/** The same program with less work; see `simplify`. */
export function simplifyProgram({ name, outputs, updates }: Program): Program {
  const roots = simplify([...outputs.values(), ...updates.values()]);
  const names = [...outputs.keys()];
  return {
    name,
    outputs: new Map(names.map((key, i) => [key, roots[i]!])),
    updates: new Map([...updates.keys()].map((key, i) => [key, roots[names.length + i]!])),
  };
}
