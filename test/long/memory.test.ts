import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { folderWith, start } from '../support/gansmith.ts';

/** Megabytes of memory a process holds. */
const residentMegabytes = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

/** Megabytes. Readings of one run lie some 60 apart, as garbage comes and goes; two kilobytes forgotten a step would be 30. */
const ALLOWED = 20;

afterEach(() => vi.unstubAllEnvs());

const ring = ['train', 'gan', '--data', 'ring', '--steps', '20000', '--json', '--threads', '1'];
const small = ['batch=64', 'generator=[16,16]', 'critic=[16,16]'];

test.each(['plain', 'direct'])(
  'twenty thousand steps hold no more memory at their end than near their beginning, by the %s binding',
  async (binding) => {
    vi.stubEnv('GANSMITH_BINDING', binding);
    const training = start([...ring, ...small], folderWith());
    const at = async (step: number) => {
      await training.line((line) => line.startsWith(`{"type":"step","step":${step},`));
      return residentMegabytes(training.child.pid!);
    };
    const early = [];
    for (const step of [4000, 4200, 4400, 4600, 4800]) early.push(await at(step));
    const late = [];
    for (const step of [19_000, 19_200, 19_400, 19_600, 19_800]) late.push(await at(step));
    expect(await training.ended).toMatchObject({ code: 0, stderr: '' });
    const growth = median(late) - median(early);
    const figures = `megabytes near step 4,400: ${early.map(Math.round)}; near step 19,400: ${late.map(Math.round)}`;
    expect(growth, figures).toBeLessThan(ALLOWED);
  },
);
