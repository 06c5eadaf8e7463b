import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampledSeries } from './overview.ts';
import { openRunLog } from './runLog.ts';
import { createStepReader } from './stepLine.ts';

describe('a step line', () => {
  const read = (line: string) => createStepReader()(Buffer.from(line), 0, Buffer.byteLength(line));

  it('reads what JSON.parse reads, to the last bit but one', () => {
    const number = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 }),
      fc.integer(),
    );
    const metrics = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}\/[a-zA-Z_]{1,8}$/), number);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), number, metrics, (step, images, seconds, metrics) => {
        const event = { type: 'step', step, images, seconds, metrics };
        const row = read(JSON.stringify(event))!;
        expect([row.step, row.images]).toEqual([step, images]);
        expect(row.keys).toEqual(Object.keys(metrics));
        for (const [i, value] of [...Object.values(metrics), seconds].entries()) {
          const got = i < row.keys.length ? row.values[i]! : row.seconds;
          // Two units in the last place are at most this share of a number.
          expect(Math.abs(got - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -51 + Number.MIN_VALUE);
        }
      }),
    );
  });

  it('keeps its hands off what it does not know', () => {
    const good = '{"type":"step","step":1,"images":8,"seconds":0.1,"metrics":{"a/b":1}}';
    expect(read(good)).toMatchObject({ step: 1, keys: ['a/b'] });
    for (const line of [
      good.slice(0, -1),
      `${good} `,
      good.replace('1}}', 'null}}'),
      good.replace('a/b', 'a\\"b'),
      good.replace('"step":1', '"step":"1"'),
      '{"step":1,"type":"step"}',
    ])
      expect(read(line), line).toBeUndefined();
  });

  it('follows keys that come and go from line to line', () => {
    const reader = createStepReader();
    const line = (metrics: object) => {
      const text = Buffer.from(JSON.stringify({ type: 'step', step: 1, images: 1, seconds: 1, metrics }));
      const row = reader(text, 0, text.length)!;
      return Object.fromEntries(row.keys.map((key, i) => [key, row.values[i]]));
    };
    for (const metrics of [{ a: 1, b: 2 }, { a: 3 }, { b: 4, a: 5, c: 6 }, { a: 7, b: 8 }]) {
      expect(line(metrics)).toEqual(metrics);
    }
  });
});

describe('a log', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gansmith-log-'));
    path = join(folder, 'events.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const step = (number: number, metrics: object = { 'critic/loss': number }, seconds = 0.5) =>
    `${JSON.stringify({ type: 'step', step: number, images: number * 2, seconds, metrics })}\n`;

  it('takes whole lines only, as they come', async () => {
    const log = openRunLog(path);
    await log.refresh();
    expect(log.table.rows).toBe(0);
    writeFileSync(path, `${step(1)}${step(2).slice(0, 30)}`);
    await log.refresh();
    expect(log.table.rows).toBe(1);
    appendFileSync(path, `${step(2).slice(30)}{"type":"samples","step":2}\nnot json\n`);
    await log.refresh();
    expect(log.table).toMatchObject({ rows: 2, seconds: 1, images: 4, lastStep: 2 });
    expect(log.events.map(({ event }) => event)).toEqual([{ type: 'samples', step: 2 }]);
    expect(log.generation).toBe(0);
  });

  it('starts over when it was cut, even if it is longer again', async () => {
    const log = openRunLog(path);
    writeFileSync(path, step(1) + step(2));
    await log.refresh();
    const place = log.place();
    expect(await log.byteAt(place)).toBe(Buffer.byteLength(step(1) + step(2)));
    writeFileSync(path, step(1) + step(2, { 'critic/loss': 9 }, 0.7) + step(3));
    await log.refresh();
    expect(log.generation).toBe(1);
    expect(log.table.rows).toBe(3);
    expect(log.table.series({ buckets: 10 }).keys['critic/loss']!.mean).toEqual([1, 9, 3]);
    expect(await log.byteAt(place)).toBeUndefined();
  });

  it('gathers rows in groups without losing a peak, and gives ranges whole', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) =>
      step(i + 1, i % 16 === 0 ? { a: i === 700 ? 99 : 1, lazy: 5 } : { a: i === 700 ? 99 : 1 }),
    );
    writeFileSync(path, lines.join(''));
    const log = openRunLog(path);
    await log.refresh();
    const all = log.table.series({ buckets: 10 });
    expect(all).toMatchObject({ rows: 1000, firstStep: 1, lastStep: 1000, bucketed: true });
    expect(all.steps).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(all.keys.a!.high).toEqual([1, 1, 1, 1, 1, 1, 1, 99, 1, 1]);
    expect(all.keys.a!.mean![7]).toBeCloseTo(1.98);
    expect(all.keys.lazy!.mean).toEqual(Array(10).fill(5));
    const part = log.table.series({ from: 700, to: 702, buckets: 10 });
    expect(part).toMatchObject({ bucketed: false, steps: [700, 701, 702] });
    expect(part.keys.a).toEqual({ mean: [1, 99, 1] });
    expect(part.keys.lazy).toEqual({ mean: [null, null, null] });
    expect(log.table.series({ from: 5000, buckets: 10 }).steps).toEqual([]);
  });

  it('is looked at in a few places while it is long', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => step(i + 1, { 'critic/loss': i % 2 }));
    writeFileSync(path, lines.join(''));
    const series = sampledSeries(path, 20);
    expect(series).toMatchObject({ sampled: true, bucketed: true, firstStep: 1, lastStep: 5000 });
    expect(series.steps).toHaveLength(20);
    expect(series.steps.at(-1)).toBe(5000);
    expect(Math.abs(series.rows / 5000 - 1)).toBeLessThan(0.05);
    expect(series.keys['critic/loss']!.low).toEqual(Array(20).fill(0));
    expect(series.keys['critic/loss']!.high).toEqual(Array(20).fill(1));
    writeFileSync(path, '');
    expect(sampledSeries(path, 20)).toMatchObject({ rows: 0, steps: [] });
  });

  it('is given as comma-separated values', async () => {
    writeFileSync(path, step(1, { 'a"b,': 1 }) + step(2, { c: 0.25 }));
    const log = openRunLog(path);
    await log.refresh();
    expect([...log.table.csv()].join('')).toBe('step,seconds,"a""b,",c\n1,0.5,1,\n2,1,,0.25\n');
  });
});
