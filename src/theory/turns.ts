/** Who moves in a step of a game of two numbers: the first player alone, the second alone, or both. */
export type Turn = 'first' | 'second' | 'both';

type Point = readonly [first: number, second: number];

/** What is left of the step of both when one player alone moves: the other stays where it is. */
export const taken = (turn: Turn, now: Point, next: Point): [number, number] => [
  turn === 'second' ? now[0] : next[0],
  turn === 'first' ? now[1] : next[1],
];
