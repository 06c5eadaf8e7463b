import { examineTrained } from '../../src/cli/examineRun.ts';
import { fillStates } from '../../src/cli/load.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { openData } from '../../src/data/node.ts';
import type { Thorough } from '../../src/doctor/index.ts';
import { createReference, examineSamples } from '../../src/doctor/index.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import type { TrainEvent } from '../../src/train/events.ts';
import { train } from '../../src/train/loop.ts';
import { momentOf } from '../../src/train/stages.ts';
import type { DoctorRun } from './runs.ts';

/** What the doctor has of a run: its stream without pictures and checkpoints, and a look at where it ended. */
export interface RunEvidence {
  events: TrainEvent[];
  thorough?: Thorough;
  seconds: number;
}

const opened = new Map<string, Dataset>();

async function dataOf(name: string): Promise<Dataset> {
  const data = opened.get(name) ?? (await openData(name, name.startsWith('mnist') ? { size: 16 } : {}));
  opened.set(name, data);
  return data;
}

/** The first examples of a set, as a set of its own. */
const limited = (data: Dataset, limit = data.count): Dataset => ({
  ...data,
  count: Math.min(limit, data.count),
});

const SAMPLES_EVERY = 100;

/** Trains a run and collects what the doctor needs. */
export async function trainRun(run: DoctorRun, seed: number): Promise<RunEvidence> {
  const began = performance.now();
  const data = limited(await dataOf(run.data), run.limit);
  const heldOut = run.heldOut ? await dataOf('mnist:test') : undefined;
  const config = resolveConfig(run.gan, run.settings, data);
  const reference = await createReference(data);
  const events: TrainEvent[] = [];
  let checkpoint: Uint8Array | undefined;
  const stream = train({
    ...{ gan: run.gan, config, data, executor: nodeExecutor, seed, threads: 1 },
    ...{ steps: run.steps, sampleEvery: SAMPLES_EVERY, checkpointEvery: run.steps },
    sampleCount: data.kind === 'points' ? 1000 : 64,
  });
  try {
    for await (const event of stream) {
      if (event.type === 'checkpoint') checkpoint = event.bytes;
      else if (event.type === 'samples') {
        events.push({ ...event, data: new Float32Array(), evidence: await examineSamples(event, reference) });
      } else events.push(event);
    }
  } catch (error) {
    if (!events.some(({ type }) => type === 'non-finite')) throw error;
    return { events, seconds: (performance.now() - began) / 1000 };
  }
  const states = nodeExecutor.createStates();
  const content = decodeCheckpoint(checkpoint!, run.name);
  fillStates(states, content);
  const patient = {
    executor: nodeExecutor,
    gan: run.gan,
    states,
    ...momentOf(run.gan, config, content.info),
  };
  const thorough = await examineTrained(patient, {
    data,
    reference,
    ...(heldOut ? { heldOut } : {}),
    count: 1000,
  });
  return { events, thorough, seconds: (performance.now() - began) / 1000 };
}
