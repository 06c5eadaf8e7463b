import { full } from '../../../graph/ops/composite.ts';
import { add, cos, div, exp, maximum, mul, sin, sqrt, sub } from '../../../graph/ops/elementwise.ts';
import { tensor } from '../../../graph/ops/leaf.ts';
import { matmul } from '../../../graph/ops/matmul.ts';
import { reshape } from '../../../graph/ops/movement.ts';
import { sampleBilinear } from '../../../graph/ops/sampling.ts';
import type { Tensor, TensorLike } from '../../../graph/tensor.ts';
import { columns, type Draws, LOG2, wholePart, withChance } from './chance.ts';
import { atFullBrightness, reflected, SYM6 } from './wavelets.ts';

/** Probabilities of the two groups that move pixels; zero switches a group off. */
export interface GeometryChances {
  /** Flips, turns by 90 degrees, translations by whole pixels. */
  blit: TensorLike;
  /** Scalings, rotations, translations by parts of a pixel. */
  geometry: TensorLike;
}

/** Random numbers an image takes. */
export const GEOMETRY_DRAWS = { uniform: 14, normal: 4 };

const TRANSLATION = 0.125; // of the image's sides, both kinds
const SCALE = 0.2; // standard deviation of the scales' logarithm to base 2

/**
 * Pixel blits and general geometric transformations of images [B, C, H, W] (Karras et al. 2020, arXiv:2006.06676, appendix B).
 * Each image is reflected at its sides, upsampled by a wavelet filter, looked up through the inverse of one
 * affine map, and downsampled.
 */
export function moveAround(x: Tensor, chances: GeometryChances, draws: Draws): Tensor {
  const [, , height, width] = x.shape as [number, number, number, number];
  return resampled(x, inverseMap(chances, draws, width, height));
}

/** Rows of an affine map of the plane, [a b c; d e f], from the result's place to the image's; entries [B, 1]. */
type AffineMap = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

// Maps are multiplied from the right by the inverse of each transformation.
const scaled = ([a, b, c, d, e, f]: AffineMap, x: Tensor, y: Tensor): AffineMap => [
  div(a, x),
  div(b, y),
  c,
  div(d, x),
  div(e, y),
  f,
];
const moved = ([a, b, c, d, e, f]: AffineMap, x: Tensor, y: Tensor): AffineMap => [
  a,
  b,
  sub(c, add(mul(a, x), mul(b, y))),
  d,
  e,
  sub(f, add(mul(d, x), mul(e, y))),
];
const rotated = ([a, b, c, d, e, f]: AffineMap, angle: Tensor): AffineMap => {
  const [across, along] = [cos(angle), sin(angle)];
  const turned = (p: Tensor, q: Tensor) =>
    [add(mul(p, across), mul(q, along)), sub(mul(q, across), mul(p, along))] as const;
  return [...turned(a, b), c, ...turned(d, e), f];
};

function inverseMap(
  { blit, geometry }: GeometryChances,
  draws: Draws,
  width: number,
  height: number,
): AffineMap {
  const [flip, doFlip, turn, doTurn, tx, ty, doMove, doScale, ...rest] = columns(draws.uniform) as Columns;
  const [first, doFirst, doStretch, second, doSecond, doShift] = rest as Columns;
  const [scale, stretch, sx, sy] = columns(draws.normal) as Columns;
  const [one, zero] = [full(flip.shape, 1), full(flip.shape, 0)];
  let map: AffineMap = [one, zero, zero, zero, one, zero];

  const mirror = sub(1, mul(withChance(blit, doFlip, wholePart(mul(flip, 2)), 0), 2)); // 1 or -1
  map = scaled(map, mirror, one);
  map = rotated(map, mul(withChance(blit, doTurn, wholePart(mul(turn, 4)), 0), Math.PI / 2));
  // To the nearest whole number; the size added keeps what is cut off positive.
  const whole = (u: Tensor, size: number) =>
    withChance(
      blit,
      doMove,
      sub(wholePart(add(mul(sub(mul(u, 2), 1), TRANSLATION * size), size + 0.5)), size),
      0,
    );
  map = moved(map, whole(tx, width), whole(ty, height));

  const power = (n: Tensor) => exp(mul(n, SCALE * LOG2));
  const size = withChance(geometry, doScale, power(scale), 1);
  map = scaled(map, size, size);
  // One rotation before and one after, such that either happens with the probability of the group.
  const either = rotationChance(geometry);
  const angle = (u: Tensor) => mul(sub(mul(u, 2), 1), Math.PI);
  map = rotated(map, withChance(either, doFirst, angle(first), 0));
  const wider = withChance(geometry, doStretch, power(stretch), 1);
  map = scaled(map, wider, div(1, wider));
  map = rotated(map, withChance(either, doSecond, angle(second), 0));
  const part = (n: Tensor, size: number) => withChance(geometry, doShift, mul(n, TRANSLATION * size), 0);
  return moved(map, part(sx, width), part(sy, height));
}

type Columns = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];

/** 1 - sqrt(1 - p). */
const rotationChance = (p: TensorLike): TensorLike =>
  typeof p === 'number' ? 1 - Math.sqrt(Math.max(1 - p, 0)) : sub(1, sqrt(maximum(sub(1, p as Tensor), 0)));

/** Images looked up through a map, whose places are pixels from the image's centre. */
function resampled(x: Tensor, [a, b, c, d, e, f]: AffineMap): Tensor {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const larger = matmul(matmul(upMatrix(height), x), upMatrix(width), { transposeB: true });
  const [rows, columns] = [lookups(height), lookups(width)];
  const y = tensor(rows, [1, rows.length, 1]);
  const across = tensor(columns, [1, 1, columns.length]);
  const entry = (value: Tensor) => reshape(value, [batch, 1, 1]);
  const along = (p: Tensor, q: Tensor, r: Tensor) =>
    add(add(mul(entry(p), across), mul(entry(q), y)), entry(r));
  // From pixels about the centre to places in the padded image of twice the resolution.
  const place = (at: Tensor, size: number) => add(mul(at, 2), (larger.shape[size]! - 1) / 2 - 0.5);
  const found = sampleBilinear(larger, place(along(d, e, f), 2), place(along(a, b, c), 3));
  return matmul(matmul(downMatrix(height), found), downMatrix(width), { transposeB: true });
}

const MARGIN = SYM6.length / 4;

/** Where the pixels of the result, at twice its resolution and with a margin for the filter, look about the centre. */
function lookups(size: number): Float64Array {
  const count = 2 * (size + 2 * MARGIN);
  return Float64Array.from({ length: count }, (_, i) => (i + 0.5 - count / 2 + 0.5) / 2);
}

/**
 * Reflection at both sides and upsampling by zero insertion and the filter, [2 (3 n - 2), n]. The authors pad as much as the
 * largest transformation of a batch needs, up to this.
 */
function upMatrix(n: number): Tensor {
  const taps = atFullBrightness(SYM6).toReversed();
  const padding = n - 1;
  const to = 2 * (n + 2 * padding);
  const weights = new Float64Array(to * n);
  const before = Math.floor((taps.length + 1) / 2);
  for (let i = 0; i < to; i++) {
    taps.forEach((tap, k) => {
      const place = i + k - before;
      if (place < 0 || place >= to || place % 2 !== 0) return;
      weights[i * n + reflected(place / 2 - padding, n)]! += 2 * tap;
    });
  }
  return tensor(weights, [to, n]);
}

/** The filter, not reversed, at every second place within the margin, [n, 2 (n + 2 margin)]. */
function downMatrix(n: number): Tensor {
  const taps = atFullBrightness(SYM6);
  const from = 2 * (n + 2 * MARGIN);
  const crop = 2 * MARGIN - (taps.length - 2) / 2;
  const weights = new Float64Array(n * from);
  for (let i = 0; i < n; i++) {
    taps.forEach((tap, k) => {
      weights[i * from + 2 * i + k + crop]! += tap;
    });
  }
  return tensor(weights, [n, from]);
}
