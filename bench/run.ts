/**
 * Compares whole training iterations and single images with PyTorch eager, and other engines if asked, on two threads each, in one
 * alternating run:
 *
 *     npm run bench -- [workload ...] [--rounds N] [--out FILE] [--engines pytorch,pytorch-compile,tfjs,jax-js]
 *         [--provider cpu|webgpu] [--precision float32|float16] [--threads N]
 *
 * Prints a table; `--out` writes a JSON array with one entry for each workload. See bench/README.md.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PRECISIONS } from '../src/onnx/graph.ts';
import { buildWorker } from './buildWorker.ts';
import { type Child, startChild } from './child.ts';
import { machine } from './machine.ts';
import { type Measurement, measure, type OtherEngine } from './measure.ts';
import { chosenEngines, otherEngines } from './others.ts';
import { findPython } from './python.ts';
import { oneOf, PROVIDERS, THREADS } from './workload.ts';
import { workloads } from './workloads.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** How long another engine may take to compile and run its first iteration. */
const LIMIT_SECONDS = 240;

/** Each workload gets processes of its own, so that its peak memory is its own. */
async function compare(
  workload: string,
  python: string,
  rounds: number,
  engines: readonly string[],
  on: { provider: string; precision: string; threads: number },
  worker: string,
) {
  const ours = startChild('gansmith', process.execPath, [
    worker,
    on.provider,
    on.precision,
    String(on.threads),
  ]);
  const pytorch = startChild('PyTorch', python, [path('pytorch/worker.py'), '--threads', String(on.threads)]);
  const others = new Map<string, Child>();
  for (const engine of engines) {
    const { title, command } = otherEngines[engine]!;
    const [program, ...args] = command(python);
    others.set(engine, startChild(title, program!, args, LIMIT_SECONDS));
  }
  const children = [ours, pytorch, ...others.values()];
  try {
    const versions = Object.assign({}, ...(await Promise.all(children.map((child) => child.versions()))));
    const measured = await measure(workload, ours, pytorch, rounds, others);
    return { ...measured, ...on, versions, machine: machine() };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/** Load average above which other programs take part of the cores. */
const BUSY = 0.5;

const COLUMNS = [20, 5, 12, 7, 7, 16, 8, 16, 9, 11];
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

/** A line below the workload's own. */
function describeOther(other: OtherEngine): string {
  if ('reason' in other) return `${' '.repeat(12)}${other.engine}: ${other.reason}`;
  const { engine, ratio, milliseconds, rounds, iterationsPerRound, compileSeconds, peakMegabytes, note } =
    other;
  const parts = [
    `${milliseconds.median} ms (${milliseconds.lowest} to ${milliseconds.highest}), ${ratio} times ours`,
    `${rounds} x ${iterationsPerRound} iterations`,
    ...(compileSeconds === undefined ? [] : [`compiled in ${compileSeconds} s`]),
    ...(peakMegabytes === undefined ? [] : [`${Math.round(peakMegabytes)} MB`]),
    ...(note === undefined ? [] : [note]),
  ];
  return `${' '.repeat(12)}${engine}: ${parts.join('; ')}`;
}

function whole(option: string, given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new Error(`${option} takes a whole number from 1, not ${given}`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '7' },
      out: { type: 'string' },
      engines: { type: 'string', default: 'pytorch' },
      provider: { type: 'string', default: 'cpu' },
      precision: { type: 'string', default: 'float32' },
      threads: { type: 'string', default: String(THREADS) },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(workloads);
  const unknown = names.filter((name) => !Object.hasOwn(workloads, name));
  if (unknown.length > 0) {
    throw new Error(`unknown workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}`);
  }
  const rounds = whole('--rounds', values.rounds);
  const engines = chosenEngines(values.engines);
  const on = {
    provider: oneOf('--provider', values.provider, PROVIDERS.node),
    precision: oneOf('--precision', values.precision, PRECISIONS),
    threads: whole('--threads', values.threads),
  };
  const python = findPython();
  const worker = await buildWorker();

  const load = loadavg()[0]!;
  if (load > BUSY)
    console.error(`Something else is running (load ${load.toFixed(1)}): the times will be rough.`);
  console.log(row(HEADER));
  const results = [];
  for (const name of names) {
    const result = await compare(name, python, rounds, engines, on, worker);
    console.log(describe(result));
    for (const other of result.others) console.log(describeOther(other));
    results.push(result);
    // After each workload, so that a run cut short keeps what it has.
    if (values.out) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
  }
}

await main().catch((problem: Error) => {
  console.error(problem.message);
  process.exitCode = 2;
});
