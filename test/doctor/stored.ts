import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { WIDTH } from '../../src/doctor/series.ts';
import type { StepEvent, TrainEvent } from '../../src/train/events.ts';
import type { RunEvidence } from './trainRun.ts';

const fileOf = (name: string, seed: number): string =>
  join(import.meta.dirname, 'evidence', `${name}-${seed}.json.gz`);

/** Keeps what a run gave, with one step in ten: the mean of the ten, which is all the doctor remembers of them. */
export function storeEvidence(name: string, seed: number, evidence: RunEvidence): void {
  const text = JSON.stringify({ ...evidence, events: thinned(evidence.events) }, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  );
  writeFileSync(fileOf(name, seed), gzipSync(text, { level: 9 }));
}

export const storedEvidence = (name: string, seed: number): RunEvidence =>
  JSON.parse(gunzipSync(readFileSync(fileOf(name, seed))).toString());

function thinned(events: readonly TrainEvent[]): TrainEvent[] {
  let waiting: StepEvent[] = [];
  return events.flatMap((event): TrainEvent[] => {
    if (event.type !== 'step') return [event];
    waiting.push(event);
    if (event.step % WIDTH !== 0) return [];
    const metrics: Record<string, number> = {};
    for (const step of waiting) {
      for (const [name, value] of Object.entries(step.metrics)) {
        const reports = waiting.filter(({ metrics }) => name in metrics).length;
        metrics[name] = (metrics[name] ?? 0) + value / reports;
      }
    }
    waiting = [];
    return [{ ...event, metrics }];
  });
}
