import type { DataShape } from '../base/dataShape.ts';
import { UsageError } from '../base/errors.ts';

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
