/**
 * Compares whole training iterations with PyTorch eager, on two threads each, in one alternating run:
 *
 *     npm run bench -- [workload ...] [--rounds N] [--out FILE]
 *
 * Prints a table; `--out` writes a JSON array with one entry for each workload. See bench/README.md.
 */
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startChild } from './child.ts';
import { type Measurement, measure } from './measure.ts';
import { findPython } from './python.ts';
import { workloads } from './workloads.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Each workload gets processes of its own, so that its peak memory is its own. */
async function compare(workload: string, python: string, rounds: number) {
  const ours = startChild('gansmith', process.execPath, ['--import', 'tsx', path('worker.ts')]);
  const pytorch = startChild('PyTorch', python, [path('pytorch/worker.py')]);
  try {
    const versions = { ...(await ours.versions()), ...(await pytorch.versions()) };
    return { ...(await measure(workload, ours, pytorch, rounds)), versions, machine: machine() };
  } finally {
    await Promise.all([ours.stop(), pytorch.stop()]);
  }
}

const machine = () => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  /** Programs that wanted a core in the last minute, this one included. */
  loadAverage: Number(loadavg()[0]!.toFixed(1)),
});

/** Load average above which other programs take part of the cores. */
const BUSY = 0.5;

const COLUMNS = [10, 5, 12, 7, 7, 16, 8, 16, 9, 11];
const row = (cells: readonly string[]): string =>
  cells.map((cell, i) => cell.padStart(COLUMNS[i]!)).join('  ');
const HEADER = [
  'workload',
  'ratio',
  '(rounds)',
  'fastest',
  'ours ms',
  '(rounds)',
  'torch ms',
  '(rounds)',
  'compile s',
  'peak MB',
];

function describe({
  workload,
  ratio,
  ratioSpread,
  fastestRatio,
  ours,
  pytorch,
  compileSeconds,
  peakMegabytes,
}: Measurement): string {
  const range = ({ lowest, highest }: { lowest: number; highest: number }) => `${lowest} to ${highest}`;
  return row([
    workload,
    ratio.toFixed(2),
    `${ratioSpread.lowest.toFixed(2)} to ${ratioSpread.highest.toFixed(2)}`,
    fastestRatio.toFixed(2),
    String(ours.median),
    range(ours),
    String(pytorch.median),
    range(pytorch),
    String(compileSeconds),
    `${Math.round(peakMegabytes.ours)} / ${Math.round(peakMegabytes.pytorch)}`,
  ]);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '7' }, out: { type: 'string' } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(workloads);
  const unknown = names.filter((name) => !Object.hasOwn(workloads, name));
  if (unknown.length > 0) {
    throw new Error(`unknown workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}`);
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
  const python = findPython();

  const load = loadavg()[0]!;
  if (load > BUSY)
    console.error(`Something else is running (load ${load.toFixed(1)}): the times will be rough.`);
  console.log(row(HEADER));
  const results = [];
  for (const name of names) {
    const result = await compare(name, python, rounds);
    console.log(describe(result));
    results.push(result);
    // After each workload, so that a run cut short keeps what it has.
    if (values.out) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
  }
}

await main().catch((problem: Error) => {
  console.error(problem.message);
  process.exitCode = 2;
});
