import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GansmithError } from '../../base/errors.ts';
import { decodePng, readPngText } from '../../base/png.ts';
import type { TrainEvent } from '../events.ts';
import {
  checkpointBytes,
  checkpointEvent,
  eventsFrom,
  eventsUpTo,
  samplesEvent,
  startEvent,
  stepEvent,
  temporaryFolder,
} from './fixtures.testing.ts';
import { chartSteps, lines, record, steps, text } from './runReading.testing.ts';

describe('a recorded run', () => {
  test('hands events on with file names instead of their bulk, and logs the same', async () => {
    const run = temporaryFolder();
    const recorded = await record(run, eventsUpTo(3));
    expect(recorded.filter(({ type }) => type === 'samples' || type === 'checkpoint')).toEqual([
      { type: 'samples', step: 0, shape: [2, 1, 2, 2], file: 'samples/000000.png' },
      { type: 'checkpoint', step: 0, file: 'checkpoints/000000.safetensors' },
      { type: 'samples', step: 2, shape: [2, 1, 2, 2], file: 'samples/000002.png' },
      { type: 'checkpoint', step: 3, file: 'checkpoints/000003.safetensors' },
    ]);
    expect(lines(run)).toEqual(
      recorded.map((event) =>
        event.type === 'checkpoint' ? { ...event, chartBytes: expect.any(Number) } : event,
      ),
    );
    expect(readFileSync(join(run, 'checkpoints/000003.safetensors'))).toEqual(
      Buffer.from(checkpointBytes(3)),
    );
    expect(chartSteps(run)).toEqual([0, 1, 2, 2, 3]);
  });

  test('keeps sample grids whose text chunk tells how they were made', async () => {
    const run = temporaryFolder();
    await record(run, eventsUpTo(2), { recipe: { gan: 'dcgan', seed: 7 } });
    const png = readFileSync(join(run, 'samples/000002.png'));
    expect(decodePng(png)).toMatchObject({ width: 6, height: 2, channels: 1 });
    expect(JSON.parse(readPngText(png).gansmith!)).toEqual({ gan: 'dcgan', seed: 7, step: 2, seeds: '0-1' });
  });

  test('draws points over the real ones', async () => {
    const run = temporaryFolder();
    const points: TrainEvent = {
      type: 'samples',
      step: 0,
      shape: [2, 3],
      data: Float32Array.of(0, 1, 9, 1, 0, 9),
    };
    await record(run, eventsFrom(startEvent, points), { realPoints: [0, 0, 9, 1, 1, 9] });
    const { data } = decodePng(readFileSync(join(run, 'samples/000000.png')));
    const hasColor = (r: number, g: number, b: number) =>
      data.some((_, i) => i % 3 === 0 && near(data[i]!, r) && near(data[i + 1]!, g) && near(data[i + 2]!, b));
    expect(hasColor(0x7b, 0x2c, 0xbf)).toBe(true);
    expect(hasColor(0x2a, 0x9d, 0x8f)).toBe(true);
  });

  test('keeps its two newest checkpoints', async () => {
    const run = temporaryFolder();
    await record(run, eventsUpTo(10));
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual([
      '000006.safetensors',
      '000009.safetensors',
    ]);
  });

  test('has its log on the disk before a checkpoint gets its name', async () => {
    const run = temporaryFolder();
    async function* watched(): AsyncGenerator<TrainEvent> {
      yield startEvent;
      yield stepEvent(1);
      expect(existsSync(join(run, 'events.jsonl')) && text(run, 'events.jsonl')).toBe('');
      mkdirSync(join(run, 'checkpoints/000001.safetensors'));
      yield checkpointEvent(1);
    }
    // The checkpoint cannot be renamed onto a folder, so the log shows what was written before.
    await expect(record(run, watched())).rejects.toThrow(GansmithError);
    expect(steps(run)).toEqual(['start 0', 'step 1', 'checkpoint 1']);
  });

  test('says in its status how far it is, and how it ended', async () => {
    const run = temporaryFolder();
    await record(
      run,
      eventsFrom(startEvent, stepEvent(1), { type: 'end', step: 1, images: 4, reason: 'stopped' }),
    );
    expect(JSON.parse(text(run, 'status.json'))).toMatchObject({
      state: 'stopped',
      step: 1,
      images: 4,
      pid: process.pid,
    });
    async function* failing(): AsyncGenerator<TrainEvent> {
      yield startEvent;
      yield stepEvent(1);
      throw new GansmithError('the loss became NaN');
    }
    await expect(record(run, failing())).rejects.toThrow('the loss became NaN');
    expect(JSON.parse(text(run, 'status.json'))).toMatchObject({
      state: 'failed',
      step: 1,
      message: 'the loss became NaN',
    });
  });
});

describe('a run that cannot be written', () => {
  test('fails with the file and what to do, and keeps its last good checkpoint', async () => {
    const run = temporaryFolder();
    async function* spoiled(): AsyncGenerator<TrainEvent> {
      yield* eventsUpTo(3);
      // A file where a folder should be: no user, root included, can write below it.
      rmSync(join(run, 'samples'), { recursive: true });
      writeFileSync(join(run, 'samples'), '');
      yield stepEvent(4);
      yield samplesEvent(4);
    }
    const error = await record(run, spoiled()).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(GansmithError);
    expect((error as Error).message).toMatch(
      /could not write .*000004\.png: a part of the path is a file, not a folder; choose another folder/,
    );
    expect(readFileSync(join(run, 'checkpoints/000003.safetensors'))).toEqual(
      Buffer.from(checkpointBytes(3)),
    );
    expect(JSON.parse(text(run, 'status.json'))).toMatchObject({ state: 'failed', step: 4 });
  });

  test.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    const run = temporaryFolder();
    symlinkSync('/dev/full', join(run, 'events.jsonl'));
    await expect(record(run, eventsUpTo(1))).rejects.toThrow(
      /could not write .*events\.jsonl: the disk is full; free some space and try again/,
    );
  });

  test('fails when its folder is a file', async () => {
    const run = join(temporaryFolder(), 'run');
    writeFileSync(run, '');
    await expect(record(run, eventsUpTo(1))).rejects.toThrow(
      /could not make .*samples: a part of the path is a file/,
    );
  });
});

const near = (a: number, b: number): boolean => Math.abs(a - b) < 60;
