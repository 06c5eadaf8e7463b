import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodePng } from '../../src/base/png.ts';
import type { TrainRequest } from '../../src/cli/prepare.ts';
import { runSession, type SessionEvent } from '../../src/cli/session.ts';
import { latestCheckpoint } from '../../src/train/node.ts';
import { folderWith } from '../support/gansmith.ts';

/* Transfer learning: what 'gansmith train stylegan2-ada --from RUN freeze=N' does in its thread, here in this process. */

const picture = (at: (x: number, y: number) => number) =>
  encodePng({
    ...{ width: 16, height: 16, channels: 1 },
    data: Uint8Array.from({ length: 256 }, (_, i) => at(i % 16, Math.floor(i / 16))),
  });
const FILES = Object.fromEntries(
  Array.from({ length: 8 }, (_, i) => [
    [`stripes/${i}.png`, picture((x) => (x * (i + 1) * 37) % 256)],
    [`spots/${i}.png`, picture((x, y) => ((x - i) ** 2 + y ** 2 < 9 ? 255 : i))],
  ]).flat() as [string, Uint8Array][],
);
const SMALL = {
  batch: '4',
  latent: '4',
  style: '4',
  mapping: '1',
  width: '4',
  maxWidth: '4',
  average: '100',
};

async function trained(folder: string, overrides: Partial<TrainRequest>): Promise<SessionEvent[]> {
  const request: TrainRequest = {
    ...{ gan: 'stylegan2-ada', seed: 3, threads: 1, accumulate: 1, executor: 'interpreter' },
    ...{ precision: 'float32', sampleEvery: 100, checkpointEvery: 100, doctor: 'off', tune: 0, size: 16 },
    ...{ settings: SMALL, out: join(folder, 'runs'), steps: 2 },
    ...overrides,
  };
  const hooks = { onProgress: () => {}, shouldStop: () => false, asked: 0 };
  const events: SessionEvent[] = [];
  for await (const event of runSession({ kind: 'train', request }, hooks)) events.push(event);
  return events;
}

const folderOf = (events: SessionEvent[]) => events.find((event) => event.type === 'run')!.folder;
const warningsOf = (events: SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

/** Tensors of a run's newest checkpoint, printed. */
function tensorsAt(folder: string): Map<string, string> {
  const { content } = latestCheckpoint(folder, () => {})!;
  return new Map([...content.tensors].map(([name, { data }]) => [name, data.join()]));
}

it('begins with the weights of a run on other data, keeps frozen layers bit for bit, and says what does not fit', {
  timeout: 120_000,
}, async () => {
  const folder = folderWith(FILES);
  const first = await trained(folder, { data: `folder:${join(folder, 'stripes')}` });
  const [source, spots] = [folderOf(first), `folder:${join(folder, 'spots')}`];
  const before = tensorsAt(source);
  expect(warningsOf(first)).toEqual([]);

  // Three layers: the one of the image, and the first block's two.
  const settings = { ...SMALL, freeze: '3' };
  const untouched = await trained(folder, { data: spots, from: source, settings, steps: 0 });
  const carried = tensorsAt(folderOf(untouched));
  const second = await trained(folder, { data: spots, from: source, settings });
  const after = tensorsAt(folderOf(second));
  expect([...warningsOf(untouched), ...warningsOf(second)]).toEqual([]);

  const names = [...before.keys()].filter((name) => !/^optimizer\/|augment/.test(name));
  expect(names.filter((name) => carried.get(name) !== before.get(name))).toEqual([]);
  expect(names).toContain('M/w/mean');
  expect(before.get('M/w/mean')).not.toBe('0,0,0,0');
  const kept = names.filter((name) => name.startsWith('D/') && after.get(name) === before.get(name)).sort();
  expect(kept).toEqual(
    ['16/conv/bias', '16/conv/weight', '16/down/bias', '16/down/weight', 'image/bias', 'image/weight'].map(
      (name) => `D/${name}`,
    ),
  );
  const moved = ['D/16/skip/weight', 'D/out/weight', 'M/fc1/weight', 'M/w/mean', 'G/constant'];
  expect(moved.filter((name) => after.get(name) === before.get(name))).toEqual([]);
  expect(carried.get('D/augment/p')).toBe('0');

  const wider = await trained(folder, {
    ...{ data: spots, from: source, steps: 0 },
    settings: { ...SMALL, style: '6' },
  });
  const [warning, ...others] = warningsOf(wider);
  expect(others).toEqual([]);
  expect(warning).toMatch(/step-0*2\.safetensors|\.safetensors: \d+ of the \d+ tensors of these networks/);
  expect(warning).toContain('M/fc1/weight is [6, 4] here and [4, 4] there');
  expect(existsSync(folderOf(wider))).toBe(true);
  await expect(trained(folder, { data: spots, from: join(folder, 'none') })).rejects.toThrow(
    'there is no such run or checkpoint; give the folder of a run',
  );
});
