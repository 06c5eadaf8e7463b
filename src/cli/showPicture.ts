import type { Picture } from '../base/png.ts';
import { print } from './output.ts';
import { colorDepth, fitGrid, previewText, shrink } from './preview.ts';

/** Columns of the terminal for a plot of points. */
const PLOT_COLUMNS = 60;

/**
 * Shows samples in the terminal, where it has the colours.
 * @param shape of one sample: [C, H, W] for a grid of images, else a plot
 */
export function showPicture(picture: Picture, shape: readonly number[]): void {
  const depth = colorDepth(process.stdout);
  if (depth === 'none') return;
  // A terminal that does not know its width says 0.
  const columns = process.stdout.columns || 80;
  const [, height, width] = shape;
  const fitted =
    height !== undefined && width !== undefined
      ? fitGrid(picture, [width, height], columns)
      : shrink(picture, Math.min(picture.width, columns, PLOT_COLUMNS));
  print(previewText(fitted, depth));
}
