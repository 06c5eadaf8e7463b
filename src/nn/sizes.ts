/**
 * Sides of the feature maps of DCGAN's networks, the smallest first, the image's last. Kernels of 4 halve 28 to 14 and 7, and other
 * images to 4; kernels of 3 round odd halves up, and so come to 4 always: 28, 14, 7, 4.
 */
export function sidesOf(size: number, kernel: 3 | 4 = 4): number[] {
  const sides = [size];
  while (sides[0]! > 4 && (kernel === 3 || sides[0]! % 2 === 0)) sides.unshift(Math.ceil(sides[0]! / 2));
  return sides;
}

/** Resolution of the smallest feature map and how often it doubles: 64 is 4 doubled four times, 28 is 7 doubled twice. */
export function resolutionsOf(size: number): { base: number; doublings: number } {
  const sides = sidesOf(size);
  return { base: sides[0]!, doublings: sides.length - 1 };
}
