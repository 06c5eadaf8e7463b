/**
 * Resamples the middle axis of [outer, length, inner] bytes to `newLength` by a triangle filter that widens with the
 * scale when shrinking, so that every source sample counts (no aliasing); enlarging is linear interpolation.
 *
 * The arithmetic is that of PIL's `Image.BILINEAR`: weights in 22-bit fixed point, results rounded to bytes.
 */
export function resample(
  source: Uint8Array,
  [outer, length, inner]: readonly [outer: number, length: number, inner: number],
  newLength: number,
): Uint8Array {
  if (newLength === length) return source;
  const filter = triangleFilter(length, newLength);
  const result = new Uint8Array(outer * newLength * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < newLength; i++) {
      const { start, weights } = filter[i]!;
      const from = (o * length + start) * inner;
      const to = (o * newLength + i) * inner;
      for (let j = 0; j < inner; j++) {
        let sum = HALF;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * source[from + k * inner + j]!;
        result[to + j] = sum >> PRECISION_BITS;
      }
    }
  }
  return result;
}

/** Weights above 22 bits would overflow 32-bit sums of 8-bit samples with two bits of headroom. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

interface FilterTap {
  /** First source sample under the filter. */
  start: number;
  /** Fixed-point weights of it and those after it; they sum to 1 up to rounding. */
  weights: Int32Array;
}

/** One tap list per result sample; samples outside the line are left out and the rest renormalised. */
function triangleFilter(length: number, newLength: number): FilterTap[] {
  const scale = length / newLength;
  const support = Math.max(scale, 1);
  return Array.from({ length: newLength }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const heights = Float64Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs((start + k + 0.5 - centre) / support)),
    );
    const total = heights.reduce((sum, height) => sum + height, 0);
    const weights = Int32Array.from(heights, (height) =>
      Math.trunc((height / total) * 2 ** PRECISION_BITS + 0.5),
    );
    return { start, weights };
  });
}
