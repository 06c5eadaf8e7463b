import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { folderWith, SMALL, start } from '../support/gansmith.ts';

/** Megabytes of memory a process holds. */
const residentMegabytes = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

test('ten thousand steps hold no more memory at their end than near their beginning', async () => {
  const args = ['train', 'gan', '--data', 'mnist', '--steps', '10000', '--json', '--threads', '1'];
  const training = start([...args, ...SMALL], folderWith());
  const at = async (step: number) => {
    await training.line((line) => line.startsWith(`{"type":"step","step":${step},`));
    return residentMegabytes(training.child.pid!);
  };
  const early = [];
  for (const step of [2000, 2200, 2400, 2600, 2800]) early.push(await at(step));
  const late = [];
  for (const step of [9000, 9200, 9400, 9600, 9800]) late.push(await at(step));
  expect(await training.ended).toMatchObject({ code: 0, stderr: '' });
  const growth = Math.min(...late) - Math.max(...early);
  expect(growth, `megabytes near step 2,400: ${early}; near step 9,400: ${late}`).toBeLessThan(20);
});
