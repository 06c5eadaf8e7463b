import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { UsageError } from '../base/errors.ts';
import { attentionSides } from '../nn/bigganPlan.ts';

/** DCGAN's networks halve and double squares: 28, or a power of two from 16 to 1024. */
export function requireDcganSize(gan: string, { shape }: DataShape): void {
  const [, height, width] = shape;
  const fits = height === 28 || (height! >= 16 && height! <= 1024 && Number.isInteger(Math.log2(height!)));
  if (height !== width || !fits) {
    throw new UsageError(
      `${gan} makes squares of 28, 16, 32, 64, ... pixels, not ${height}x${width}; choose one with --size, such as --size 32`,
    );
  }
}

const BIGGAN_SIZES = [16, 28, 32, 64, 128, 256];

/** BigGAN's networks have published tables up to 256 pixels. */
export function requireBigganSize(gan: string, { shape }: DataShape): void {
  const [, height, width] = shape;
  if (height === width && BIGGAN_SIZES.includes(height!)) return;
  throw new UsageError(
    `${gan} makes squares of ${BIGGAN_SIZES.join(', ')} pixels, not ${height}x${width}; choose one with --size, such as --size 32`,
  );
}

/** Where self-attention is; left out, the system's own places. */
export const attentionSetting = (own: string) =>
  z
    .array(z.int().min(1))
    .max(8)
    .optional()
    .describe(`sides of the feature maps that self-attention follows, such as [32]; left out, ${own}`);

/** Why attention cannot follow maps of these sides: none of the networks' have them. */
export function impossibleAttention(attention: readonly number[], { shape }: DataShape): string[] {
  const size = shape[1]!;
  if (!BIGGAN_SIZES.includes(size)) return [];
  const possible = attentionSides(size);
  return attention
    .filter((side) => !possible.includes(side))
    .map(
      (side) =>
        `attention=[${side}] follows maps of ${side}x${side}, and images of ${size}x${size} have none; choose from ${possible.join(', ')}`,
    );
}
