import type { Features } from 'gansmith/metrics';
import { normals } from '../draw/normals.ts';

/** How pictures are spoiled, each from 0 to 1. */
export interface Damage {
  blur: number;
  noise: number;
  /** Of the kinds of digits, the share that never comes. */
  missing: number;
}

export const DAMAGES = ['blur', 'noise', 'missing'] as const satisfies readonly (keyof Damage)[];

/** Pixels a side of the pictures that are measured. */
export const SIDE = 14;
/** Standard deviation of a Gaussian blur in pixels, and of the noise in a picture of values from -1 to 1, at damage 1. */
const WIDEST_BLUR = 2;
const STRONGEST_NOISE = 0.7;

/** Pictures of 28 pixels a side with each four pixels in one, [N, 14 * 14]. */
export function halved(pictures: Float32Array): Features {
  const width = SIDE * SIDE;
  const count = pictures.length / (4 * width);
  const data = new Float32Array(count * width);
  for (let i = 0; i < data.length; i++) {
    const [row, x] = [Math.floor(i / SIDE), i % SIDE];
    const at = 4 * SIDE * row + 2 * x;
    data[i] =
      (pictures[at]! + pictures[at + 1]! + pictures[at + 2 * SIDE]! + pictures[at + 2 * SIDE + 1]!) / 4;
  }
  return { data, count, width };
}

/**
 * The first `count` pictures of the kinds that are left, blurred and made noisy. The kinds with the highest numbers are left out first;
 * one always stays. The noise is that of the seed.
 */
export function damaged(
  { data, width }: Features,
  kinds: ArrayLike<number>,
  { blur, noise, missing }: Damage,
  { count, groups, seed }: { count: number; groups: number; seed: number },
): Features {
  const left = Math.max(1, Math.round(groups * (1 - missing)));
  const chosen = Array.from(kinds, (kind, i) => (kind < left ? i : -1))
    .filter((i) => i >= 0)
    .slice(0, count);
  const out = new Float32Array(chosen.length * width);
  const first = Math.imul(seed, 0x9e3779b1) >>> 0;
  for (const [n, i] of chosen.entries()) {
    const picture = blurred(data.subarray(i * width, (i + 1) * width), blur * WIDEST_BLUR);
    for (let k = 0; k < width; k++) {
      const [normal] = normals(first + n * width + k);
      out[n * width + k] = picture[k]! + noise * STRONGEST_NOISE * normal;
    }
  }
  return { data: out, count: chosen.length, width };
}

/** A Gaussian blur, first along rows, then along columns; beyond the edge a picture goes on as at it. */
function blurred(picture: ArrayLike<number>, deviation: number): ArrayLike<number> {
  if (deviation === 0) return picture;
  return alongRows(alongRows(picture, deviation), deviation);
}

/** Blurs each row, and turns the picture over its diagonal. */
function alongRows(picture: ArrayLike<number>, deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (const [k, weight] of weights.entries()) {
        const from = Math.min(SIDE - 1, Math.max(0, x + k - reach));
        sum += weight * picture[y * SIDE + from]!;
      }
      out[x * SIDE + y] = sum / total;
    }
  }
  return out;
}
