/** The place in a rising list of what is nearest to `wanted`; -1 when the list is empty. */
export function nearestIndex(rising: readonly number[], wanted: number): number {
  let best = -1;
  for (const [i, value] of rising.entries()) {
    if (best < 0 || Math.abs(value - wanted) < Math.abs(rising[best]! - wanted)) best = i;
  }
  return best;
}
