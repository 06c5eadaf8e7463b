import {
  type Canvas,
  type Color,
  createCanvas,
  drawDot,
  drawSegment,
  fillRectangle,
  toPicture,
} from './canvas.ts';
import { ShapeError, UsageError } from './errors.ts';
import type { Picture } from './png.ts';

/** Points to show: row-major [N, dims]. Values that are not finite are left out. */
export interface PointClouds {
  real?: ArrayLike<number>;
  generated: ArrayLike<number>;
}

/** One curve of a line chart: `values[i]` stands at position i, and a value that is not finite leaves a gap. */
export interface Series {
  /** For the caption beside the picture; not drawn. */
  name: string;
  color: Color;
  values: ArrayLike<number>;
}

export interface LineOptions {
  /** Pixels; default 640. */
  width?: number;
  /** Pixels; default 320. */
  height?: number;
  /** The values at the lower and the upper edge; by default the smallest and the largest that are finite. */
  range?: readonly [number, number];
}

/** Green-blue and violet: apart in hue and in lightness, also for colour-blind eyes. */
const REAL: Color = [0x2a, 0x9d, 0x8f];
const GENERATED: Color = [0x7b, 0x2c, 0xbf];
const AXIS: Color = [0xdd, 0xdd, 0xdd];

const BINS = 64;
/** A collapsed generator makes a spike; bars are cut at this multiple of the tallest real bar, so that both stay visible. */
const TALLEST = 2.5;

/**
 * A square picture of real points (green-blue) under generated points (violet): in two dimensions a scatter plot with
 * equal scales, in one two histograms of equal area. The frame fits the bulk of the real points (of the generated ones
 * when there are no real ones) with a margin, and points beyond it are drawn at its edge.
 *
 * @param size pixels of a side
 *
 * Throws ShapeError when the values are not whole points, UsageError when the size is too small.
 */
export function pointsPicture(clouds: PointClouds, dims: 1 | 2, size = 512): Picture {
  if (!Number.isInteger(size) || size < 16) {
    throw new UsageError(`points picture: expected a size of at least 16 pixels, got ${size}`);
  }
  const real = finitePoints(clouds.real ?? [], dims);
  const generated = finitePoints(clouds.generated, dims);
  const canvas = createCanvas(size, size);
  if (dims === 1) drawHistograms(canvas, real, generated);
  else drawScatter(canvas, real, generated);
  return toPicture(canvas);
}

/**
 * A small line chart without labels: the curves over their common positions, a light line at each quarter of the range.
 *
 * Throws UsageError when no value is finite, or for a range or a size that cannot be drawn.
 */
export function linePicture(series: readonly Series[], options: LineOptions = {}): Picture {
  const { width = 640, height = 320, range = finiteRange(series) } = options;
  if (![width, height].every((size) => Number.isInteger(size) && size >= 16)) {
    throw new UsageError(
      `line picture: expected a size of at least 16 x 16 pixels, got ${width} x ${height}`,
    );
  }
  const [low, high] = range;
  if (!(low <= high)) {
    throw new UsageError(
      `line picture: expected a range [low, high] with low <= high, got [${low}, ${high}]`,
    );
  }
  const canvas = createCanvas(width, height);
  const margin = 8;
  const longest = Math.max(2, ...series.map(({ values }) => values.length));
  const xOf = (i: number) => margin + (i / (longest - 1)) * (width - 2 * margin);
  const yOf = (value: number) => {
    const position = high === low ? 0.5 : Math.min(1, Math.max(0, (value - low) / (high - low)));
    return height - margin - position * (height - 2 * margin);
  };

  for (let quarter = 0; quarter <= 4; quarter++) {
    const y = margin + (quarter / 4) * (height - 2 * margin);
    drawSegment(canvas, [margin, y], [width - margin, y], 1, AXIS, 1);
  }
  for (const { color, values } of series) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const next = values[i + 1];
      if (!Number.isFinite(value)) continue;
      const end: [number, number] = Number.isFinite(next) ? [xOf(i + 1), yOf(next!)] : [xOf(i), yOf(value)];
      drawSegment(canvas, [xOf(i), yOf(value)], end, 1.6, color, 1);
    }
  }
  return toPicture(canvas);
}

function drawScatter(canvas: Canvas, real: number[], generated: number[]): void {
  const [xs, ys] = [0, 1].map((axis) => bulkRange(real.length ? real : generated, 2, axis));
  const span = Math.max(xs!.high - xs!.low, ys!.high - ys!.low) || 1;
  const left = (xs!.low + xs!.high - span) / 2;
  const bottom = (ys!.low + ys!.high - span) / 2;
  const last = canvas.width - 1;
  const place = (value: number, low: number) => 0.5 + last * Math.min(1, Math.max(0, (value - low) / span));

  drawZeroLines(canvas, (0 - left) / span, (0 - bottom) / span);
  const radius = Math.max(1, canvas.width / 256);
  for (const [points, color] of [
    [real, REAL],
    [generated, GENERATED],
  ] as const) {
    const alpha = Math.min(0.8, Math.max(0.1, 14 / Math.sqrt(points.length / 2)));
    for (let i = 0; i < points.length; i += 2) {
      const y = last + 1 - place(points[i + 1]!, bottom);
      drawDot(canvas, place(points[i]!, left), y, radius, color, alpha);
    }
  }
}

/** The lines x = 0 and y = 0, at these fractions of the frame, unless they lie outside it. */
function drawZeroLines(canvas: Canvas, fromLeft: number, fromBottom: number): void {
  const size = canvas.width;
  const x = 0.5 + fromLeft * (size - 1);
  const y = size - 0.5 - fromBottom * (size - 1);
  fillRectangle(canvas, x - 0.5, 0, x + 0.5, size, AXIS, 1);
  fillRectangle(canvas, 0, y - 0.5, size, y + 0.5, AXIS, 1);
}

function drawHistograms(canvas: Canvas, real: number[], generated: number[]): void {
  const { low, high } = bulkRange(real.length ? real : generated, 1, 0);
  const [realBins, generatedBins] = [real, generated].map((values) => histogram(values, low, high));
  const tallestReal = Math.max(...realBins!);
  const tallest = Math.max(tallestReal, ...generatedBins!);
  const top = 1.05 * (tallestReal > 0 ? Math.min(tallest, TALLEST * tallestReal) : tallest);
  const floor = canvas.height - 1;
  const barWidth = canvas.width / BINS;
  for (const [bins, color] of [
    [realBins!, REAL],
    [generatedBins!, GENERATED],
  ] as const) {
    bins.forEach((share, i) => {
      const y = floor * (1 - Math.min(1, share / top));
      const [left, right] = [i * barWidth, (i + 1) * barWidth];
      fillRectangle(canvas, left, y, right, floor, color, 0.45);
      if (share > 0) fillRectangle(canvas, left, y, right, Math.min(floor, y + 2), color, 0.8);
    });
  }
  fillRectangle(canvas, 0, floor, canvas.width, canvas.height, AXIS, 1);
}

/** The share of the values in each bin; values beyond the range count in its first or last bin. */
function histogram(values: readonly number[], low: number, high: number): number[] {
  const shares = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * BINS);
    shares[Math.min(BINS - 1, Math.max(0, bin))]! += 1 / values.length;
  }
  return shares;
}

/** The 1st to the 99th percentile of one coordinate, widened by a quarter at each end: strays do not shrink the rest. */
function bulkRange(points: readonly number[], dims: number, axis: number): { low: number; high: number } {
  if (points.length === 0) return { low: -1, high: 1 };
  const sorted = Float64Array.from(
    { length: points.length / dims },
    (_, i) => points[i * dims + axis]!,
  ).sort();
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))]!;
  const high = sorted[Math.ceil(0.99 * (sorted.length - 1))]!;
  const margin = high > low ? (high - low) / 4 : 0.5;
  return { low: low - margin, high: high + margin };
}

function finitePoints(values: ArrayLike<number>, dims: number): number[] {
  if (values.length % dims !== 0) {
    throw new ShapeError(
      `points picture: expected points of ${dims} values each, got ${values.length} values`,
    );
  }
  const points: number[] = [];
  for (let i = 0; i < values.length; i += dims) {
    const point = Array.from({ length: dims }, (_, axis) => values[i + axis]!);
    if (point.every(Number.isFinite)) points.push(...point);
  }
  return points;
}

function finiteRange(series: readonly Series[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of series) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) throw new UsageError('line picture: there is no finite value to draw');
  return [low, high];
}
