import type { Picture } from './png.ts';

/** Red, green and blue from 0 to 255. */
export type Color = readonly [number, number, number];

/** A white RGB drawing board. Coordinates are in pixels from the top left corner; pixel centres lie at halves. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Intensities from 0 to 255, [height, width, 3]; kept unrounded, so that many faint layers add up. */
  readonly data: Float32Array;
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Float32Array(width * height * 3).fill(255) };
}

export function toPicture({ width, height, data }: Canvas): Picture {
  return { width, height, channels: 3, data: Uint8Array.from(data, Math.round) };
}

/** A filled disc, its edge softened over one pixel. */
export function drawDot(
  canvas: Canvas,
  x: number,
  y: number,
  radius: number,
  color: Color,
  alpha: number,
): void {
  drawSegment(canvas, [x, y], [x, y], 2 * radius, color, alpha);
}

/** A straight stroke with round ends, its edge softened over one pixel. */
export function drawSegment(
  canvas: Canvas,
  from: readonly [number, number],
  to: readonly [number, number],
  thickness: number,
  color: Color,
  alpha: number,
): void {
  const reach = thickness / 2 + 1;
  const left = Math.max(0, Math.floor(Math.min(from[0], to[0]) - reach));
  const right = Math.min(canvas.width, Math.ceil(Math.max(from[0], to[0]) + reach));
  const top = Math.max(0, Math.floor(Math.min(from[1], to[1]) - reach));
  const bottom = Math.min(canvas.height, Math.ceil(Math.max(from[1], to[1]) + reach));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const coverage = thickness / 2 + 0.5 - distanceToSegment(x + 0.5, y + 0.5, from, to);
      if (coverage > 0) blend(canvas, x, y, color, alpha * Math.min(1, coverage));
    }
  }
}

/** A filled rectangle; edges between pixels cover them in part. */
export function fillRectangle(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  color: Color,
  alpha: number,
): void {
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(canvas.height, bottom); y++) {
    const rowCover = Math.min(bottom, y + 1) - Math.max(top, y);
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(canvas.width, right); x++) {
      const columnCover = Math.min(right, x + 1) - Math.max(left, x);
      blend(canvas, x, y, color, alpha * rowCover * columnCover);
    }
  }
}

function blend(canvas: Canvas, x: number, y: number, color: Color, alpha: number): void {
  const at = (y * canvas.width + x) * 3;
  for (let c = 0; c < 3; c++) canvas.data[at + c]! += alpha * (color[c]! - canvas.data[at + c]!);
}

function distanceToSegment(
  x: number,
  y: number,
  from: readonly [number, number],
  to: readonly [number, number],
): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const squaredLength = dx * dx + dy * dy;
  const along = squaredLength === 0 ? 0 : ((x - from[0]) * dx + (y - from[1]) * dy) / squaredLength;
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from[0] - nearest * dx, y - from[1] - nearest * dy);
}
