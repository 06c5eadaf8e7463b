import { GansmithError, nearest } from '../base/errors.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { formatShape, OPEN, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import type { DType, Tensor } from '../graph/tensor.ts';
import type { Feeds, Numbers } from './executor.ts';

// What every executor refuses, in the user's words, before the runtime sees it.

/** The arrays an element type may be fed as; the first is the one to recommend. */
const arraysOf: Readonly<Record<DType, readonly (new (length: number) => Numbers)[]>> = {
  float32: [Float32Array, Float64Array],
  int32: [Int32Array],
  int64: [Int32Array, Float64Array],
  bool: [Uint8Array],
};

const typeText = ({ dtype, shape }: Tensor): string => `${dtype}${formatShape(shape)}`;

/** Refuses programs whose states could not be kept: states are float32 of a fixed shape. */
export function checkProgram(program: Program): void {
  const states = leavesOf(program).states.map((state) => [leafName(state), state] as const);
  for (const [name, tensor] of [...states, ...program.updates]) {
    if (tensor.dtype !== 'float32' || tensor.shape.includes(OPEN)) {
      throw new GansmithError(
        `program ${program.name}: state '${name}' would be ${typeText(tensor)}; states are float32 of a fixed shape`,
      );
    }
  }
}

/** Refuses feeds that are missing, unknown, of the wrong kind or of the wrong size. */
export function checkFeeds(program: Program, inputs: readonly Tensor[], feeds: Feeds): void {
  for (const name of Object.keys(feeds)) {
    if (!inputs.some((input) => leafName(input) === name)) throw unknownFeed(program, inputs, name);
  }
  for (const input of inputs) checkFeed(program, input, feeds[leafName(input)]);
}

function unknownFeed(program: Program, inputs: readonly Tensor[], name: string): GansmithError {
  const known = inputs.map(leafName);
  const close = nearest(name, known);
  const hint = close ? `did you mean '${close}'?` : `it takes ${known.join(', ') || 'none'}`;
  return new GansmithError(`program ${program.name}: there is no input '${name}'; ${hint}`);
}

function checkFeed(program: Program, input: Tensor, given: Numbers | undefined): void {
  const name = `program ${program.name}: input '${leafName(input)}'`;
  const kinds = arraysOf[input.dtype];
  const recommended = kinds[0]!.name;
  if (given === undefined) {
    throw new GansmithError(
      `${name} is missing; feed a ${recommended} of ${countText(input.shape)} numbers for ${typeText(input)}`,
    );
  }
  if (!kinds.some((kind) => given instanceof kind)) {
    throw new GansmithError(
      `${name} is ${typeText(input)} and takes a ${recommended}, not ${kindText(given)}; convert it first`,
    );
  }
  if (!fills(given.length, input.shape)) {
    throw new GansmithError(
      `${name} is ${typeText(input)} and takes ${countText(input.shape)} numbers, not ${given.length}`,
    );
  }
}

/** Feeds come from outside, so the type checker may not have seen them. */
const kindText = (given: unknown): string =>
  typeof given === 'object' && given !== null
    ? `a ${given.constructor?.name ?? 'bare object'}`
    : String(given);

const countText = (shape: Shape): string =>
  shape.includes(OPEN) ? `a multiple of ${-sizeOf(shape)}` : `${sizeOf(shape)}`;

const fills = (count: number, shape: Shape): boolean =>
  shape.includes(OPEN) ? count > 0 && count % sizeOf(shape) === 0 : count === sizeOf(shape);

/** The batch size that fills the open axes of the inputs; refuses inputs that disagree about it. */
export function batchSizeOf(program: Program, inputs: readonly Tensor[], feeds: Feeds): number | undefined {
  const open = inputs.filter(({ shape }) => shape.includes(OPEN));
  const sizes = open.map((input) => feeds[leafName(input)]!.length / -sizeOf(input.shape));
  const other = sizes.findIndex((size) => size !== sizes[0]);
  if (other > 0) {
    throw new GansmithError(
      `program ${program.name}: input '${leafName(open[0]!)}' holds a batch of ${sizes[0]}, but '${leafName(open[other]!)}' one of ${sizes[other]}`,
    );
  }
  return sizes[0];
}

/** Refuses states that are missing or of another shape than the program reads or writes. */
export function checkStates(program: Program, states: readonly Tensor[], shapeOf: ShapeLookup): void {
  for (const state of states) {
    const shape = shapeOf(leafName(state));
    if (!shape) {
      throw new GansmithError(
        `program ${program.name}: state '${leafName(state)}' is missing; write ${typeText(state)} before the run`,
      );
    }
    checkStateShape(program, leafName(state), shape, state);
  }
  for (const [name, next] of program.updates) {
    const shape = shapeOf(name);
    if (shape) checkStateShape(program, name, shape, next);
  }
}

type ShapeLookup = (name: string) => Shape | undefined;

function checkStateShape(program: Program, name: string, found: Shape, expected: Tensor): void {
  if (sameShape(found, expected.shape)) return;
  throw new GansmithError(
    `program ${program.name}: state '${name}' is ${formatShape(found)}, but the program expects ${formatShape(expected.shape)}; was it saved by a network of another size?`,
  );
}
