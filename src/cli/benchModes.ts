import { chooseComparisons } from './benchChoice.ts';
import { openBenchFolder, type TrialRecord } from './benchFolder.ts';
import { printBenchTable } from './benchTable.ts';
import { createTrialRunner } from './benchTrial.ts';
import { EXIT } from './errors.ts';
import { type ExecutorName, executorNamed } from './executors.ts';
import { print } from './output.ts';

/** What `bench modes` was asked for. */
export interface BenchRequest {
  data: readonly string[];
  seeds: number;
  firstSeed: number;
  systems?: string | undefined;
  protocol: string;
  steps?: number | undefined;
  minutes?: number | undefined;
  threads: number;
  executor: ExecutorName;
  out: string;
  json: boolean;
}

/** Minutes after which a quick trial is cut; recipes of papers are run in full. */
const QUICK_MINUTES = 5;

/** Runs the trials asked for that are not on record yet, and prints how all of them score. */
export async function benchModes(request: BenchRequest): Promise<void> {
  const { data, seeds, firstSeed, json } = request;
  const comparisons = chooseComparisons(data, request.protocol, request.systems);
  const folder = openBenchFolder(request.out);
  const executor = await executorNamed(request.executor);
  const minutes = request.minutes ?? (request.protocol === 'quick' ? QUICK_MINUTES : undefined);
  const runner = createTrialRunner({ ...request, minutes, executor, folder });
  let stopped = false;
  for (const { protocol, systems } of comparisons) {
    const data = await protocol.open();
    const records: TrialRecord[] = [];
    for (const system of systems) {
      for (let seed = firstSeed; !stopped && seed < firstSeed + seeds; seed++) {
        const record = await runner.run(protocol, system, data, seed);
        stopped = record === undefined;
        if (!record) continue;
        records.push(record);
        if (json) print(JSON.stringify(record));
      }
    }
    if (!json && records.length > 0) await printBenchTable(protocol, records);
  }
  runner.close();
  if (!json) print(`Results, recipes and plots: ${folder.path}`);
  if (stopped) process.exitCode = EXIT.interrupted;
}
