/*
 * Trains the runs of the doctor's tests and keeps what it needs of them, or prints the table of docs/doctor.md:
 *
 *   npx tsx scripts/doctor-runs.mts SEED [NAME...]
 *   npx tsx scripts/doctor-runs.mts table [SEED]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { doctorRuns } from '../test/doctor/runs.ts';
import { storedEvidence, storeEvidence } from '../test/doctor/stored.ts';
import { trainRun } from '../test/doctor/trainRun.ts';
import { allSaid, TEST_SEED, tableRow } from '../test/doctor/verdicts.ts';

const [what = String(TEST_SEED), ...names] = process.argv.slice(2);
if (what === 'table') {
  const seed = Number(names[0] ?? TEST_SEED);
  for (const run of doctorRuns) console.log(tableRow(run, allSaid(storedEvidence(run.name, seed))));
} else {
  mkdirSync(join(import.meta.dirname, '../test/doctor/evidence'), { recursive: true });
  const chosen = doctorRuns.filter(
    (run) => names.length === 0 || names.some((beginning) => run.name.startsWith(beginning)),
  );
  for (const run of chosen) {
    const evidence = await trainRun(run, Number(what));
    storeEvidence(run.name, Number(what), evidence);
    console.log(`${evidence.seconds.toFixed(1)} s ${tableRow(run, allSaid(evidence))}`);
  }
}
