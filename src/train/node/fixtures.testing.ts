/* What the tests of the run folder share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { interpreterExecutor } from '../../runtime/interpreter.ts';
import { encodeCheckpoint } from '../checkpoint.ts';
import type { TrainEvent } from '../events.ts';
import type { RunRecord } from './runRecord.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  made.push(mkdtempSync(join(tmpdir(), 'gansmith-test-')));
  return made.at(-1)!;
}

const data = { kind: 'images', shape: [1, 2, 2], classes: [], name: 'mnist', fingerprint: 'abc' } as const;

/** A small but real checkpoint. */
export function checkpointBytes(step: number): Uint8Array {
  const states = interpreterExecutor.createStates();
  states.write('G/weight', [2], [step, -step]);
  const info = {
    gan: 'dcgan',
    config: { batch: 4 },
    data,
    seed: 0,
    step,
    accumulate: 1,
    executor: 'interpreter',
    precision: 'float32',
  } as const;
  return encodeCheckpoint(info, states);
}

export const startEvent: TrainEvent = {
  type: 'start',
  gan: 'dcgan',
  config: { batch: 4 },
  data: { ...data, count: 10 },
  seed: 0,
  batch: 4,
  accumulate: 1,
  executor: 'interpreter',
  threads: 1,
  precision: 'float32',
  parameters: { G: 2 },
  learningRates: { G: 0.1 },
  step: 0,
  images: 0,
  compileSeconds: 0,
};

export const stepEvent = (step: number): TrainEvent => ({
  type: 'step',
  step,
  images: 4 * step,
  seconds: 0.5,
  metrics: { 'critic/loss': 1 / step },
});

export const samplesEvent = (step: number): TrainEvent => ({
  type: 'samples',
  step,
  shape: [2, 1, 2, 2],
  data: Float32Array.of(-1, 1, 0, 1, 1, 1, -1, -1),
});

export const checkpointEvent = (step: number): TrainEvent => ({
  type: 'checkpoint',
  step,
  bytes: checkpointBytes(step),
});

/** The steps after `from` up to `to`; samples every 2, checkpoints every 3. */
export async function* stepsOf(from: number, to: number): AsyncGenerator<TrainEvent> {
  for (let step = from + 1; step <= to; step++) {
    yield stepEvent(step);
    if (step % 2 === 0) yield samplesEvent(step);
    if (step % 3 === 0) yield checkpointEvent(step);
  }
}

/** These events, one after the other. */
export async function* eventsFrom(...events: TrainEvent[]): AsyncGenerator<TrainEvent> {
  yield* events;
}

/** A whole run from its start. */
export async function* eventsUpTo(to: number): AsyncGenerator<TrainEvent> {
  yield startEvent;
  yield samplesEvent(0);
  yield checkpointEvent(0);
  yield* stepsOf(0, to);
}

export const record: RunRecord = {
  format: 1,
  created: '2026-01-02T03:04:05.000Z',
  gan: { name: 'dcgan', source: 'dcgan' },
  config: { batch: 4 },
  data: { name: 'mnist', source: 'mnist', kind: 'images', shape: [1, 2, 2], count: 10, fingerprint: 'abc' },
  seed: 0,
  batch: 4,
  accumulate: 1,
  threads: 1,
  executor: 'interpreter',
  precision: 'float32',
  sampleEvery: 2,
  checkpointEvery: 3,
  plan: { steps: 9 },
  versions: { gansmith: '0.0.0', node: '20', onnxruntime: '1' },
  machine: { cpu: 'x', cores: 2, memory: '1 GiB', platform: 'linux' },
};
