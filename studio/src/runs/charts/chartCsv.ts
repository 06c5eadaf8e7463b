import type uPlot from 'uplot';
import { COLUMNS, type Line } from './chartData.ts';

/** The numbers a chart shows, as it shows them: a row a step, a column a line. */
export function chartCsv(lines: readonly Line[], data: uPlot.AlignedData): string {
  const header = ['step', ...lines.map(({ label }) => quoted(label))].join(',');
  const rows = Array.from(data[0], (step, row) =>
    [step, ...lines.map((_, i) => data[COLUMNS * i + 1]?.[row] ?? '')].join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
