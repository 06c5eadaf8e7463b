import 'uplot/dist/uPlot.min.css';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatCount, formatValue } from '../../parts/format.ts';
import { look } from '../../shell/theme.ts';
import type { Range } from '../loadSeries.ts';
import { COLUMNS, chartData, hasNonPositive, type Line } from './chartData.ts';
import { describeLine } from './chartGroups.ts';
import { chartOptions } from './chartOptions.ts';
import { ExportMenu } from './ExportMenu.tsx';

export interface ChartProps {
  title: string;
  lines: readonly Line[];
  log: boolean;
  smoothing: number;
  range: Signal<Range>;
  /** Step to mark, such as that of the samples beside. */
  marked?: ReadonlySignal<number | undefined>;
  height?: number;
  /** All steps of the run, where lines have but a few of them. */
  whole?: readonly [number, number] | undefined;
  /** Leaves out the names of lines, which the page tells elsewhere. */
  brief?: boolean;
  /** Begins the names of exported files. */
  file: string;
}

/** A line chart over steps: drag to zoom, double-click for all; its legend tells the values under the cursor. */
export function Chart(props: ChartProps) {
  const { title, lines, log, smoothing, range, marked, height = 220, whole, brief = false, file } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [row, setRow] = useState<number | null>(null);
  const data = useMemo(() => chartData(lines, smoothing), [lines, smoothing]);
  const current = useRef(data);
  current.current = data;
  const extent = useRef(whole);
  extent.current = whole;

  // What is drawn anew from the start; numbers alone are exchanged in the drawing there is.
  const bands = lines.map(({ label, colour, low }) => `${label} ${colour} ${low !== undefined}`).join('|');
  const form = `${bands} ${log && hasNonPositive(lines) ? 'asinh' : log} ${smoothing > 0} ${look.value} ${height}`;
  useEffect(() => {
    const element = holder.current!;
    const size = { width: element.clientWidth, height };
    const options = chartOptions({
      lines,
      log,
      smoothing,
      size,
      whole: () => extent.current,
      range: () => range.peek(),
      onRange: (chosen) => {
        range.value = chosen;
      },
      onCursor: setRow,
      marked: () => marked?.peek(),
      group: 'charts',
    });
    const made = new uPlot(options, current.current, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const unmark = marked?.subscribe(() => made.redraw(false, false));
    return () => {
      unmark?.();
      observer.disconnect();
      made.destroy();
    };
  }, [form]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data, range.value]);

  const summary = lines
    .map((line) => describeLine(line.label, line.steps, line.mean, formatValue))
    .join('; ');
  const shown = row === null ? lastRow(data) : row;
  return (
    <figure class="chart panel">
      <figcaption>
        <h3>{title}</h3>
        <span class="legend numbers">
          {lines.map((line, i) => (
            <span key={line.label} class="entry">
              <Swatch line={line} />
              <span class={brief || (lines.length === 1 && line.label.endsWith(title)) ? 'only-spoken' : ''}>
                {line.label}
              </span>
              <b>{valueAt(data, i, shown)}</b>
            </span>
          ))}
          <span class="soft">{shown >= 0 ? `step ${formatCount(data[0][shown] ?? 0)}` : ''}</span>
        </span>
        <ExportMenu
          title={title}
          file={file}
          lines={lines}
          data={data}
          log={log}
          plot={() => plot.current ?? undefined}
        />
      </figcaption>
      <div ref={holder} class="plot" role="img" aria-label={`${title} over steps. ${summary}`} />
    </figure>
  );
}

const Swatch = ({ line }: { line: Line }) => (
  <svg class="swatch" viewBox="0 0 18 8" aria-hidden="true">
    <line
      x1="0"
      x2="18"
      y1="4"
      y2="4"
      stroke={`var(${line.colour})`}
      stroke-dasharray={line.dash?.join(' ')}
    />
  </svg>
);

const lastRow = (data: uPlot.AlignedData): number => data[0].length - 1;

/** The value of a line at a row, or the last before it that was reported. */
function valueAt(data: uPlot.AlignedData, line: number, row: number): string {
  const values = data[COLUMNS * line + 1];
  for (let i = row; values && i >= 0 && i > row - 64; i--) {
    const value = values[i];
    if (typeof value === 'number') return formatValue(value);
  }
  return '–';
}
