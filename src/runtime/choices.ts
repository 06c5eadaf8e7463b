import { chooseLowering, loweringsOf } from '../graph/op.ts';
import { type Program, simplifyProgram } from '../graph/program.ts';
import { signatureOf } from '../graph/signature.ts';
import type { Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/walk.ts';

/** Names of the forms operations are written in, by signature (see `signatureOf`). Plain JSON. */
export type Choices = Readonly<Record<string, string>>;

/** Choices as compilation wants them. A node they do not name is written by its operation's own rule. */
export const chosenBy =
  (choices: Choices) =>
  (node: Tensor): string | undefined =>
    // Most operations have one form only, and need no signature.
    typeof node.op.onnx === 'function' ? undefined : choices[signatureOf(node)];

/** The nodes of a program, simplified as for compilation, that can be written in several ways. Inputs before users. */
export function nodesWithForms(program: Program): Tensor[] {
  const { outputs, updates } = simplifyProgram(program);
  const nodes = topologicalOrder([...outputs.values(), ...updates.values()]);
  return nodes.filter((node) => loweringsOf(node).length > 1);
}

/** Names of the forms that can write a node. The first is what its operation takes by itself. */
export function formsOf(node: Tensor): [string, ...string[]] {
  const usual = chooseLowering(node).name;
  const names = loweringsOf(node).map(({ name }) => name);
  return [usual, ...names.filter((name) => name !== usual)];
}

/**
 * The form of every node of the programs that can be written in several ways: the chosen one where it fits, else what its
 * operation takes by itself. Compiled with the result, a program stays the same when an operation's own rule changes.
 */
export const completeChoices = (programs: readonly Program[], choices: Choices = {}): Choices =>
  Object.fromEntries(
    programs.flatMap(nodesWithForms).map((node) => {
      const [signature, forms] = [signatureOf(node), formsOf(node)];
      const chosen = choices[signature];
      return [signature, chosen !== undefined && forms.includes(chosen) ? chosen : forms[0]];
    }),
  );
