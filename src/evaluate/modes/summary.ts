import type { Estimate, Measure, Scores } from './protocol.ts';

/** The mean over trials and its standard error, s / sqrt(n) with s the sample's deviation; no error for a single trial. */
export function estimate(values: readonly number[]): Estimate | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (count - 1) / count) };
}

/** For each measure the mean and its error over the trials that have it. */
export function summarize(
  trials: readonly Scores[],
  measures: readonly Measure[],
): Record<string, Estimate | undefined> {
  return Object.fromEntries(
    measures.map(({ key }) => [
      key,
      estimate(trials.map((scores) => scores[key]).filter((value) => value !== null && value !== undefined)),
    ]),
  );
}

/** A value as its measure shows it, such as `98.2±0.2 %`; a dash where there is none. */
export function formatEstimate(value: Estimate | undefined, { show }: Measure): string {
  if (!value) return '–';
  const scale = show.as === 'percent' ? 100 : 1;
  const text = (x: number) => (x * scale).toFixed(show.decimals);
  const error = value.error === undefined ? '' : `±${text(value.error)}`;
  return `${text(value.mean)}${error}${show.as === 'percent' ? ' %' : ''}`;
}

/** A published value, its mean and its error with as many decimals as the longer of the two was published with. */
export function formatPublished(value: Estimate | undefined, { show }: Measure): string {
  if (!value) return '–';
  // Ten digits are more than anybody publishes, and fewer than the conversion of a percentage leaves exact.
  const published = (x: number) => Number((x * (show.as === 'percent' ? 100 : 1)).toPrecision(10));
  const numbers = [value.mean, ...(value.error === undefined ? [] : [value.error])].map(published);
  const decimals = Math.max(...numbers.map((x) => String(x).split('.')[1]?.length ?? 0));
  return `${numbers.map((x) => x.toFixed(decimals)).join('±')}${show.as === 'percent' ? ' %' : ''}`;
}
