import type { Sheet } from './canvas.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** Numbers of a CSS colour as browsers compute it: `rgb(1, 2, 3)` or `color(srgb 0.1 0.2 0.3)`. */
export function channels(colour: string): Colour {
  const numbers = [...colour.matchAll(/[\d.]+(?:e-?\d+)?/g)].map(([text]) => Number(text));
  const factor = colour.startsWith('color(') ? 255 : 1;
  return [numbers[0]! * factor, numbers[1]! * factor, numbers[2]! * factor];
}

/**
 * Values in [0, 1] of a grid, row by row from the top, as a picture smoothed to the sheet's size: the colour of real data towards
 * 1, of generated data towards 0, the ground at one half.
 */
export function drawMap(
  sheet: Sheet,
  values: ArrayLike<number>,
  { columns, rows, strength = 0.55 }: { columns: number; rows: number; strength?: number },
): void {
  const { context, width, height, palette } = sheet;
  const image = new ImageData(columns, rows);
  const [high, low, ground] = [palette.real, palette.generated, palette.surface].map(channels);
  for (let i = 0; i < columns * rows; i++) {
    const lean = 2 * values[i]! - 1;
    const towards = lean > 0 ? high! : low!;
    const share = strength * Math.min(1, Math.abs(lean));
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = ground![k]! + share * (towards[k]! - ground![k]!);
    image.data[4 * i + 3] = 255;
  }
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')!.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, width, height);
}

/** Where a grid of values crosses a level, by marching squares, as a line over the sheet. */
export function drawContour(
  { context, width, height }: Sheet,
  values: ArrayLike<number>,
  { columns, rows, level, colour }: { columns: number; rows: number; level: number; colour: string },
): void {
  const x = (column: number) => ((column + 0.5) / columns) * width;
  const y = (row: number) => ((row + 0.5) / rows) * height;
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.beginPath();
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings: [number, number][] = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [corners[k]!, corners[(k + 1) % 4]!];
        const from = values[a[1] * columns + a[0]]! - level;
        const to = values[b[1] * columns + b[0]]! - level;
        if (from > 0 === to > 0) continue;
        const t = from / (from - to);
        crossings.push([x(a[0] + t * (b[0] - a[0])), y(a[1] + t * (b[1] - a[1]))]);
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        context.moveTo(...crossings[k]!);
        context.lineTo(...crossings[k + 1]!);
      }
    }
  }
  context.stroke();
}
