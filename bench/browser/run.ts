/**
 * Training steps in a headless Chromium, in an isolated page with two threads, beside TensorFlow.js on its backends:
 *
 *     npm run bench:browser -- [workload ...] [--provider wasm|webgpu] [--precision float32|float16] [--rounds N]
 *         [--out FILE] [--engines none]
 *
 * Prints a line an engine; `--out` writes a JSON array with one entry for each workload. See bench/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PRECISIONS } from '../../src/onnx/graph.ts';
import type { Child } from '../child.ts';
import { machine } from '../machine.ts';
import { measureAlone, type OtherEngine } from '../measure.ts';
import { requirePackages } from '../others.ts';
import type { Spread } from '../statistics.ts';
import { oneOf, PROVIDERS } from '../workload.ts';
import { startPage } from './site.ts';

/** Workloads of ../workloads.ts, and the backends of TensorFlow.js that each is compared with. */
const WORKLOADS: Record<string, readonly string[]> = {
  'dcgan-28': ['webgl', 'webgpu', 'cpu'],
  'critic-64': [],
  'critic-64-real': [],
};

/** How long an engine may take to compile and run its first iterations. */
const LIMIT_SECONDS = 120;

async function compare(
  workload: string,
  on: { provider: string; precision: string },
  rounds: number,
  backends: readonly string[],
) {
  const query = new URLSearchParams(on).toString();
  const ours = await startPage('gansmith', 'page.ts', query, LIMIT_SECONDS);
  const others = new Map<string, Child>();
  try {
    for (const backend of backends) {
      const title = `TensorFlow.js (${backend})`;
      others.set(
        `tfjs-${backend}`,
        await startPage(title, '../engines/tfjsPage.ts', `backend=${backend}`, LIMIT_SECONDS),
      );
    }
    const children = [ours, ...others.values()];
    const versions = Object.assign({}, ...(await Promise.all(children.map((child) => child.versions()))));
    const measured = await measureAlone(workload, ours, rounds, others);
    return {
      ...measured,
      ...on,
      versions: { ...versions, ...ownVersions() },
      machine: machine(),
    };
  } finally {
    await Promise.all([ours, ...others.values()].map((child) => child.stop()));
  }
}

const versionOf = (path: string): string =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

const ownVersions = () => ({
  gansmith: versionOf('../../package.json'),
  'onnxruntime-web': versionOf('../../node_modules/onnxruntime-web/package.json'),
});

const text = ({ median, lowest, highest }: Spread): string => `${median} ms (${lowest} to ${highest})`;

function describeOther(other: OtherEngine): string {
  if ('reason' in other) return `${other.engine}: ${other.reason}`;
  return `${other.engine}: ${text(other.milliseconds)}, ${other.ratio} times ours`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      provider: { type: 'string', default: 'wasm' },
      precision: { type: 'string', default: 'float32' },
      rounds: { type: 'string', default: '7' },
      out: { type: 'string' },
      engines: { type: 'string', default: 'tfjs' },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(WORKLOADS);
  const unknown = names.filter((name) => !Object.hasOwn(WORKLOADS, name));
  if (unknown.length > 0) {
    throw new Error(`unknown workload ${unknown.join(', ')}; there are ${Object.keys(WORKLOADS).join(', ')}`);
  }
  const on = {
    provider: oneOf('--provider', values.provider, PROVIDERS.browser),
    precision: oneOf('--precision', values.precision, PRECISIONS),
  };
  if (!['tfjs', 'none'].includes(values.engines))
    throw new Error(`--engines takes tfjs or none, not ${values.engines}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
  if (values.engines === 'tfjs') requirePackages();

  const results = [];
  for (const name of names) {
    const backends = values.engines === 'tfjs' ? WORKLOADS[name]! : [];
    const result = await compare(name, on, rounds, backends);
    console.log(
      `${name} on ${on.provider} in ${on.precision}: ${text(result.ours)}, compiled in ${result.compileSeconds} s`,
    );
    for (const other of result.others) console.log(`  ${describeOther(other)}`);
    results.push(result);
    if (values.out) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
  }
}

await main().catch((problem: Error) => {
  console.error(problem.message);
  process.exitCode = 2;
});
