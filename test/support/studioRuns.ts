import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../../src/base/png.ts';

/** What `run.json` says of a small run. */
export const record = (plan: { steps?: number; minutes?: number } = { steps: 1000 }) => ({
  format: 1,
  created: '2026-01-02T03:04:05.000Z',
  gan: { name: 'gan', source: 'gan' },
  config: { batch: 8, lr: 0.0002 },
  data: { name: 'ring', source: 'ring', kind: 'points', shape: [2], count: 100_000, fingerprint: 'abc' },
  seed: 7,
  batch: 8,
  accumulate: 1,
  threads: 2,
  executor: 'interpreter',
  precision: 'float32',
  sampleEvery: 10,
  checkpointEvery: 500,
  plan,
  versions: { gansmith: '0.1.0', node: '20.20.2', onnxruntime: '1.30.0' },
  machine: { cpu: 'a processor', cores: 2, memory: '4 GiB', platform: 'linux x64' },
});

/** A line of a log that says step `step` was made in a hundredth of a second. */
export const stepLine = (step: number, critic = 1.4 - step / 1000): string =>
  `${JSON.stringify({
    type: 'step',
    step,
    images: step * 8,
    seconds: 0.01,
    metrics: { 'critic/loss': critic, 'critic/penalty': step / 7, 'generator/loss': 0.7 + step / 500 },
  })}\n`;

/** A run on the disk that can be let go on. */
export interface WrittenRun {
  folder: string;
  log: string;
  /** Goes on to a step, with a picture every ten. */
  goOn(from: number, to: number): void;
  status(state: string, step: number): void;
}

/** Writes a run that has made `steps` steps, without training it. */
export function writeRun(runs: string, name: string, steps: number, state = 'stopped'): WrittenRun {
  const folder = join(runs, name);
  mkdirSync(join(folder, 'samples'), { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record()));
  const log = join(folder, 'events.jsonl');
  const run: WrittenRun = {
    folder,
    log,
    goOn(from, to) {
      for (let step = from; step <= to; step++) {
        if (step > 0) appendFileSync(log, stepLine(step));
        if (step % 10 === 0) addSample(folder, step);
      }
    },
    status(state, step) {
      const updated = new Date().toISOString();
      writeFileSync(
        join(folder, 'status.json'),
        JSON.stringify({ state, step, images: step * 8, updated, pid: process.pid === 1 ? 2 : 1 }),
      );
    },
  };
  writeFileSync(
    log,
    `${JSON.stringify({ type: 'start', gan: 'gan', step: 0, learningRates: { G: 0.0002, D: null } })}\n`,
  );
  run.goOn(0, steps);
  run.status(state, steps);
  return run;
}

/** A picture of one grey that tells the step. */
function addSample(folder: string, step: number): void {
  const file = `samples/${String(step).padStart(6, '0')}.png`;
  const data = new Uint8Array(16 * 16).fill((step * 5) % 256);
  writeFileSync(join(folder, file), encodePng({ width: 16, height: 16, channels: 1, data }));
  appendFileSync(
    join(folder, 'events.jsonl'),
    `${JSON.stringify({ type: 'samples', step, shape: [64, 2], file })}\n`,
  );
}
