import type { Sheet } from '../draw/canvas.ts';
import { SIDE } from './damage.ts';

/** A row of real pictures above one of generated ones, values from -1 to 1. */
export function drawPictures(
  { context, width, height }: Sheet,
  real: Float32Array,
  generated: Float32Array,
): void {
  const count = real.length / (SIDE * SIDE);
  const cell = Math.min(width / count, height / 2);
  context.imageSmoothingEnabled = false;
  for (const [row, pictures] of [real, generated].entries()) {
    for (let n = 0; n < count; n++) {
      const small = new OffscreenCanvas(SIDE, SIDE);
      const image = new ImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i++) {
        const shade = 127.5 * (1 + pictures[n * SIDE * SIDE + i]!);
        image.data.set([shade, shade, shade, 255], 4 * i);
      }
      small.getContext('2d')!.putImageData(image, 0, 0);
      context.drawImage(small, n * cell + 1, row * cell + 1, cell - 2, cell - 2);
    }
  }
}
