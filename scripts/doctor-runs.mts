/*
 * Trains the runs of the doctor's tests and keeps what it needs of them, or prints the table of docs/doctor.md:
 *
 *   npx tsx scripts/doctor-runs.mts test|SEED [NAME...]
 *   npx tsx scripts/doctor-runs.mts table
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { doctorRuns } from '../test/doctor/runs.ts';
import { storedEvidence, storeEvidence } from '../test/doctor/stored.ts';
import { trainRun } from '../test/doctor/trainRun.ts';
import { allSaid, seedOf, tableRow } from '../test/doctor/verdicts.ts';

const [what = 'test', ...names] = process.argv.slice(2);
if (what === 'table') {
  for (const run of doctorRuns) console.log(tableRow(run, allSaid(storedEvidence(run.name, seedOf(run)))));
} else {
  mkdirSync(join(import.meta.dirname, '../test/doctor/evidence'), { recursive: true });
  const chosen = doctorRuns.filter(
    (run) => names.length === 0 || names.some((beginning) => run.name.startsWith(beginning)),
  );
  for (const run of chosen) {
    const seed = what === 'test' ? seedOf(run) : Number(what);
    const evidence = await trainRun(run, seed);
    storeEvidence(run.name, seed, evidence);
    console.log(`${evidence.seconds.toFixed(1)} s ${tableRow(run, allSaid(evidence))}`);
  }
}
