/** Low-pass filter of the symlet with six vanishing moments (Daubechies), which sums to sqrt(2). */
export const SYM6: readonly number[] = [
  0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
  0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
  0.0017677118642428036, -0.007800708325034148,
];

/** The symlet with two vanishing moments, which is the Daubechies filter D4. */
export const SYM2: readonly number[] = [
  (1 - Math.sqrt(3)) / (4 * Math.SQRT2),
  (3 - Math.sqrt(3)) / (4 * Math.SQRT2),
  (3 + Math.sqrt(3)) / (4 * Math.SQRT2),
  (1 + Math.sqrt(3)) / (4 * Math.SQRT2),
];

/** A filter that sums to 1. */
export function atFullBrightness(filter: readonly number[]): number[] {
  const total = filter.reduce((sum, tap) => sum + tap, 0);
  return filter.map((tap) => tap / total);
}

/** Four filters of 43 taps, coarse to fine, that add up to the identity: the bands of an image's frequencies. */
export function filterBank(): number[][] {
  const high = SYM2.map((tap, i) => tap * (-1) ** i);
  const halfBand = (filter: readonly number[]) =>
    convolved(filter, filter.toReversed()).map((tap) => tap / 2); // H(z) H(1 / z) / 2
  const [low2, high2] = [halfBand(SYM2), halfBand(high)];
  let bank: number[][] = [[1]];
  for (let band = 1; band < 4; band++) {
    bank = bank.map((filter) => convolved(spread(filter), low2));
    const length = bank[0]!.length;
    const start = (length - high2.length) / 2;
    bank.push(Array.from({ length }, (_, i) => high2[i - start] ?? 0));
  }
  return bank;
}

/** Zeros between the taps. */
const spread = (filter: readonly number[]): number[] =>
  filter.flatMap((tap, i) => (i === 0 ? [tap] : [0, tap]));

function convolved(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      out[i + j]! += x * y;
    });
  });
  return out;
}

/** Where place i comes to lie when an image of n pixels is reflected at its ends again and again, the end pixels not repeated. */
export function reflected(i: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const place = ((i % period) + period) % period;
  return place < n ? place : period - place;
}
