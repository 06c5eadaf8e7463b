import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '../src/base/random.ts';
import {
  type Features,
  frechetDistance,
  frechetDistanceOfFeatures,
  kernelDistance,
  momentsOf,
  precisionRecall,
} from '../src/metrics/index.ts';
import { machine } from './machine.ts';
import { rounded } from './statistics.ts';

/*
 * Seconds of the costly metrics, beside NumPy, SciPy and PyTorch on the same numbers: `tsx bench/metrics.ts`, a few
 * minutes, most of them Python's. Our side has one thread, the Python side two. Python is looked for in GANSMITH_PYTHON;
 * without it our side alone is timed.
 */

const normal = (name: string, count: number, width: number): Features => ({
  data: randomStream(1, name).fillNormal(new Float32Array(count * width)),
  count,
  width,
});

/** The name of a task, how often it is timed, what prepares it and what is timed. */
interface Task {
  name: string;
  rounds: number;
  run: () => number;
}

function tasks(): Task[] {
  const [x, y] = [normal('x', 3000, 2048), normal('y', 3000, 2048)];
  const [mx, my] = [momentsOf(x), momentsOf(y)];
  const [few, others] = [normal('few', 1000, 2048), normal('others', 1000, 2048)];
  const [p, q] = [normal('p', 10_000, 128), normal('q', 10_000, 128)];
  return [
    { name: 'moments of 3,000 x 2048', rounds: 2, run: () => momentsOf(x).mean[0]! },
    { name: 'Frechet distance, 2048', rounds: 2, run: () => frechetDistance(mx, my) },
    { name: 'Frechet distance, 1,000 x 2048', rounds: 2, run: () => frechetDistanceOfFeatures(few, others) },
    { name: 'precision and recall, 10,000 x 128', rounds: 2, run: () => precisionRecall(p, q).precision },
    {
      name: 'kernel distance, 10 of 1,000 x 128',
      rounds: 2,
      run: () => kernelDistance(p, q, { subsets: 10 }).value,
    },
  ];
}

const python = `
import sys, time, numpy, torch, scipy.linalg
torch.set_num_threads(2)
folder = sys.argv[1]
def read(name, width):
    return numpy.fromfile(f'{folder}/{name}', dtype=numpy.float32).reshape(-1, width).astype(numpy.float64)
x, y, few, others = [read(n, 2048) for n in ['x', 'y', 'few', 'others']]
p, q = [torch.from_numpy(read(n, 128)) for n in ['p', 'q']]
def frechet(m, s, n, t):
    return ((m - n) ** 2).sum() + numpy.trace(s + t - 2 * scipy.linalg.sqrtm(s @ t).real)
def stats(z): return z.mean(0), numpy.cov(z, rowvar=False)
mx, my = stats(x), stats(y)
def radii(z): return torch.cat([torch.cdist(b, z).kthvalue(4, dim=1).values for b in z.split(1000)])
def precision():
    r, s = radii(p), radii(q)
    inside = [torch.cdist(b, p) for b in q.split(1000)]
    return torch.cat([(d <= r).any(1) for d in inside]).double().mean().item()
def kernel():
    total = 0
    for _ in range(10):
        a, b = p[torch.randperm(len(p))[:1000]], q[torch.randperm(len(q))[:1000]]
        k = lambda u, v: (u @ v.T / 128 + 1) ** 3
        total += (k(a, a).sum() + k(b, b).sum() - 2 * k(a, b).sum()).item()
    return total
for run in [lambda: stats(x)[0][0], lambda: frechet(*mx, *my), lambda: frechet(*stats(few), *stats(others)), precision, kernel]:
    start = time.perf_counter()
    value = run()
    print(time.perf_counter() - start, value, flush=True)
`;

function pythonTimes(): string[] {
  if (!process.env.GANSMITH_PYTHON) return [];
  const folder = mkdtempSync(join(tmpdir(), 'gansmith-bench-'));
  try {
    for (const [name, count, width] of [
      ['x', 3000, 2048],
      ['y', 3000, 2048],
      ['few', 1000, 2048],
      ['others', 1000, 2048],
      ['p', 10_000, 128],
      ['q', 10_000, 128],
    ] as const) {
      writeFileSync(join(folder, name), normal(name, count, width).data as Float32Array);
    }
    const { stdout, stderr, status } = spawnSync(process.env.GANSMITH_PYTHON, ['-c', python, folder], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log(machine());
const ours = tasks().map(({ name, rounds, run }) => {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    const value = run();
    return { seconds: (performance.now() - start) / 1000, value };
  });
  const best = times.reduce((a, b) => (a.seconds < b.seconds ? a : b));
  return { name, ...best };
});
for (const { name, seconds, value } of ours) console.log(`${name}: ${rounded(seconds)} s (${value})`);
console.log(`peak of ours, with all inputs: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
for (const [i, line] of pythonTimes().entries()) {
  const [seconds, value] = line.split(' ').map(Number);
  console.log(`Python, ${ours[i]!.name}: ${rounded(seconds!)} s (${value})`);
}
