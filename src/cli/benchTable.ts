import {
  type Estimate,
  formatEstimate,
  formatPublished,
  type Protocol,
  type Scores,
  summarize,
} from '../evaluate/modes/index.ts';
import type { TrialRecord } from './benchFolder.ts';
import { formatCount, formatTable } from './format.ts';
import { print } from './output.ts';

/** Prints our systems, real samples, a perfect sampler and published rows, one below the other. */
export async function printBenchTable(protocol: Protocol, records: readonly TrialRecord[]): Promise<void> {
  const { measures, published, floor, realDraws } = protocol;
  const row = (name: string, values: Readonly<Record<string, Estimate | undefined>>, note: string) => [
    `  ${name}`,
    ...measures.map((measure) => formatEstimate(values[measure.key], measure)),
    note,
  ];
  const real: Scores[] = [];
  for (let seed = 0; seed < realDraws; seed++) real.push(await protocol.score(await protocol.real(seed)));
  const floors = Object.fromEntries(
    Object.entries(floor).map(([key, mean]) => [key, mean === null ? undefined : { mean }]),
  );
  const systems = [...new Set(records.map(({ system }) => system))];

  print();
  print(`${protocol.name}: ${protocol.title}; ${formatCount(protocol.samples)} samples a trial`);
  print(
    formatTable([
      ['  ', ...measures.map(({ title }) => title), 'trials'],
      ...systems.map((system) => {
        const own = records.filter((record) => record.system === system);
        const scored = own.filter(({ failed }) => failed === undefined);
        return row(system, summarize(scored.map(scoresOf), measures), trialsNote(own.length, scored));
      }),
      row('real samples', summarize(real, measures), `${realDraws} ${realDraws === 1 ? 'draw' : 'draws'}`),
      ...(Object.keys(floors).length > 0 ? [row('a perfect sampler', floors, 'expected')] : []),
      ...published.map(({ system, source, values }) => [
        `  ${system} *`,
        ...measures.map((measure) => formatPublished(values[measure.key], measure)),
        source,
      ]),
    ]),
  );
  if (published.length > 0) print('* published; each paper has a recipe of its own');
}

const scoresOf = (record: TrialRecord): Scores =>
  Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number | null] => typeof entry[1] !== 'string'),
  );

/** How many trials a row is of, what went wrong in them, and how long they took. */
function trialsNote(all: number, scored: readonly TrialRecord[]): string {
  const cut = scored.filter(({ steps, planned }) => Number(steps) < Number(planned)).length;
  const seconds = scored.reduce((sum, record) => sum + Number(record.seconds), 0) / scored.length;
  return [
    `${all} ${all === 1 ? 'trial' : 'trials'}`,
    ...(scored.length < all ? [`${all - scored.length} diverged`] : []),
    ...(cut > 0 ? [`${cut} cut by --minutes`] : []),
    ...(scored.length > 0 ? [`${seconds.toFixed(0)} s each`] : []),
  ].join(', ');
}
