import type uPlot from 'uplot';
import { formatCount, formatValue } from '../../parts/format.ts';
import { colourOf } from '../../shell/theme.ts';
import type { Range } from '../loadSeries.ts';
import { hasNonPositive, type Line } from './chartData.ts';

export interface ChartWishes {
  lines: readonly Line[];
  log: boolean;
  smoothing: number;
  /** All steps of the run at the time of drawing, where a line has but a few of them. */
  whole: () => readonly [number, number] | undefined;
  /** The range that is shown at the time of drawing. */
  range: () => Range;
  onRange: (range: Range) => void;
  /** Told the row under the cursor. */
  onCursor: (row: number | null) => void;
  /** A step to mark at the time of drawing. */
  marked: () => number | undefined;
  /** Charts of the same name move their cursors together. */
  group: string;
  size: { width: number; height: number };
}

/** Values of a line that are drawn as points too. */
const FEW = 40;

const FONT = '12px system-ui, sans-serif';

/** How uPlot is to draw a chart; its own legend is left out, since ours is text of the page. */
export function chartOptions(wishes: ChartWishes): uPlot.Options {
  const { lines, log, smoothing, whole, range, onRange, onCursor, marked, group, size } = wishes;
  const [ink, grid] = [colourOf('--soft-ink'), colourOf('--line')];
  const axis = {
    stroke: ink,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
  };
  return {
    ...size,
    legend: { show: false },
    padding: [10, 24, 0, 0],
    cursor: {
      sync: { key: group, setSeries: false },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { size: 6 },
      y: false,
      bind: {
        dblclick: () => () => {
          onRange(undefined);
          return null;
        },
      },
    },
    scales: {
      x: {
        time: false,
        range: (_, low, high) =>
          [...(range() ?? whole() ?? [low, high <= low ? low + 1 : high])] as [number, number],
      },
      // The inverse hyperbolic sine is like a logarithm away from zero, and goes through it.
      y: { distr: !log ? 1 : hasNonPositive(lines) ? 4 : 3, ...(log ? { asinh: 0.1 } : {}) },
    },
    axes: [
      { ...axis, size: 32, values: (_, ticks) => ticks.map(shortCount) },
      {
        ...axis,
        size: 54,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortValue(tick))),
      },
    ],
    series: [{}, ...lines.flatMap((line) => seriesOf(line, smoothing > 0))],
    bands: lines.flatMap((line, i) =>
      line.low
        ? [{ series: [3 * i + 3, 3 * i + 2] as [number, number], fill: faint(colourOf(line.colour), 0.16) }]
        : [],
    ),
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onRange([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
        },
      ],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMark(plot, marked(), ink)],
    },
  };
}

function seriesOf(line: Line, smoothed: boolean): uPlot.Series[] {
  const stroke = colourOf(line.colour);
  const dash = line.dash ? { dash: [...line.dash] } : {};
  const points = { show: false };
  // A line of few values is told by its points.
  const marks = { show: line.steps.length <= FEW, size: 6, fill: stroke };
  const drawn = { label: line.label, stroke, width: 1.75, spanGaps: true, points: marks, ...dash };
  // Bounds of a band are faint, so that a single peak is still seen; so are raw values behind a smoothed line.
  const raw = line.low || smoothed ? faint(stroke, 0.35) : 'transparent';
  const bound = { spanGaps: true, points, width: 1, stroke: raw };
  return [drawn, bound, bound];
}

function drawMark(plot: uPlot, step: number | undefined, colour: string): void {
  if (step === undefined) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(step, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** `rgb(1, 2, 3)` with an opacity. */
export const faint = (colour: string, opacity: number): string =>
  colour.replace(/^rgb\((.*)\)$/, (_, parts) => `rgba(${parts}, ${opacity})`);

/** 250000 as `250k`. */
export function shortCount(value: number): string {
  if (!Number.isInteger(value)) return '';
  const unit = value >= 1e6 ? { size: 1e6, sign: 'M' } : value >= 1e4 ? { size: 1e3, sign: 'k' } : undefined;
  return unit ? `${Number((value / unit.size).toPrecision(4))}${unit.sign}` : formatCount(value);
}

const shortValue = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5
    ? String(Number(value.toPrecision(3)))
    : value === 0
      ? '0'
      : formatValue(value);
