import { normals } from '../draw/normals.ts';

/** Points of a set made from a drawing. */
const COUNT = 4096;
/** Points of a drawing kept in an address. */
export const MOST_STROKES = 240;
const HALF = 1.8;
const STEPS = 36 ** 2;

/** Points about those of a drawing, in Gaussians of the given spread: always the same ones. */
export function scattered(strokes: readonly number[], spread: number): Float32Array {
  const places = strokes.length / 2;
  const points = new Float32Array(2 * COUNT);
  for (let i = 0; i < COUNT; i++) {
    const place = 2 * (i % places);
    const [x, y] = normals(i);
    points[2 * i] = strokes[place]! + spread * x;
    points[2 * i + 1] = strokes[place + 1]! + spread * y;
  }
  return points;
}

/** A drawing as text for an address: four digits of base 36 a point. */
export const strokesText = (strokes: readonly number[]): string => strokes.map(digits).join('');

const digits = (value: number): string => {
  const step = Math.round(((value + HALF) / (2 * HALF)) * (STEPS - 1));
  return Math.min(STEPS - 1, Math.max(0, step))
    .toString(36)
    .padStart(2, '0');
};

export function parseStrokes(text: string): number[] {
  const numbers = [...text.matchAll(/[0-9a-z]{2}/g)].map(
    ([pair]) => (parseInt(pair, 36) / (STEPS - 1)) * 2 * HALF - HALF,
  );
  return numbers.slice(0, 2 * Math.min(MOST_STROKES, Math.floor(numbers.length / 2)));
}
