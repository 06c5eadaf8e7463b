/**
 * Our side of the benchmark. Speaks the JSON lines of pytorch/worker.py: a request `{"workload": "gan", "iterations": 3}` is
 * answered with `{"workload", "milliseconds", "peakMegabytes", "parameters", "compileSeconds"}`, the request
 * `{"workload": "versions"}` with versions. A workload is built when first asked for; two iterations are warm-up.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Workload, workloads } from './workloads.ts';

const THREADS = 2;
const WARM_UP = 2;
const built = new Map<string, Workload>();

async function answer(line: string): Promise<Record<string, unknown>> {
  const { workload: name, iterations = 1 } = JSON.parse(line);
  if (name === 'versions') return { workload: name, ...versions() };
  const make = workloads[name];
  if (!make)
    return { error: `unknown workload '${name}'; there are: versions, ${Object.keys(workloads).join(', ')}` };
  const workload = built.get(name) ?? (await warmedUp(await make(THREADS)));
  built.set(name, workload);
  const milliseconds: number[] = [];
  for (let i = 0; i < iterations; i++) milliseconds.push(await timed(workload));
  const { parameters, compileSeconds } = workload;
  return { workload: name, milliseconds, peakMegabytes: peakMegabytes(), parameters, compileSeconds };
}

async function warmedUp(workload: Workload): Promise<Workload> {
  for (let i = 0; i < WARM_UP; i++) await workload.iterate();
  return workload;
}

async function timed(workload: Workload): Promise<number> {
  const start = performance.now();
  await workload.iterate();
  return performance.now() - start;
}

const versions = () => ({
  gansmith: packageVersion('../package.json'),
  onnxruntime: packageVersion('../node_modules/onnxruntime-node/package.json'),
  node: process.versions.node,
  threads: THREADS,
});

const packageVersion = (path: string): string =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

/** The largest resident memory of this process so far; Linux and macOS count in kilobytes here. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const reply = await answer(line).catch((problem: Error) => ({ error: problem.message }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
