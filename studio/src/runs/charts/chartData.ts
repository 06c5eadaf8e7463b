import uPlot from 'uplot';
import { smooth } from './smooth.ts';

/** A line of a chart. */
export interface Line {
  label: string;
  /** A colour of the style sheets, such as `--critic`. */
  colour: string;
  /** Lengths of strokes and gaps; whole when left out. */
  dash?: readonly number[];
  steps: readonly number[];
  mean: readonly (number | null)[];
  /** Lowest and highest value of each group, where rows were gathered in groups. */
  low?: readonly (number | null)[] | undefined;
  high?: readonly (number | null)[] | undefined;
}

/** Columns a line takes in the data of a chart: what is drawn, then the bounds of the band around it. */
export const COLUMNS = 3;

/** The lines over the steps of them all: steps, then for each line its smoothed mean, lowest and highest values. */
export function chartData(lines: readonly Line[], smoothing: number): uPlot.AlignedData {
  const tables = lines.map(({ steps, mean, low, high }): uPlot.AlignedData => {
    // Without groups the raw values are the band of their own smoothed line.
    const around = smoothing > 0 ? mean : undefined;
    const nothing = () => new Array<null>(steps.length).fill(null);
    return [
      [...steps],
      smooth(mean, smoothing),
      [...(low ?? around ?? nothing())],
      [...(high ?? around ?? nothing())],
    ];
  });
  if (tables.length === 0) return [[]];
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
}

/** Whether any value shown is zero or less, which no logarithm can show. */
export const hasNonPositive = (lines: readonly Line[]): boolean =>
  lines.some(({ mean, low }) => [...mean, ...(low ?? [])].some((value) => value !== null && value <= 0));
