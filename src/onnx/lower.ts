import { chooseLowering, type Lowering, type OnnxBuilder } from '../graph/op.ts';
import { isConstant, isLeaf, leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program, simplifyProgram } from '../graph/program.ts';
import type { SimplifyOptions } from '../graph/simplify.ts';
import type { Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/walk.ts';
import { asElements, constantPool } from './constants.ts';
import type { OnnxGraph, OnnxNode, Port, Precision, Written } from './graph.ts';
import { canBeHalf, emitHalf } from './half.ts';

export interface LowerOptions {
  /** Names the lowering a node takes, where that one fits. Default: the first of its operation that fits. */
  lowerings?: (node: Tensor) => string | undefined;
  /** Also hand back every tensor the program computes. */
  expose?: boolean;
  /** Write each operation by the last lowering it lists, the one nearest to it: for models that others will read. */
  plain?: boolean;
  /** Passes of simplification to leave out. Default: none. */
  simplify?: SimplifyOptions;
  /** What products, such as convolutions, are computed in; all else stays float32. Default: float32. */
  precision?: Precision;
}

/** Simplifies a program and writes it as ONNX nodes. Inputs and states that fall away by that are left out. */
export function lowerProgram(program: Program, options: LowerOptions = {}): OnnxGraph {
  const simple = simplifyProgram(program, options.simplify);
  const order = topologicalOrder([...simple.outputs.values(), ...simple.updates.values()]);
  const { inputs, states } = leavesOf(simple);

  const claim = uniqueNames();
  const inputPorts = inputs.map((leaf) => port(leafName(leaf), claim(leafName(leaf)), leaf));
  const statePorts = states.map((leaf) => port(leafName(leaf), claim(leafName(leaf)), leaf));
  const outputs = [...simple.outputs].map(([key, tensor]) => port(key, claim(key), tensor));
  const updates = [...simple.updates].map(([key, tensor]) => port(key, claim(`next/${key}`), tensor));

  const pool = constantPool(claim);
  const nodes: OnnxNode[] = [];
  const names = new Map<Tensor, string>();
  const computed: Tensor[] = [];
  const written = new Map<string, Written>();
  for (const tensor of order) {
    if (isLeaf(tensor)) {
      names.set(tensor, leafName(tensor));
      continue;
    }
    const prefix = `${tensor.op.name}_${computed.length}`;
    const builder = nodeBuilder(prefix, claim, pool.nameOf, nodes);
    const from = tensor.inputs.map((input) => names.get(input)!);
    const half = options.precision === 'float16' && canBeHalf(tensor);
    const lowering = loweringOf(tensor, half ? { plain: true } : options);
    names.set(
      tensor,
      half
        ? emitHalf(builder, lowering, from, tensor)
        : lowering.emit(builder, from, tensor.attributes, tensor),
    );
    if (isConstant(tensor)) continue;
    computed.push(tensor);
    written.set(prefix, { tensor, lowering: half ? `${lowering.name}, float16` : lowering.name });
  }

  const exposed = options.expose
    ? computed.map((tensor, i) => ({ tensor, name: claim(`${tensor.op.name}_${i}`) }))
    : [];
  const results = [
    ...[...simple.outputs.values()].map((tensor, i) => ({ from: names.get(tensor)!, to: outputs[i]!.name })),
    ...[...simple.updates.values()].map((tensor, i) => ({ from: names.get(tensor)!, to: updates[i]!.name })),
    ...exposed.map(({ tensor, name }) => ({ from: names.get(tensor)!, to: name })),
  ];
  return {
    name: program.name,
    inputs: inputPorts,
    states: statePorts,
    constants: pool.constants,
    nodes: withResults(nodes, results, claim),
    outputs,
    updates,
    exposed,
    written,
  };
}

const port = (key: string, name: string, { shape, dtype }: Tensor): Port => ({ key, name, shape, dtype });

/** Names nobody has taken: the wish itself, or the wish with a number. */
function uniqueNames(): (wish: string) => string {
  const uses = new Map<string, number>();
  return function claim(wish: string): string {
    const count = (uses.get(wish) ?? 0) + 1;
    uses.set(wish, count);
    // A numbered name may itself have been wished for before, so it has to be claimed too.
    return count === 1 ? wish : claim(`${wish}_${count}`);
  };
}

function loweringOf(node: Tensor, { lowerings, plain }: LowerOptions): Lowering {
  const { onnx } = node.op;
  if (plain && typeof onnx !== 'function') return onnx.at(-1)!;
  return chooseLowering(node, lowerings?.(node));
}

function nodeBuilder(
  prefix: string,
  claim: (wish: string) => string,
  constant: (...of: Parameters<ReturnType<typeof constantPool>['nameOf']>) => string,
  nodes: OnnxNode[],
): OnnxBuilder {
  return {
    node(type, inputs, attributes = {}) {
      const name = claim(`${prefix}/${type}`);
      nodes.push({ name, type, inputs, output: name, attributes });
      return name;
    },
    ints: (values) => constant(asElements(values, 'int64'), [values.length], 'int64'),
    indices: (values, shape) => constant(values, shape, 'int32'),
    floats: (values, shape) => constant(asElements(values, 'float32'), shape, 'float32'),
    constant: (values, shape, dtype) => constant(asElements(values, dtype), shape, dtype),
  };
}

/**
 * Gives the model's results their names. ONNX wants each to be the output of a node, and no two to be the same: the node
 * that makes a value is renamed for the first result it is, and an Identity makes each further one, and each that is
 * a leaf or a constant.
 */
function withResults(
  nodes: readonly OnnxNode[],
  results: readonly { from: string; to: string }[],
  claim: (wish: string) => string,
): OnnxNode[] {
  const made = new Set(nodes.map(({ output }) => output));
  const renamed = new Map<string, string>();
  const copies: { from: string; to: string }[] = [];
  for (const { from, to } of results) {
    if (made.has(from) && !renamed.has(from)) renamed.set(from, to);
    else copies.push({ from, to });
  }
  const nameOf = (value: string) => renamed.get(value) ?? value;
  return [
    ...nodes.map((node) => ({ ...node, inputs: node.inputs.map(nameOf), output: nameOf(node.output) })),
    ...copies.map(({ from, to }) => ({
      name: claim(`${to}/Identity`),
      type: 'Identity',
      inputs: [nameOf(from)],
      output: to,
      attributes: {},
    })),
  ];
}
