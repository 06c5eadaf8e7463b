import { around, type Window2 } from '../draw/plane.ts';
import type { LabData } from '../engine/protocol.ts';
import { scattered } from './drawn.ts';

export interface PlaneSet {
  name: string;
  title: string;
  view: Window2;
  near: number;
  /** Centres of its modes, flat; empty when it has none. */
  centres: readonly number[];
  data(): LabData;
}

const ringCentres = Array.from({ length: 8 }, (_, i) => (2 * Math.PI * i) / 8).flatMap((angle) => [
  Math.cos(angle),
  Math.sin(angle),
]);
const gridCentres = [-4, -2, 0, 2, 4].flatMap((x) => [-4, -2, 0, 2, 4].flatMap((y) => [x, y]));
const blobs = [-0.8, -0.55, 0.75, 0.6];
const line = Array.from({ length: 41 }, (_, i) => i / 20 - 1).flatMap((x) => [x, 0.7 * x]);
const circle = Array.from({ length: 60 }, (_, i) => (2 * Math.PI * i) / 60).flatMap((angle) => [
  Math.cos(angle),
  Math.sin(angle),
]);

const own = (name: string, title: string, strokes: readonly number[], spread: number): PlaneSet => ({
  name,
  title,
  view: around(1.8),
  near: 0.15,
  centres: [],
  data: () => ({ name, dimensions: 2, coordinates: scattered(strokes, spread) }),
});

/** What the generator may be asked to learn. */
export const planeSets: readonly PlaneSet[] = [
  own('blobs', 'Two clusters', blobs, 0.16),
  own('line', 'A line', line, 0.05),
  own('circle', 'A circle', circle, 0.05),
  {
    name: 'ring',
    title: 'Ring of 8',
    view: around(1.8),
    near: 0.15,
    centres: ringCentres,
    data: () => ({ source: 'ring' }),
  },
  {
    name: 'grid',
    title: 'Grid of 25',
    view: around(5.4),
    near: 0.4,
    centres: gridCentres,
    data: () => ({ source: 'grid' }),
  },
  {
    name: 'swiss-roll',
    title: 'Swiss roll',
    view: around(2.4),
    near: 0.2,
    centres: [],
    data: () => ({ source: 'swiss-roll' }),
  },
];

/** A set by its name; drawn ones carry their strokes in the address. */
export function planeSet(name: string, strokes: readonly number[], text: string): PlaneSet {
  if (name !== 'drawn') return planeSets.find((set) => set.name === name) ?? planeSets[0]!;
  const set = own(`drawn ${text}`, 'Your drawing', strokes.length > 0 ? strokes : [0, 0], 0.05);
  return { ...set, name: 'drawn' };
}
