/** Resolution of the smallest feature map and how often it doubles: 64 is 4 doubled four times, 28 is 7 doubled twice. */
export function resolutionsOf(size: number): { base: number; doublings: number } {
  const base = size === 28 ? 7 : 4;
  return { base, doublings: Math.log2(size / base) };
}
