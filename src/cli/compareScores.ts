import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GansmithError, UsageError } from '../base/errors.ts';
import { readFileOrThrow } from '../base/node.ts';
import { verdictOn } from '../evaluate/compare.ts';
import { formatTable } from './format.ts';
import { print } from './output.ts';
import type { ScoreLine } from './scoreLine.ts';
import { formatInterval, formatScore } from './scoreTable.ts';

export interface CompareRequest {
  scored: readonly string[];
  metrics?: string | undefined;
  json: boolean;
}

/** Prints the last scores of each, and the verdicts on all beside the first. */
export function compareScores({ scored, metrics, json }: CompareRequest): void {
  if (scored.length < 2) throw new UsageError('compare: give two or more, such as runs/00000-a runs/00001-b');
  const all = scored.map((path) => ({ path, scores: lastScores(path) }));
  const names = namesOf(all, metrics);
  for (const metric of names) {
    const [first, ...others] = all.map(({ path, scores }) => ({ path, score: scores.get(metric)! }));
    const rows = [
      { ...first!, verdict: '' },
      ...others.map(({ path, score }) => ({ path, score, verdict: verdict(path, score, first!) })),
    ];
    if (json) printLines(metric, rows);
    else printTable(metric, rows);
  }
}

interface Row {
  path: string;
  score: ScoreLine;
  verdict: string;
}

function verdict(path: string, score: ScoreLine, first: { path: string; score: ScoreLine }): string {
  try {
    return verdictOn(score, first.score);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path} and ${first.path}: ${error.message}`, { cause: error });
  }
}

function printLines(metric: string, rows: readonly Row[]): void {
  for (const { path, score, verdict } of rows) {
    const { value, interval, better, features, hash, protocol } = score;
    const step = score.step === undefined ? {} : { step: score.step };
    const judged = verdict === '' ? {} : { verdict };
    print(
      JSON.stringify({
        metric,
        of: path,
        ...step,
        value,
        interval,
        better,
        ...judged,
        features,
        hash,
        protocol,
      }),
    );
  }
}

function printTable(metric: string, rows: readonly Row[]): void {
  const { features, hash, better, protocol } = rows[0]!.score;
  print(`${metric} (${better} is better${features ? `; features ${features} ${hash!.slice(0, 12)}` : ''})`);
  print(
    formatTable(
      rows.map(({ path, score, verdict }) => [
        `  ${path}${score.step === undefined ? '' : `, step ${score.step}`}`,
        formatScore(score.value),
        formatInterval(score.interval),
        verdict,
      ]),
    ),
  );
  print(`  ${protocol}`);
}

/** The numbers to compare: those asked for, else those that every one has. */
function namesOf(all: readonly { path: string; scores: Map<string, ScoreLine> }[], asked?: string): string[] {
  const [first] = all;
  const shared = [...first!.scores.keys()].filter((name) => all.every(({ scores }) => scores.has(name)));
  const names = asked === undefined ? shared : asked.split(',').map((name) => name.trim());
  for (const name of names) {
    const lacking = all.find(({ scores }) => !scores.has(name));
    if (!lacking) continue;
    const has = [...lacking.scores.keys()].join(', ');
    throw new UsageError(
      `${lacking.path} has no score '${name}' (it has ${has}); take it by 'gansmith eval'`,
    );
  }
  if (names.length > 0) return names;
  throw new UsageError(
    `${all.map(({ path }) => path).join(', ')} have no score in common; take the same by 'gansmith eval'`,
  );
}

/** The last score of each metric, of a run or of a file. */
function lastScores(path: string): Map<string, ScoreLine> {
  if (!existsSync(path))
    throw new UsageError(`there is nothing at ${path}; give the folder of a run, or a file of scores`);
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => /^metric-.+\.jsonl$/.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const scores = new Map(files.flatMap(linesOf).map((line) => [line.metric, line]));
  if (scores.size > 0) return scores;
  throw new UsageError(`${path} has no scores yet; take them by 'gansmith eval ${path}'`);
}

function linesOf(file: string): ScoreLine[] {
  const text = Buffer.from(readFileOrThrow(file, 'file of scores')).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const score = parse(line);
      if (score) return score;
      throw new GansmithError(
        `${file}, line ${i + 1}: not a score; expected what 'gansmith eval --json' prints`,
      );
    });
}

function parse(line: string): ScoreLine | undefined {
  try {
    const score = JSON.parse(line);
    const whole = typeof score?.metric === 'string' && typeof score.protocol === 'string' && 'value' in score;
    return whole ? score : undefined;
  } catch {
    return undefined;
  }
}
