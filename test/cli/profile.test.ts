import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, folderWith, SMALL, succeed } from '../support/gansmith.ts';

/* Profiles of real runs, with the built command line. */

const train = ['train', 'gan', '--data', 'ring', ...SMALL, '--threads', '1'];
const newestCheckpoint = (run: string) =>
  readFileSync(join(run, 'checkpoints', readdirSync(join(run, 'checkpoints')).sort().at(-1)!));

test('a profiled run tells where its time went, and ends in the bits of one that is not', async () => {
  const folder = folderWith();
  const told = await succeed([...train, '--steps', '12', '--profile', '2'], folder);
  expect(told).toMatch(
    /2 iterations up to step 5, batch 8, 1 thread: .* ms an iteration \(.* to .*\), .* without the profiler/,
  );
  expect(told).toMatch(/\| matmul +\| gemm +\|/);
  expect(told).toContain('profile: runs/00000-gan-ring/profile.md');
  expect(told).toContain('runs/00000-gan-ring/trace.json');

  const run = join(folder, 'runs/00000-gan-ring');
  expect(readFileSync(join(run, 'profile.md'), 'utf8')).toMatch(/^# Profile of gan on ring\n/);
  expect(JSON.parse(readFileSync(join(run, 'profile.json'), 'utf8'))).toMatchObject({
    format: 1,
    iterations: 2,
  });
  expect(JSON.parse(readFileSync(join(run, 'trace.json'), 'utf8')).traceEvents.length).toBeGreaterThan(100);
  expect(eventsOf(readFileSync(join(run, 'events.jsonl'), 'utf8'))).toContainEqual({
    type: 'profile',
    step: 5,
    file: 'profile.json',
  });

  await succeed([...train, '--steps', '12'], folder);
  const plain = join(folder, 'runs/00001-gan-ring');
  expect(existsSync(join(plain, 'profile.md'))).toBe(false);
  expect(newestCheckpoint(run)).toEqual(newestCheckpoint(plain));
});

test('a resumed run can be profiled, and comes to the same bits', async () => {
  const folder = folderWith();
  await succeed([...train, '--steps', '9'], folder);
  await succeed([...train, '--steps', '2'], folder);
  const events = eventsOf(
    await succeed(['resume', 'runs/00001-gan-ring', '--steps', '9', '--profile=1', '--json'], folder),
  );
  const profile = events.find(({ type }) => type === 'profile')!;
  expect(profile).toEqual({ type: 'profile', step: 6, file: 'runs/00001-gan-ring/profile.json' });
  const [whole, resumed] = ['00000', '00001'].map((number) => join(folder, `runs/${number}-gan-ring`));
  expect(newestCheckpoint(resumed!)).toEqual(newestCheckpoint(whole!));
});
