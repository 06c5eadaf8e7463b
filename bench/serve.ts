import { createInterface } from 'node:readline';
import type { Versions } from './child.ts';
import { createTimer, type Workload } from './workload.ts';

/**
 * Answers the JSON lines of pytorch/worker.py on standard input: `{"workload": "gan", "iterations": 3}` with
 * `{"workload", "milliseconds", "peakMegabytes", "parameters", ...}`, `{"workload": "versions"}` with versions, and what
 * cannot be served with `{"error"}`.
 */
export async function serve(
  versions: Versions,
  make: Readonly<Record<string, () => Promise<Workload>>>,
): Promise<void> {
  const time = createTimer(make);

  async function answer(line: string): Promise<Record<string, unknown>> {
    const { workload, iterations = 1 } = JSON.parse(line);
    if (workload === 'versions') return { workload, ...versions };
    return { workload, ...(await time(workload, iterations)), peakMegabytes: peakMegabytes() };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const reply = await answer(line).catch((problem: Error) => ({ error: problem.message }));
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

/** The largest resident memory of this process so far; Linux and macOS count in kilobytes here. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;
