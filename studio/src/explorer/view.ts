import { readValues, writeValues } from '../parts/query.ts';
import { rewriteAddressSoon } from '../shell/route.ts';
import type { Path } from './model/places.ts';
import type { Device, MakeRequest } from './model/protocol.ts';

/** What is chosen in the room; all of it stands in the address. Of seeds, steps and classes, -1 is none. */
export const defaults = {
  run: '',
  step: -1,
  /** The first seed of the grid. */
  first: 0,
  a: 0,
  b: 1,
  c: 2,
  psi: 1,
  label: -1,
  x: 0,
  y: 0,
  t: 0.5,
  path: 'round' as Path,
  /** Switches of the layers, as in `aabb`; empty: crossed in the middle. */
  mix: '',
  /** The first seeds of the grid of mixtures. */
  rows: 0,
  columns: 10,
  on: 'auto' as Device,
};

export type View = typeof defaults;

/** Called while a component is drawn, it is drawn again when the address changes. */
export const readView = (): View => readValues(defaults);

export const changeView = (changed: Partial<View>): void =>
  writeValues(defaults, { ...readValues(defaults), ...changed }, rewriteAddressSoon);

export const SLOTS = ['a', 'b', 'c'] as const;
export type Slot = (typeof SLOTS)[number];

/** Chooses a seed for the first free place of a, b and c, or for c; one that is chosen already is let go. */
export function choose(view: View, seed: number): Partial<View> {
  const slot = SLOTS.find((slot) => view[slot] === seed);
  if (slot) return { [slot]: -1, ...(slot === 'a' ? { x: 0, y: 0 } : {}) };
  return { [SLOTS.find((slot) => view[slot] < 0) ?? 'c']: seed };
}

/** What holds for all pictures: scale and class. */
export const settingsOf = ({ psi, label }: View): Omit<MakeRequest, 'places'> => ({
  psi,
  label: label < 0 ? undefined : label,
});
