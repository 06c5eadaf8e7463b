/** How far a filter reaches, in samples of the coarser side, and its height at a distance. */
interface Filter {
  support: number;
  height(distance: number): number;
}

/** The filters of PIL, by their names there in lower case. */
const FILTERS = {
  bilinear: { support: 1, height: (x) => Math.max(0, 1 - Math.abs(x)) },
  // The cubic of Keys 1981 with a = -1/2.
  bicubic: {
    support: 2,
    height(distance) {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    },
  },
  lanczos: { support: 3, height: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<string, Filter>;

export type FilterName = keyof typeof FILTERS;

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

/**
 * Resamples the middle axis of [outer, length, inner] bytes to `newLength` by a filter that widens with the scale when
 * shrinking, so that every source sample counts (no aliasing); enlarging interpolates.
 *
 * The arithmetic is that of PIL's `Image.BILINEAR` (the default), `BICUBIC` and `LANCZOS`: weights in 22-bit fixed point,
 * results rounded to bytes.
 */
export function resample(
  source: Uint8Array,
  [outer, length, inner]: Axes,
  newLength: number,
  filter: FilterName = 'bilinear',
): Uint8Array {
  if (newLength === length) return source;
  const taps = filterTaps(length, newLength, filter).map(fixedPoint);
  // Weights may be negative: sums outside the range of bytes are clamped, as this array does.
  const result = new Uint8ClampedArray(outer * newLength * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < newLength; i++) {
      const { start, weights } = taps[i]!;
      const from = (o * length + start) * inner;
      const to = (o * newLength + i) * inner;
      for (let j = 0; j < inner; j++) {
        let sum = HALF;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * source[from + k * inner + j]!;
        result[to + j] = sum >> PRECISION_BITS;
      }
    }
  }
  return new Uint8Array(result.buffer);
}

/** The same in floats, as PIL has it for images of mode 'F': sums in float64, rounded once to float32. */
export function resampleFloats(
  source: Float32Array,
  [outer, length, inner]: Axes,
  newLength: number,
  filter: FilterName,
): Float32Array {
  if (newLength === length) return source;
  const taps = filterTaps(length, newLength, filter);
  const result = new Float32Array(outer * newLength * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < newLength; i++) {
      const { start, weights } = taps[i]!;
      const from = (o * length + start) * inner;
      const to = (o * newLength + i) * inner;
      for (let j = 0; j < inner; j++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * source[from + k * inner + j]!;
        result[to + j] = sum;
      }
    }
  }
  return result;
}

type Axes = readonly [outer: number, length: number, inner: number];

/** Weights above 22 bits would overflow 32-bit sums of 8-bit samples with two bits of headroom. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

interface FilterTap<Weights> {
  /** First source sample under the filter. */
  start: number;
  /** Weights of it and those after it; they sum to 1 up to rounding. */
  weights: Weights;
}

/** One tap list per result sample; samples outside the line are left out and the rest renormalised. */
function filterTaps(length: number, newLength: number, name: FilterName): FilterTap<Float64Array>[] {
  const filter = FILTERS[name];
  const scale = length / newLength;
  const width = Math.max(scale, 1);
  const support = filter.support * width;
  return Array.from({ length: newLength }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const heights = Float64Array.from({ length: end - start }, (_, k) =>
      filter.height((start + k - centre + 0.5) * (1 / width)),
    );
    const total = heights.reduce((sum, height) => sum + height, 0);
    return { start, weights: heights.map((height) => height / total) };
  });
}

/** Weights as whole multiples of 2^-22, halves rounded away from zero. */
const fixedPoint = ({ start, weights }: FilterTap<Float64Array>): FilterTap<Int32Array> => ({
  start,
  weights: Int32Array.from(weights, (weight) =>
    Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5)),
  ),
});
