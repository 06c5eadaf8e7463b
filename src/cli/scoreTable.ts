import type { Score } from '../evaluate/evaluate.ts';
import { formatTable } from './format.ts';
import { print } from './output.ts';

/** Prints scores as a table, a line each, and below it what the reader should know. */
export function printScores(scores: readonly Score[]): void {
  const header = ['', 'value', '95 % interval', 'real data', 'better'];
  const rows = scores.map((score) => [
    `  ${score.metric}`,
    formatScore(score.value),
    formatInterval(score.interval),
    score.realValue === undefined ? '' : formatScore(score.realValue),
    score.better,
  ]);
  print(formatTable([header, ...rows]));
  for (const note of new Set(scores.flatMap(({ notes = [] }) => notes))) print(`note: ${note}`);
}

/** A score with four digits that tell, such as `3.142`, `0.9731`, `0.00012`. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(2) : value.toPrecision(4);
}

export const formatInterval = (interval: Score['interval']): string =>
  interval ? `${formatScore(interval[0])} to ${formatScore(interval[1])}` : '-';
