import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TrainEvent } from '../events.ts';
import {
  checkpointEvent,
  eventsFrom,
  eventsUpTo,
  startEvent,
  stepsOf,
  temporaryFolder,
} from './fixtures.testing.ts';
import { loggedEvents, loggedProgress } from './rewind.ts';
import { CHARTS, chartSteps, record, steps, text } from './runReading.testing.ts';

describe('a resumed run', () => {
  /** A run killed after step 5, whose newest checkpoint is of step 3. */
  async function killed(): Promise<string> {
    const run = temporaryFolder();
    await record(run, eventsUpTo(5));
    appendFileSync(join(run, 'events.jsonl'), '{"type":"step","step":6,"ima');
    appendFileSync(join(run, CHARTS), Buffer.of(9, 0, 0, 0));
    writeFileSync(join(run, 'checkpoints/.000006.safetensors.1.partial'), 'torn');
    return run;
  }

  test('reads as if it had never been interrupted', async () => {
    const [run, unbroken] = [await killed(), temporaryFolder()];
    async function* rest(): AsyncGenerator<TrainEvent> {
      yield { ...startEvent, step: 3 } as TrainEvent;
      yield* stepsOf(3, 9);
    }
    await record(run, rest(), { resumedFrom: 3 });
    await record(unbroken, eventsUpTo(9));
    expect(text(run, 'events.jsonl')).toBe(text(unbroken, 'events.jsonl'));
    expect(chartSteps(run)).toEqual(chartSteps(unbroken));
    for (const folder of ['samples', 'checkpoints']) {
      expect(readdirSync(join(run, folder)).sort()).toEqual(readdirSync(join(unbroken, folder)).sort());
    }
  });

  test('drops what lies past its checkpoint before the first new step', async () => {
    const run = await killed();
    await record(run, eventsFrom({ ...startEvent, step: 3 } as TrainEvent), { resumedFrom: 3 });
    expect(steps(run).at(-1)).toBe('checkpoint 3');
    expect(readdirSync(join(run, 'samples')).sort()).toEqual(['000000.png', '000002.png']);
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual([
      '000000.safetensors',
      '000003.safetensors',
    ]);
    expect(chartSteps(run)).toEqual([0, 1, 2, 2, 3]);
  });

  test('without a checkpoint begins anew', async () => {
    const [run, unbroken] = [await killed(), temporaryFolder()];
    rmSync(join(run, 'checkpoints'), { recursive: true });
    for (const folder of [run, unbroken]) await record(folder, eventsUpTo(4));
    expect(text(run, 'events.jsonl')).toBe(text(unbroken, 'events.jsonl'));
    expect(chartSteps(run)).toEqual(chartSteps(unbroken));
    expect(readdirSync(join(run, 'samples')).sort()).toEqual(readdirSync(join(unbroken, 'samples')).sort());
  });

  test('can go back to the checkpoint before, which removes the newer one', async () => {
    const run = await killed();
    await record(run, eventsFrom({ ...startEvent, step: 0 } as TrainEvent), { resumedFrom: 0 });
    expect(steps(run)).toEqual(['start 0', 'samples 0', 'checkpoint 0']);
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['000000.safetensors']);
  });

  test('goes on without a log, or with one that was edited', async () => {
    const run = await killed();
    rmSync(join(run, 'events.jsonl'));
    await record(run, stepsOf(3, 4), { resumedFrom: 3 });
    expect(steps(run)).toEqual(['step 4', 'samples 4']);
    writeFileSync(
      join(run, 'events.jsonl'),
      '{"type":"step","step":1,"seconds":2}\n{"type":"step","step":5}\n',
    );
    await record(run, stepsOf(3, 4), { resumedFrom: 3 });
    expect(steps(run)).toEqual(['step 1', 'step 4', 'samples 4']);
  });

  test('knows how long it has trained', async () => {
    const run = await killed();
    expect((await loggedProgress(run, 3)).seconds).toBe(1.5);
    expect((await loggedProgress(run, 0)).seconds).toBe(0);
    expect(await loggedProgress(temporaryFolder(), 3)).toEqual({
      seconds: 0,
      logBytes: 0,
      chartBytes: undefined,
    });
  });
});

test('a run whose learning rates changed at a checkpoint goes on after the change', async () => {
  const run = temporaryFolder();
  async function* changed(): AsyncGenerator<TrainEvent> {
    yield* eventsUpTo(3);
    yield { type: 'rate', step: 3, scale: { G: 0.5 } };
    yield checkpointEvent(3);
    yield* stepsOf(3, 5);
  }
  await record(run, changed());
  const charts = chartSteps(run).filter((step) => step <= 3);
  await record(run, stepsOf(3, 4), { resumedFrom: 3 });
  expect(steps(run).slice(-5)).toEqual(['checkpoint 3', 'rate 3', 'checkpoint 3', 'step 4', 'samples 4']);
  expect(chartSteps(run).filter((step) => step <= 3)).toEqual(charts);
  const before: string[] = [];
  for await (const { type } of loggedEvents(run, 3)) before.push(type);
  expect(before.slice(-3)).toEqual(['checkpoint', 'rate', 'checkpoint']);
  expect((await loggedProgress(run, 3)).rateScale).toEqual({ G: 0.5 });
  expect((await loggedProgress(run, 0)).rateScale).toBeUndefined();
});

test.each([
  ['no event', 'null'],
  ['torn', '{"type":"st'],
  ['a step without its numbers', '{"type":"step","step":2}'],
  ['a step with a number that was infinite', '{"type":"step","step":2,"metrics":{"D/loss":null}}'],
])('a log is read up to a line that is %s, which is told', async (_, line) => {
  const run = temporaryFolder();
  const good = '{"type":"step","step":1,"metrics":{"D/loss":1}}';
  writeFileSync(join(run, 'events.jsonl'), `${good}\n${line}\n${good}\n`);
  const damaged: number[] = [];
  let read = 0;
  for await (const _ of loggedEvents(run, undefined, (at) => damaged.push(at))) read++;
  expect({ read, damaged }).toEqual({ read: 1, damaged: [2] });
  expect((await loggedProgress(run, 1)).logBytes).toBeGreaterThanOrEqual(good.length);
});
