import { GansmithError, nearest } from '../base/errors.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { type Leaves, leavesOf, type Program } from '../graph/program.ts';
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

/** What is checked at every run of a program, found out once. */
export interface Checks {
  /**
   * Refuses feeds that are missing, unknown, of the wrong kind or of the wrong size, or that disagree about the batch.
   * @returns the batch size that fills the open axes of the inputs, if there are any
   */
  feeds(feeds: Feeds): number | undefined;
  /** Refuses states that are missing or of another shape than the program reads or writes. */
  states(shapeOf: ShapeLookup): void;
}

type ShapeLookup = (name: string) => Shape | undefined;

export function prepareChecks(program: Program, leaves: Leaves): Checks {
  const inputs = byName(leaves.inputs);
  const open = leaves.inputs.filter(({ shape }) => shape.includes(OPEN));
  const read = byName(leaves.states);
  // A state that is read as well is of one shape: programs are refused in which its next value has another.
  const written = [...program.updates].filter(([name]) => !read.has(name));
  return {
    feeds(feeds) {
      for (const name in feeds) if (!inputs.has(name)) throw unknownFeed(program, leaves.inputs, name);
      for (const [name, input] of inputs) checkFeed(program, input, feeds[name]);
      return batchSizeOf(program, open, feeds);
    },
    states(shapeOf) {
      for (const [name, state] of read) {
        const shape = shapeOf(name);
        if (!shape) throw missingState(program, state);
        checkStateShape(program, name, shape, state);
      }
      for (const [name, next] of written) {
        const shape = shapeOf(name);
        if (shape) checkStateShape(program, name, shape, next);
      }
    },
  };
}

const byName = (leaves: readonly Tensor[]): ReadonlyMap<string, Tensor> =>
  new Map(leaves.map((leaf) => [leafName(leaf), leaf]));

function unknownFeed(program: Program, inputs: readonly Tensor[], name: string): GansmithError {
  const known = inputs.map(leafName);
  const close = nearest(name, known);
  const hint = close ? `did you mean '${close}'?` : `it takes ${known.join(', ') || 'none'}`;
  return new GansmithError(`program ${program.name}: there is no input '${name}'; ${hint}`);
}

function checkFeed(program: Program, input: Tensor, given: Numbers | undefined): void {
  const kinds = arraysOf[input.dtype];
  const isKind = given !== undefined && kinds.some((kind) => given instanceof kind);
  if (isKind && fills(given.length, input.shape)) return;
  const name = `program ${program.name}: input '${leafName(input)}'`;
  const recommended = kinds[0]!.name;
  if (given === undefined) {
    throw new GansmithError(
      `${name} is missing; feed a ${recommended} of ${countText(input.shape)} numbers for ${typeText(input)}`,
    );
  }
  if (!isKind) {
    throw new GansmithError(
      `${name} is ${typeText(input)} and takes a ${recommended}, not ${kindText(given)}; convert it first`,
    );
  }
  throw new GansmithError(
    `${name} is ${typeText(input)} and takes ${countText(input.shape)} numbers, not ${given.length}`,
  );
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

function batchSizeOf(program: Program, open: readonly Tensor[], feeds: Feeds): number | undefined {
  const sizes = open.map((input) => feeds[leafName(input)]!.length / -sizeOf(input.shape));
  const other = sizes.findIndex((size) => size !== sizes[0]);
  if (other > 0) {
    throw new GansmithError(
      `program ${program.name}: input '${leafName(open[0]!)}' holds a batch of ${sizes[0]}, but '${leafName(open[other]!)}' one of ${sizes[other]}`,
    );
  }
  return sizes[0];
}

const missingState = (program: Program, state: Tensor): GansmithError =>
  new GansmithError(
    `program ${program.name}: state '${leafName(state)}' is missing; write ${typeText(state)} before the run`,
  );

function checkStateShape(program: Program, name: string, found: Shape, expected: Tensor): void {
  if (sameShape(found, expected.shape)) return;
  throw new GansmithError(
    `program ${program.name}: state '${name}' is ${formatShape(found)}, but the program expects ${formatShape(expected.shape)}; was it saved by a network of another size?`,
  );
}
