import { expect, it } from 'vitest';
import { measure } from './measure.ts';
import { movesText, parseMoves, withMove } from './moves.ts';

it('writes moves shortly and reads them back', () => {
  const moves = [
    ['both', 120],
    ['critic', 3],
    ['generator', 1],
  ] as const;
  expect(movesText(moves)).toBe('120b3c1g');
  expect(parseMoves('120b3c1g')).toEqual(moves);
});

it('joins what the same player does one after the other', () => {
  const moves = withMove(withMove(withMove([], 'both', 2), 'both', 1), 'critic', 1);
  expect(movesText(moves)).toBe('3b1c');
});

it('reads nothing into an address that holds no moves, and makes no more than a minute of them', () => {
  expect(parseMoves('hello 3x')).toEqual([]);
  const total = parseMoves('99999b99999b').reduce((sum, [, count]) => sum + count, 0);
  expect(total).toBe(50_000);
});

it('counts what is covered by distance', () => {
  const real = [0, 0, 1, 0, 2, 0, 3, 0];
  const generated = [0, 0.05, 0.02, 0, 9, 9, 1, 0.05];
  const found = measure(generated, real, { near: 0.1, centres: [0, 0, 1, 0, 2, 0] }, 2);
  expect(found).toEqual({ modes: 2, precision: 0.75, recall: 0.5 });
});

it('wants one generated point in a hundred at a mode', () => {
  const generated = Array.from({ length: 400 }, (_, i) => (i < 6 ? 1 : 0));
  const modes = (count: number) =>
    measure(generated.slice(0, count), [0, 0], { near: 0.1, centres: [0, 0, 1, 1] }, 2).modes;
  expect(modes(400)).toBe(2);
  expect(measure([...generated.slice(4), 0, 0, 0, 0], [0, 0], { near: 0.1, centres: [1, 1] }, 2).modes).toBe(
    0,
  );
});
