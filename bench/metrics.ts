import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '../src/base/random.ts';
import { openData } from '../src/data/node.ts';
import { inceptionExtractor } from '../src/features/inception.ts';
import { imagesOf, openExtractor } from '../src/features/node.ts';
import {
  type Features,
  frechetDistance,
  kernelDistance,
  momentsOf,
  precisionRecall,
} from '../src/metrics/index.ts';
import { nodeExecutor } from '../src/runtime/node.ts';
import { hashWeights, readInceptionFixture, someImages } from '../test/reference/inception.ts';
import { machine } from './machine.ts';
import { findPython } from './python.ts';
import { median, rounded, spread } from './statistics.ts';

/*
 * Processor seconds of the costly parts of an evaluation, beside the same numbers by PyTorch, NumPy and SciPy as torch-fidelity uses
 * them (bench/metrics.py): `tsx bench/metrics.ts [task...]`, two to five minutes. Both sides have one thread, so that processor time is
 * what each would take on a quiet machine. `ratio` is their time divided by ours.
 */

const ROUNDS = 3;
const DIGITS = 4096;
const PICTURES = 16;

const normal = (name: string, count: number, width: number, std = 1): Features => ({
  data: randomStream(1, name).fillNormal(new Float32Array(count * width), 0, std),
  count,
  width,
});

/** What both sides are given. */
async function inputs() {
  const digits = await openData('mnist:test');
  return {
    x: normal('x', 3000, 2048),
    y: normal('y', 3000, 2048, 1.1),
    real: normal('real', 10_000, 64),
    generated: normal('generated', 10_000, 64, 1.02),
    digits: imagesOf(
      digits,
      Uint32Array.from({ length: DIGITS }, (_, i) => i),
    ).images,
    pictures: someImages(PICTURES),
  };
}

/** By name: what prepares a task, and what is timed and gives a number that both sides should share. */
type Task = () => Promise<() => Promise<number> | number>;

function tasks({
  x,
  y,
  real,
  generated,
  digits,
  pictures,
}: Awaited<ReturnType<typeof inputs>>): Record<string, Task> {
  const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    async 'features of digits'() {
      const extractor = await openExtractor('mnist', nodeExecutor, { threads: 1 });
      return async () => meanOf((await extractor.features(digits)).features);
    },
    async 'features by Inception'() {
      const weights = { tensors: hashWeights(readInceptionFixture().settings), verified: false, hash: '' };
      const extractor = await inceptionExtractor(nodeExecutor, weights, { threads: 1 });
      return async () => meanOf((await extractor.features(pictures)).features);
    },
    moments: async () => () => {
      const { covariance } = momentsOf(x);
      return Array.from({ length: x.width }, (_, i) => covariance[i * x.width + i]!).reduce(
        (a, b) => a + b,
        0,
      );
    },
    async 'Frechet distance'() {
      const [a, b] = [momentsOf(x), momentsOf(y)];
      return () => frechetDistance(a, b);
    },
    'kernel distance': async () => () => kernelDistance(real, generated).value,
    'precision and recall': async () => () => {
      const { precision, recall } = precisionRecall(real, generated);
      return (precision + recall) / 2;
    },
  };
}

interface Timed {
  name: string;
  seconds: number[];
  value: number;
}

async function ours(given: Awaited<ReturnType<typeof inputs>>, wanted: readonly string[]): Promise<Timed[]> {
  const found: Timed[] = [];
  for (const [name, prepare] of Object.entries(tasks(given))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const run = await prepare();
    const seconds: number[] = [];
    let value = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = process.cpuUsage();
      value = await run();
      const { user, system } = process.cpuUsage(start);
      seconds.push((user + system) / 1e6);
    }
    found.push({ name, seconds, value });
  }
  return found;
}

function pythons(given: Awaited<ReturnType<typeof inputs>>, wanted: readonly string[]): Timed[] {
  const folder = mkdtempSync(join(tmpdir(), 'gansmith-bench-'));
  try {
    for (const [name, { data }] of Object.entries(given))
      writeFileSync(join(folder, name), data as Float32Array);
    const script = join(import.meta.dirname, 'metrics.py');
    const args = [script, folder, String(ROUNDS), ...wanted];
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    const { stdout, stderr, status } = spawnSync(findPython(), args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wanted = process.argv.slice(2);
const given = await inputs();
const theirs = pythons(given, wanted);
const rows = (await ours(given, wanted)).map(({ name, seconds, value }) => {
  const other = theirs.find((task) => task.name === name)!;
  return {
    task: name,
    ours: spread(seconds),
    theirs: spread(other.seconds),
    ratio: rounded(median(other.seconds) / median(seconds)),
    values: [value, other.value],
  };
});
console.log(
  JSON.stringify(
    { ...machine(), rounds: ROUNDS, ratio: rounded(median(rows.map(({ ratio }) => ratio))), rows },
    null,
    1,
  ),
);
