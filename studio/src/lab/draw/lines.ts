import type { Sheet } from './canvas.ts';

export interface Series {
  colour: string;
  /** x and y in turn; a y that is not a number breaks the line. */
  points: readonly number[];
  /** Where x and y lie among the numbers of an item. Default: pairs. */
  stride?: number;
  offset?: number;
  width?: number;
  dash?: readonly number[];
  fill?: boolean;
}

export interface Axes {
  left: number;
  right: number;
  bottom: number;
  top: number;
  /** Heights of fine lines, with what stands beside each. */
  marks?: readonly (readonly [value: number, label: string])[];
  xMarks?: readonly (readonly [value: number, label: string])[];
}

const MARGIN = { left: 46, right: 10, top: 8, bottom: 20 };

/** A small chart: fine marks, no frame, lines in the meaning's colours. Gives the map from values to pixels. */
export function drawChart(sheet: Sheet, axes: Axes, series: readonly Series[]) {
  const { context, width, height, palette } = sheet;
  const spanX = axes.right - axes.left || 1;
  const spanY = axes.top - axes.bottom || 1;
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const x = (value: number) => MARGIN.left + ((value - axes.left) / spanX) * inner.width;
  const y = (value: number) => MARGIN.top + (1 - (value - axes.bottom) / spanY) * inner.height;
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const [value, label] of axes.marks ?? []) {
    const at = Math.round(y(value)) + 0.5;
    context.beginPath();
    context.moveTo(MARGIN.left, at);
    context.lineTo(width - MARGIN.right, at);
    context.stroke();
    context.fillText(label, MARGIN.left - 6, at);
  }
  context.textBaseline = 'alphabetic';
  for (const [value, label] of axes.xMarks ?? []) {
    const at = x(value);
    context.textAlign = at > width - 40 ? 'right' : at < MARGIN.left + 12 ? 'left' : 'center';
    context.fillText(label, Math.min(at, width - 4), height - 5);
  }
  context.save();
  context.beginPath();
  context.rect(MARGIN.left, 0, inner.width + MARGIN.right, height - MARGIN.bottom + 2);
  context.clip();
  for (const one of series) drawSeries(context, one, x, y, y(Math.max(axes.bottom, Math.min(0, axes.top))));
  context.restore();
  return { x, y, margin: MARGIN };
}

function drawSeries(
  context: CanvasRenderingContext2D,
  { colour, points, stride = 2, offset = 1, width = 1.6, dash = [], fill = false }: Series,
  x: (value: number) => number,
  y: (value: number) => number,
  floor: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.setLineDash([...dash]);
  context.beginPath();
  const count = Math.floor(points.length / stride);
  // Beyond a few points a pixel more tell nothing: each stretch is drawn as its lowest and highest.
  const perStep = Math.max(1, Math.floor(count / 800));
  let open = false;
  let first = 0;
  let lastX = 0;
  for (let start = 0; start < count; start += perStep) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = start; i < Math.min(start + perStep, count); i++) {
      const value = points[i * stride + offset]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low > high) {
      open = false;
      continue;
    }
    const at = x(points[start * stride]!);
    if (open) context.lineTo(at, y(low));
    else context.moveTo(at, y(low));
    if (high !== low) context.lineTo(at, y(high));
    if (!open) first = at;
    open = true;
    lastX = at;
  }
  context.stroke();
  if (fill) {
    context.lineTo(lastX, floor);
    context.lineTo(first, floor);
    context.globalAlpha = 0.18;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }
  context.setLineDash([]);
}

/** Round numbers that divide a range into a few parts. */
export function ticks(low: number, high: number, count = 4): [number, string][] {
  const span = high - low || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const marks: [number, string][] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) {
    marks.push([value, String(Number(value.toPrecision(6)))]);
  }
  return marks;
}

/** Marks for an axis of steps from 0, which says so at its end. */
export function stepTicks(last: number): [number, string][] {
  const marks = ticks(0, last);
  return marks.map(([step, label], i) => [step, i === marks.length - 1 ? `${label} steps` : label]);
}
