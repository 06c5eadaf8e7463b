import { add, cast, equal, greaterEqual, less, mul, sub } from '../../graph/ops/elementwise.ts';
import { tensor } from '../../graph/ops/leaf.ts';
import { matmul } from '../../graph/ops/matmul.ts';
import { reshape } from '../../graph/ops/movement.ts';
import { mean } from '../../graph/ops/reduce.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Scope } from '../../nn/scope.ts';

/** Differentiable augmentations by name (Zhao et al. 2020, arXiv:2006.10738, section 4 and table 1). */
export const AUGMENTATIONS = ['colour', 'translation', 'cutout'] as const;
export type Augmentation = (typeof AUGMENTATIONS)[number];

/**
 * What the critic is shown of images [B, C, H, W]: colour, translation and cutout drawn anew for each image, in this order. Real
 * and generated images both go through it, in every phase, so that the generator's gradient does too; this keeps the augmented
 * look out of the samples.
 */
export function diffAugment(scope: Scope, images: Tensor, chosen: readonly Augmentation[]): Tensor {
  const batch = images.shape[0]!;
  const draw = (name: string) =>
    scope.random(`augment/${name}`, [batch, 1, 1, 1], { kind: 'uniform', low: 0, high: 1 });
  let x = images;
  if (chosen.includes('colour')) {
    x = colour(x, draw('brightness'), draw('saturation'), draw('contrast'));
  }
  if (chosen.includes('translation')) x = translate(x, draw('down'), draw('right'));
  if (chosen.includes('cutout')) x = cutout(x, draw('row'), draw('column'));
  return x;
}

/**
 * Brightness plus [-0.5, 0.5), the distance of each channel from their mean times [0, 2), the distance from the image's mean
 * times [0.5, 1.5). Each u is uniform in [0, 1), [B, 1, 1, 1].
 */
export function colour(x: Tensor, brightness: Tensor, saturation: Tensor, contrast: Tensor): Tensor {
  const brighter = add(x, sub(brightness, 0.5));
  const aroundMean = (y: Tensor, axes: number[], factor: Tensor) => {
    const centre = mean(y, { axes, keep: true });
    return add(mul(sub(y, centre), factor), centre);
  };
  const saturated = aroundMean(brighter, [1], mul(saturation, 2));
  return aroundMean(saturated, [1, 2, 3], add(contrast, 0.5));
}

/**
 * Moves each image by up to `reach` pixels, by default an eighth of its sides, zeros moving in. Each u is uniform in [0, 1),
 * [B, 1, 1, 1].
 */
export function translate(x: Tensor, down: Tensor, right: Tensor, reach?: number): Tensor {
  const [, , height, width] = x.shape as [number, number, number, number];
  const rows = shiftMatrix(height, wholeShift(down, reach ?? anEighth(height)));
  const columns = shiftMatrix(width, wholeShift(right, reach ?? anEighth(width)));
  return matmul(matmul(rows, x), columns, { transposeB: true });
}

const anEighth = (size: number): number => Math.floor(size / 8 + 0.5);

/** u in [0, 1) to whole numbers from -reach to reach, all equally likely. */
const wholeShift = (u: Tensor, reach: number): Tensor => sub(wholePart(mul(u, 2 * reach + 1)), reach);

/** Matrices [B, 1, n, n] that move what stands at i to i + shift: ones where the row is the column plus the shift. */
function shiftMatrix(n: number, shift: Tensor): Tensor {
  const row = reshape(places(n), [1, 1, n, 1]);
  const column = reshape(places(n), [1, 1, 1, n]);
  return cast(equal(row, add(column, shift)), 'float32');
}

/**
 * Sets a square of half the image's sides to zero, centred anywhere in the image; what lies outside is cut off. Each u is uniform
 * in [0, 1), [B, 1, 1, 1].
 */
export function cutout(x: Tensor, row: Tensor, column: Tensor): Tensor {
  const [, , height, width] = x.shape as [number, number, number, number];
  const inRows = reshape(places(height), [1, 1, height, 1]);
  const inColumns = reshape(places(width), [1, 1, 1, width]);
  const hidden = mul(within(inRows, row, height), within(inColumns, column, width));
  return mul(x, sub(1, hidden));
}

/** 1 where a place lies in the hidden stretch of an axis, else 0. */
function within(place: Tensor, u: Tensor, size: number): Tensor {
  const hidden = Math.floor(size / 2 + 0.5);
  const centre = wholePart(mul(u, size + (1 - (hidden % 2))));
  const start = sub(centre, Math.floor(hidden / 2));
  const after = cast(greaterEqual(place, start), 'float32');
  return mul(after, cast(less(place, add(start, hidden)), 'float32'));
}

/** 0, 1, ..., n - 1. */
const places = (n: number): Tensor =>
  tensor(
    Float64Array.from({ length: n }, (_, i) => i),
    [n],
  );

/** The whole part of a number that is not negative. */
const wholePart = (x: Tensor): Tensor => cast(cast(x, 'int32'), 'float32');
