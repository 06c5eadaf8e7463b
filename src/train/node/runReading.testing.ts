/* Recording a run in tests, and reading back what it left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainEvent } from '../events.ts';
import { type RecordedEvent, type RecordOptions, recordRun } from './recorder.ts';

export async function record(
  run: string,
  events: AsyncIterable<TrainEvent>,
  options?: RecordOptions,
): Promise<RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  for await (const event of recordRun(run, events, options)) recorded.push(event);
  return recorded;
}

export const text = (run: string, file: string): string => readFileSync(join(run, file), 'utf8');
export const lines = (run: string) =>
  text(run, 'events.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
export const steps = (run: string): string[] => lines(run).map(({ type, step }) => `${type} ${step}`);
export const CHARTS = 'events.out.tfevents.0.gansmith';

/** Steps of the records of a TensorBoard file whose steps are below 128, so that each takes one byte. */
export function chartSteps(run: string): number[] {
  const file = readFileSync(join(run, CHARTS));
  const found: number[] = [];
  for (let at = 0; at < file.length; at += 16 + Number(file.readBigUInt64LE(at))) {
    if (file[at + 21] === 0x10) found.push(file[at + 22]!);
  }
  return found;
}
