import { UsageError } from '../base/errors.ts';

/** Who moves in a step of a game of two numbers: the first player alone, the second alone, or both. */
export type Turn = 'first' | 'second' | 'both';

type Point = readonly [first: number, second: number];

/** @throws UsageError when a path cannot begin where it is asked to, or is of no whole number of steps. */
export function checkPath(where: string, [first, second]: Point, steps: number): void {
  if (!Number.isFinite(first) || !Number.isFinite(second)) {
    throw new UsageError(`${where}: start is [${first}, ${second}]; expected two finite numbers`);
  }
  if (!Number.isInteger(steps) || steps < 0) {
    throw new UsageError(`${where}: steps is ${steps}; expected a whole number of at least 0`);
  }
}

/** What is left of the step of both when one player alone moves: the other stays where it is. */
export const taken = (turn: Turn, now: Point, next: Point): [number, number] => [
  turn === 'second' ? now[0] : next[0],
  turn === 'first' ? now[1] : next[1],
];
