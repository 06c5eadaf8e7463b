import { createInterface } from 'node:readline';
import type { Versions } from './child.ts';

/** Something to be timed, ready to run. */
export interface Workload {
  iterate(): Promise<void>;
  /** Learned numbers of each network, to be compared with PyTorch's. */
  parameters: Record<string, number>;
  /** From the declaration to programs that can run, where something is compiled. */
  compileSeconds?: number;
  /** What a reader of the figures should know. */
  note?: string;
}

export const THREADS = 2;
const WARM_UP = 2;
/** An engine this slow has nothing to warm up that would show. */
const SLOW_MILLISECONDS = 5000;

/**
 * Answers the JSON lines of pytorch/worker.py on standard input: `{"workload": "gan", "iterations": 3}` with
 * `{"workload", "milliseconds", "peakMegabytes", "parameters", ...}`, `{"workload": "versions"}` with versions, and what
 * cannot be served with `{"error"}`. A workload is built when first asked for; two iterations are warm-up, one if it is slow.
 */
export async function serve(
  versions: Versions,
  make: (workload: string) => Promise<Workload> | undefined,
  names: readonly string[],
): Promise<void> {
  const built = new Map<string, Workload>();

  async function answer(line: string): Promise<Record<string, unknown>> {
    const { workload: name, iterations = 1 } = JSON.parse(line);
    if (name === 'versions') return { workload: name, ...versions };
    const workload = built.get(name) ?? (await warmedUp(make(name)));
    if (!workload) return { error: `unknown workload '${name}'; there are: versions, ${names.join(', ')}` };
    built.set(name, workload);
    const milliseconds: number[] = [];
    for (let i = 0; i < iterations; i++) milliseconds.push(await timed(workload));
    const { iterate: _, ...rest } = workload;
    return { workload: name, milliseconds, peakMegabytes: peakMegabytes(), ...rest };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const reply = await answer(line).catch((problem: Error) => ({ error: problem.message }));
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

async function warmedUp(making: Promise<Workload> | undefined): Promise<Workload | undefined> {
  const workload = await making;
  for (let i = 0; workload && i < WARM_UP; i++) {
    if ((await timed(workload)) > SLOW_MILLISECONDS) break;
  }
  return workload;
}

async function timed(workload: Workload): Promise<number> {
  const start = performance.now();
  await workload.iterate();
  return performance.now() - start;
}

/** The largest resident memory of this process so far; Linux and macOS count in kilobytes here. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;
