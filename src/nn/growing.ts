import { averagePool, type Tensor, upsampleNearest } from '../graph/index.ts';

/** How far networks have grown: those of ProGAN and of StyleGAN, which work at a lower resolution than their images have at first. */
export interface Growth {
  /** Height and width of the images that come out of a generator and go into a critic. */
  size: number;
  /** Height and width of the finest maps so far: 4, 8, 16, ..., up to `size`. */
  resolution: number;
  /** What the finest layers count, from 0 to 1; left out when they count fully. */
  fade?: Tensor | undefined;
}

/** 4, 8, 16, ..., up to a resolution. */
export const resolutionsUpTo = (resolution: number): number[] =>
  Array.from({ length: Math.log2(resolution) - 1 }, (_, i) => 4 * 2 ** i);

/** Channels at a resolution: `width` at the full size, doubled at every halving up to `maxWidth`. */
export const channelsAt = (
  resolution: number,
  { size, width, maxWidth }: { size: number; width: number; maxWidth: number },
): number => Math.min(maxWidth, (width * size) / resolution);

/** Name of the layers of a resolution, in every stage of growing. */
export const scaleName = (resolution: number): string => `${resolution}x${resolution}`;

/** from + (to - from) amount. */
const lerp = (from: Tensor, to: Tensor, amount: Tensor): Tensor => from.add(to.sub(from).mul(amount));

/** Every pixel repeated, both ways. */
export const enlarged = (x: Tensor, factor: number): Tensor =>
  factor === 1 ? x : upsampleNearest(x, factor);

/** Squares of pixels averaged. */
export const averaged = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : averagePool(x, factor));

/** The layers of a generator that grows. */
export interface GrowingGenerator {
  /** The maps at 4x4. */
  first(): Tensor;
  /** From maps of half the resolution to maps of it. */
  block(resolution: number, x: Tensor): Tensor;
  toImage(resolution: number, x: Tensor): Tensor;
}

/**
 * Images of a generator that grows, [B, C, size, size]. While its finest layers fade in, their image is blended with that of the layers
 * before, enlarged (Karras et al. 2018, arXiv:1710.10196, figure 2). Images of a lower resolution than `size` are enlarged to it.
 */
export function growingImages({ size, resolution, fade }: Growth, layers: GrowingGenerator): Tensor {
  const [, ...finer] = resolutionsUpTo(resolution);
  let before = layers.first();
  let x = before;
  for (const resolution of finer) {
    before = x;
    x = layers.block(resolution, x);
  }
  const image = layers.toImage(resolution, x);
  if (!fade) return enlarged(image, size / resolution);
  const coarse = enlarged(layers.toImage(resolution / 2, before), 2);
  return enlarged(lerp(coarse, image, fade), size / resolution);
}

/** The layers of a critic that grows. */
export interface GrowingCritic {
  fromImage(resolution: number, x: Tensor): Tensor;
  /** From maps of a resolution to maps of half of it. */
  block(resolution: number, x: Tensor): Tensor;
}

/**
 * Features [B, K, 4, 4] of a critic that grows, of images [B, C, size, size], which are averaged down to its resolution. While its finest
 * layers fade in, their features are blended with those that the layers before make of the image at half the resolution (same place).
 */
export function growingFeatures(
  image: Tensor,
  { size, resolution, fade }: Growth,
  layers: GrowingCritic,
): Tensor {
  const seen = averaged(image, size / resolution);
  let x = layers.fromImage(resolution, seen);
  for (const at of resolutionsUpTo(resolution).slice(1).reverse()) {
    x = layers.block(at, x);
    if (fade && at === resolution) x = lerp(layers.fromImage(at / 2, averaged(seen, 2)), x, fade);
  }
  return x;
}

/**
 * Real images as networks of that growth can make them: averaged down to their resolution, and while the finest layers fade in,
 * blended with the image at half of it, as the authors' code does; enlarged to the size they had.
 */
export function grownReal(real: Tensor, { size, resolution, fade }: Growth): Tensor {
  const seen = averaged(real, size / resolution);
  const blended = fade ? lerp(enlarged(averaged(seen, 2), 2), seen, fade) : seen;
  return enlarged(blended, size / resolution);
}
