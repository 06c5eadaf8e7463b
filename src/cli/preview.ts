import type { Picture } from '../base/png.ts';

/** Colours a terminal can show: 24 bits, a fixed set of 256, or too few for pictures. */
export type ColorDepth = 'true' | '256' | 'none';

/** What the terminal behind a stream can show; `none` for files and pipes. */
export function colorDepth(stream: { isTTY?: boolean; getColorDepth?(): number }): ColorDepth {
  if (!stream.isTTY || process.env.NO_COLOR !== undefined) return 'none';
  const bits = stream.getColorDepth?.() ?? 1;
  return bits >= 24 ? 'true' : bits >= 8 ? '256' : 'none';
}

/**
 * A picture as text: every character is an upper half block, its colour one pixel and its background the one below.
 * Empty where the terminal lacks the colours.
 */
export function previewText(picture: Picture, depth: ColorDepth): string {
  if (depth === 'none') return '';
  const code = depth === 'true' ? trueColor : paletteColor;
  const lines: string[] = [];
  for (let y = 0; y < picture.height; y += 2) {
    let line = '';
    let before = '';
    for (let x = 0; x < picture.width; x++) {
      const below = y + 1 < picture.height ? `48;${code(pixel(picture, x, y + 1))}` : '49';
      const colors = `\x1b[38;${code(pixel(picture, x, y))};${below}m`;
      line += `${colors === before ? '' : colors}▀`;
      before = colors;
    }
    lines.push(`${line}\x1b[0m`);
  }
  return lines.join('\n');
}

type Rgb = [number, number, number];

const trueColor = (color: Rgb): string => `2;${color.join(';')}`;

/** The nearest of xterm's 256 colours: its 24 greys for greys, else its cube of 6 x 6 x 6. */
function paletteColor([red, green, blue]: Rgb): string {
  if (red === green && green === blue) {
    if (red < 4) return '5;16';
    if (red > 246) return '5;231';
    return `5;${232 + Math.min(23, Math.round((red - 8) / 10))}`;
  }
  const step = (value: number) =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));
  return `5;${16 + 36 * step(red) + 6 * step(green) + step(blue)}`;
}

function pixel({ width, channels, data }: Picture, x: number, y: number): Rgb {
  const at = (y * width + x) * channels;
  return channels === 1 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!];
}

/** Pixels between images of a grid. */
const GAP = 2;
/** Columns of the terminal an image should have to be recognised. */
const ENOUGH = 14;

/**
 * The upper left part of a grid of images, small enough for a terminal, with each image large enough to see.
 * @param cell width and height of one image of the grid
 */
export function fitGrid(
  grid: Picture,
  [cellWidth, cellHeight]: readonly [number, number],
  columns: number,
): Picture {
  const across = Math.round((grid.width + GAP) / (cellWidth + GAP));
  const down = Math.round((grid.height + GAP) / (cellHeight + GAP));
  const shownAcross = Math.max(1, Math.min(across, Math.floor(columns / ENOUGH)));
  const shownDown = Math.min(down, Math.max(1, Math.ceil(shownAcross / 2)));
  const part = crop(grid, shownAcross * (cellWidth + GAP) - GAP, shownDown * (cellHeight + GAP) - GAP);
  return shrink(part, Math.min(part.width, columns));
}

function crop({ width, channels, data }: Picture, newWidth: number, newHeight: number): Picture {
  const row = newWidth * channels;
  const out = new Uint8Array(row * newHeight);
  for (let y = 0; y < newHeight; y++)
    out.set(data.subarray(y * width * channels, y * width * channels + row), y * row);
  return { width: newWidth, height: newHeight, channels, data: out };
}

/** The picture at a smaller width: each new pixel is the mean of those under it. */
export function shrink({ width, height, channels, data }: Picture, newWidth: number): Picture {
  const newHeight = Math.max(1, Math.round((height * newWidth) / width));
  const out = new Uint8Array(newWidth * newHeight * channels);
  for (let y = 0; y < newHeight; y++) {
    const [top, bottom] = span(y, newHeight, height);
    for (let x = 0; x < newWidth; x++) {
      const [left, right] = span(x, newWidth, width);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let v = top; v < bottom; v++)
          for (let u = left; u < right; u++) sum += data[(v * width + u) * channels + c]!;
        out[(y * newWidth + x) * channels + c] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { width: newWidth, height: newHeight, channels, data: out };
}

/** Old pixels under new pixel i, at least one. */
function span(i: number, newSize: number, size: number): [number, number] {
  const start = Math.floor((i * size) / newSize);
  return [start, Math.max(start + 1, Math.floor(((i + 1) * size) / newSize))];
}
