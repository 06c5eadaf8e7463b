import { applyOperation } from '../graph/op.ts';
import { input } from '../graph/ops/leaf.ts';
import { mean } from '../graph/ops/reduce.ts';
import type { Program } from '../graph/program.ts';
import { signatureOf } from '../graph/signature.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Choices, formsOf, nodesWithForms } from './choices.ts';

/** Nodes of the same signature, which are written in the same form. */
export interface Kind {
  signature: string;
  /** One of them. */
  node: Tensor;
  /** The first is what its operation takes by itself. */
  forms: readonly [string, ...string[]];
}

/**
 * Kinds to be measured together, since their nodes read the same tensors: in forms that fit together, what is made of a
 * tensor for one serves the other, and costs nothing there. A layer and its derivatives are such a group.
 */
export interface Group {
  kinds: readonly Kind[];
  /** Multiplications and additions of all nodes of these kinds. */
  work: number;
}

/** Multiplications and additions below which a node takes so little time that measuring it finds noise. */
const WORTHWHILE = 20e6;

const workOf = (node: Tensor): number => node.op.flops?.(node, node.attributes) ?? 0;

/** The kinds of nodes worth measuring, each in one group, most work first. */
export function groupsOf(programs: readonly Program[]): Group[] {
  let left = programs.flatMap(nodesWithForms).filter((node) => workOf(node) >= WORTHWHILE);
  const signatures = new Map(left.map((node) => [node, signatureOf(node)]));
  const groups: Group[] = [];
  while (left.length > 0) {
    const grown = left.map((node) => grow(node, left, signatures));
    const nodes = grown.reduce((best, other) => (other.shared > best.shared ? other : best)).nodes;
    const taken = new Set(nodes.map((node) => signatures.get(node)!));
    const isTaken = (node: Tensor) => taken.has(signatures.get(node)!);
    groups.push({
      kinds: nodes.map((node) => ({ signature: signatures.get(node)!, node, forms: formsOf(node) })),
      work: left.filter(isTaken).reduce((total, node) => total + workOf(node), 0),
    });
    left = left.filter((node) => !isTaken(node));
  }
  return groups.sort((a, b) => b.work - a.work);
}

/** From one node on, always the node of a further kind that reads most of the tensors read so far, while any does. */
function grow(first: Tensor, among: readonly Tensor[], signatures: ReadonlyMap<Tensor, string>) {
  const nodes = [first];
  const kinds = new Set([signatures.get(first)]);
  const read = new Set(first.inputs);
  let shared = 0;
  for (;;) {
    let next: Tensor | undefined;
    let most = 0;
    for (const node of among) {
      const count = node.inputs.reduce((total, tensor) => total + Number(read.has(tensor)), 0);
      if (count <= most || kinds.has(signatures.get(node))) continue;
      next = node;
      most = count;
    }
    if (!next) return { nodes, shared };
    nodes.push(next);
    kinds.add(signatures.get(next));
    for (const tensor of next.inputs) read.add(tensor);
    shared += most;
  }
}

/** The nodes of a group in a program that reports only the mean of each, so that no time goes into handing results out. */
export function programOf({ kinds }: Group): Program {
  const leaves = new Map<Tensor, Tensor>();
  const leafFor = (tensor: Tensor): Tensor => {
    const leaf = leaves.get(tensor) ?? input(`x${leaves.size}`, tensor.shape, tensor.dtype);
    leaves.set(tensor, leaf);
    return leaf;
  };
  const results = kinds.map(({ node }) => applyOperation(node.op, node.inputs.map(leafFor), node.attributes));
  return {
    name: `only ${kinds.map(({ node }) => node.op.name).join(', ')}`,
    outputs: new Map(results.map((result, i) => [`y${i}`, mean(result)])),
    updates: new Map(),
  };
}

/**
 * Ways to write a whole group at once: all kinds in a form of the same name, for every name that several have, and each
 * kind in the first form that is its alone.
 */
export function jointChoices(kinds: readonly Kind[]): Choices[] {
  const names = kinds.flatMap(({ forms }) => forms);
  const isShared = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const written = (choose: (forms: Kind['forms']) => string | undefined): Choices =>
    Object.fromEntries(kinds.map(({ signature, forms }) => [signature, choose(forms) ?? forms[0]]));
  const shared = [...new Set(names.filter(isShared))];
  return [
    ...shared.map((name) => written((forms) => forms.find((form) => form === name))),
    written((forms) => forms.find((form) => !isShared(form))),
  ];
}
