/*
 * Trains the runs of the doctor's tests and keeps what it needs of them: npx tsx scripts/doctor-runs.mts SEED [NAME...]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { doctorRuns } from '../test/doctor/runs.ts';
import { storeEvidence } from '../test/doctor/stored.ts';
import { trainRun } from '../test/doctor/trainRun.ts';

const [seed = '1', ...names] = process.argv.slice(2);
mkdirSync(join(import.meta.dirname, '../test/doctor/evidence'), { recursive: true });
for (const run of doctorRuns) {
  if (names.length > 0 && !names.some((name) => run.name.startsWith(name))) continue;
  const evidence = await trainRun(run, Number(seed));
  storeEvidence(run.name, Number(seed), evidence);
  const last = evidence.events.findLast((event) => event.type === 'samples');
  const { shares, realShares, sketch, ...seen } = evidence.thorough?.samples ?? last!.evidence!;
  const { novelty, heldOut } = evidence.thorough ?? {};
  const round = (numbers: object) =>
    JSON.stringify(numbers, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value));
  console.log(
    `${run.name} ${evidence.seconds.toFixed(1)} s ${round(seen)} shares ${shares.map((share) => share.toFixed(2)).join(' ')}`,
    round({ novelty, heldOut }),
  );
}
