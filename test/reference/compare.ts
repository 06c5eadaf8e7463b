/** |ours - theirs| / |theirs| over all elements (L2). A reference that is zero by arithmetic is compared absolutely. */
export function relativeError(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} numbers against ${theirs.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < theirs.length; i++) {
    difference += (ours[i]! - theirs[i]!) ** 2;
    size += theirs[i]! ** 2;
  }
  const norm = Math.sqrt(size);
  return Math.sqrt(difference) / (norm < NOTHING ? 1 : norm);
}

/** Rounding noise in float64 where exact arithmetic gives zero. */
const NOTHING = 1e-13;

export interface Worst {
  name: string;
  error: number;
}

/** The largest error and whose it is. */
export const worst = (errors: ReadonlyMap<string, number>): Worst =>
  [...errors]
    .map(([name, error]) => ({ name, error }))
    .reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a), { name: 'none', error: 0 });
