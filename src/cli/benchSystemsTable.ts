import type { TrialRecord } from './benchFolder.ts';
import { markdownTable } from './format.ts';
import { print } from './output.ts';
import { formatScore } from './scoreTable.ts';

/** Numbers of the table, in its order; those that no row has are left out. */
const METRICS = ['fd', 'precision', 'recall', 'modes', 'modes-kl', 'swd'];

/** Prints how systems scored as a table in Markdown, the best Frechet distance first, and below it what was special about some. */
export function printSystems(records: readonly TrialRecord[]): void {
  const names = METRICS.filter((name) => records.some((record) => name in record));
  const distance = ({ fd }: TrialRecord) => (typeof fd === 'number' ? fd : Infinity);
  const rows = [...records]
    .sort((a, b) => distance(a) - distance(b))
    .map((record) => [
      `\`${record.system}\``,
      String(record.steps),
      ...names.map((name, i) =>
        record.failed === undefined ? cell(record, name) : i === 0 ? 'diverged' : '',
      ),
    ]);
  const header = ['system', 'steps', ...names];
  print(markdownTable([header, ...rows]));
  const notes = new Set(records.flatMap(({ note }) => (typeof note === 'string' ? [note] : [])));
  for (const note of notes) {
    const systems = records.filter((record) => record.note === note).map(({ system }) => `\`${system}\``);
    print(`\n${systems.join(', ')}: ${note}`);
  }
}

function cell(record: TrialRecord, name: string): string {
  const value = formatScore(Number(record[name]));
  const [low, high] = [record[`${name}-low`], record[`${name}-high`]];
  if (typeof low !== 'number' || typeof high !== 'number') return value;
  return `${value} (${formatScore(low)} to ${formatScore(high)})`;
}
