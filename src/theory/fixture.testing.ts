import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeSafetensors } from '../base/safetensors.ts';
import { normalize } from './distribution.ts';

const path = new URL('../../reference/fixtures/theory.safetensors', import.meta.url);
const { tensors, metadata } = decodeSafetensors(readFileSync(path), 'theory.safetensors');

/** Settings of the fixture; see reference/theory.py. */
export const settings: { epsilon: number; bilinear: [method: string, rate: number, momentum: number][] } =
  JSON.parse(metadata.settings!);

/** A stored list of numbers. */
export const stored = (name: string): number[] => Array.from(tensors.get(name)!.data, Number);
/** A stored single number. */
export const storedNumber = (name: string): number => stored(name)[0]!;
/** A stored matrix, row by row. */
export function storedRows(name: string, width = 2): number[][] {
  const values = stored(name);
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** Whole numbers as weights, zeros among them, so that supports differ and ties occur. */
export const distribution = (length: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length })
    .filter((weights) => weights.some((weight) => weight > 0))
    .map(normalize);

/** Two, three, ... distributions over the same outcomes. */
export const distributions = (count: number): fc.Arbitrary<number[][]> =>
  fc
    .integer({ min: 1, max: 8 })
    .chain((length) => fc.array(distribution(length), { minLength: count, maxLength: count }));

/** Weighted points of the line; small whole positions, so that some coincide. */
export const linePoints: fc.Arbitrary<{ points: number[]; weights: number[] }> = fc
  .integer({ min: 1, max: 7 })
  .chain((length) =>
    fc.record({
      points: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: length, maxLength: length }),
      weights: distribution(length),
    }),
  );

/** Points of the plane. */
export const planePoints = (length: number): fc.Arbitrary<number[][]> => {
  const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
  return fc.array(fc.array(coordinate, { minLength: 2, maxLength: 2 }), {
    minLength: length,
    maxLength: length,
  });
};
