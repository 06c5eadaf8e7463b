import { expect, it } from 'vitest';
import { MOST_STROKES, parseStrokes, scattered, strokesText } from './drawn.ts';

it('keeps a drawing in an address, to a five-hundredth', () => {
  const strokes = [0, 0, 1.5, -1.5, -1.8, 1.8];
  const text = strokesText(strokes);
  expect(text).toMatch(/^[0-9a-z]{12}$/);
  for (const [i, value] of parseStrokes(text).entries()) {
    expect(Math.abs(value - strokes[i]!)).toBeLessThan(1 / 500);
  }
});

it('reads whole points only, and no more than it keeps', () => {
  expect(parseStrokes('000')).toEqual([]);
  expect(parseStrokes('0'.repeat(5000))).toHaveLength(2 * MOST_STROKES);
});

it('scatters points about the marks, each getting its share, with the spread asked for', () => {
  const points = scattered([1, 0, -1, 0], 0.1);
  let [right, squares] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    if (points[i]! > 0) right++;
    squares += (Math.abs(points[i]!) - 1) ** 2;
  }
  expect(right / (points.length / 2)).toBeCloseTo(0.5, 2);
  expect(Math.sqrt(squares / (points.length / 2))).toBeCloseTo(0.1, 2);
});
