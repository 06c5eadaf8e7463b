import { full } from '../../../graph/ops/composite.ts';
import {
  add,
  cast,
  cos,
  div,
  exp,
  greaterEqual,
  maximum,
  mul,
  sin,
  sqrt,
  sub,
} from '../../../graph/ops/elementwise.ts';
import { tensor } from '../../../graph/ops/leaf.ts';
import { matmul } from '../../../graph/ops/matmul.ts';
import { reshape } from '../../../graph/ops/movement.ts';
import { type StoredAxis, sampleBilinear } from '../../../graph/ops/sampling.ts';
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
 * affine map, and downsampled. The authors reflect as far as the largest transformation of a batch needs and at most once; a graph has
 * fixed shapes, so here it is always that most, of which one period is stored.
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
  const rows = enlarged(height);
  const columns = width === height ? rows : enlarged(width);
  const larger = matmul(matmul(rows.matrix, x), columns.matrix, { transposeB: true });
  const [y, across] = [lookups(height, [1, 'rest', 1]), lookups(width, [1, 1, 'rest'])];
  const entry = (value: Tensor) => reshape(value, [batch, 1, 1]);
  const along = (p: Tensor, q: Tensor, r: Tensor) =>
    add(add(mul(entry(p), across), mul(entry(q), y)), entry(r));
  // From pixels about the centre to places in the padded image of twice the resolution.
  const place = (at: Tensor, { size }: StoredAxis) => add(mul(at, 2), (size - 1) / 2 - 0.5);
  const [row, column] = [place(along(d, e, f), rows), place(along(a, b, c), columns)];
  const found = sampleBilinear(larger, row, column, { rows, columns });
  return matmul(matmul(downMatrix(height), found), downMatrix(width), { transposeB: true });
}

const MARGIN = SYM6.length / 4;

/** Where the pixels of the result, at twice its resolution and with a margin for the filter, look about the centre. */
function lookups(size: number, shape: (number | 'rest')[]): Tensor {
  const count = 2 * (size + 2 * MARGIN);
  const places = Float64Array.from({ length: count }, (_, i) => (i + 0.5 - count / 2 + 0.5) / 2);
  return reshape(tensor(places, [count]), shape);
}

/**
 * An axis of n pixels, reflected at both sides and upsampled by zero insertion and the filter, 2 (3 n - 2) places. Away from the ends, where
 * the filter meets zeros, places repeat after 4 (n - 1), so `matrix` [stored, n] makes the ends and one period between them.
 */
export function enlarged(n: number): StoredAxis & { matrix: Tensor } {
  const taps = atFullBrightness(SYM6).toReversed();
  const padding = n - 1;
  const size = 2 * (n + 2 * padding);
  const before = Math.floor((taps.length + 1) / 2);
  const after = taps.length - 1 - before;
  const period = Math.max(0, Math.min(4 * (n - 1), size - before - after));
  const again = before + period;
  const end = Math.max(again, size - after);
  const kept = Array.from({ length: size }, (_, i) => i).filter((i) => i < again || i >= end);
  const weights = new Float64Array(kept.length * n);
  kept.forEach((i, row) => {
    taps.forEach((tap, k) => {
      const place = i + k - before;
      if (place < 0 || place >= size || place % 2 !== 0) return;
      weights[row * n + reflected(place / 2 - padding, n)]! += 2 * tap;
    });
  });
  const from = (place: Tensor, first: number, moved: number) =>
    mul(cast(greaterEqual(place, first), 'float32'), moved);
  return {
    size,
    // The second part of a second period lies where the first does; the end comes after the first.
    stored: (place) => add(sub(place, from(place, again, period)), from(place, end, period - (end - again))),
    matrix: tensor(weights, [kept.length, n]),
  };
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
