import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunRecord, scoreFile } from '../../train/node.ts';
import type { ScoreLine } from '../scoreLine.ts';
import type { RunSummary } from './api.ts';

/** Kept with every run that was scored by itself; taken before others where the run's record names no metric. */
const USUAL = 'fd';

/** The best score a run was given, by the metric that its record names first, else by a usual one. Undefined without scores. */
export async function bestScore(folder: string, record: RunRecord): Promise<RunSummary['best']> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => /^metric-.+\.jsonl$/.test(name));
  const wanted = [record.eval?.metrics.split(',')[0]?.trim() ?? USUAL, USUAL].map(scoreFile);
  const file = wanted.find((name) => files.includes(name)) ?? files.sort()[0];
  if (file === undefined) return undefined;
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  let best: { line: ScoreLine; goodness: number } | undefined;
  for (const line of text.split('\n').flatMap(parse)) {
    const goodness = goodnessOf(line);
    if (!best || goodness > best.goodness) best = { line, goodness };
  }
  return best && { metric: best.line.metric, value: best.line.value, step: best.line.step ?? 0 };
}

/** A line of a score of the run's own; none for a torn one, and one of other pictures. */
function parse(text: string): ScoreLine[] {
  try {
    const line: ScoreLine = JSON.parse(text);
    return typeof line.value === 'number' && typeof line.step === 'number' ? [line] : [];
  } catch {
    return [];
  }
}

const goodnessOf = ({ value, better }: ScoreLine): number =>
  better === 'higher' ? value : better === 'lower' ? -value : -Math.abs(value - 0.5);
