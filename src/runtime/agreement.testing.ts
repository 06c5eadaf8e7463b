import { loweringsOf } from '../graph/op.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import type { Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/walk.ts';
import type { CompileOptions, Executor, Feeds, Numbers } from './executor.ts';

// To compare what executors and forms of operations compute.

/** Values of tensors without states, on what they read of the feeds. */
export async function valuesOf(
  executor: Executor,
  roots: readonly Tensor[],
  feeds: Feeds,
  options: CompileOptions = {},
): Promise<Numbers[]> {
  const outputs = new Map(roots.map((root, i) => [`y${i}`, root]));
  const program: Program = { name: 'sample', outputs, updates: new Map() };
  const compiled = await executor.compile(program, { threads: 1, ...options });
  const names = leavesOf(program).inputs.map(leafName);
  const needed = Object.fromEntries(names.map((name) => [name, feeds[name]!]));
  const result = await compiled.run(needed, executor.createStates());
  await compiled.release();
  return roots.map((_, i) => result.outputs[`y${i}`]!);
}

/** Names of the forms that operations under the roots may be written in, where there is a choice. */
export function formsUnder(roots: Iterable<Tensor>): string[] {
  const choices = topologicalOrder([...roots]).map(loweringsOf);
  const names = choices.filter((forms) => forms.length > 1).flatMap((forms) => forms.map(({ name }) => name));
  return [...new Set(names)].sort();
}

/** Each operation in the last form it lists: the one nearest to it, which can write all. */
export const lastForms = ({ op: { onnx } }: Tensor): string | undefined =>
  typeof onnx === 'function' ? undefined : onnx.at(-1)!.name;

export const norm = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

/** Euclidean length of the difference. */
export const distance = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  norm(Array.from(x, (value, i) => value - y[i]!));
