import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askRun, followControl } from './control.ts';
import { temporaryFolder } from './fixtures.testing.ts';

const file = (run: string) => join(run, 'control.json');

test('what is wanted of a run adds up, and ends with the training it was wanted of', async () => {
  const run = temporaryFolder();
  askRun(run, { stop: true });
  const before = followControl(run, Date.now() - 60_000);
  expect(before.wantsStop()).toBe(true);
  const control = followControl(run, Date.now() + 60_000);
  expect(existsSync(file(run))).toBe(false);
  expect(control.wanted()).toBeUndefined();
  askRun(run, { rateScale: { G: 0.5 } });
  askRun(run, { pause: true });
  askRun(run, { rateScale: { D: 2 } });
  await control.waited();
  expect(control.wanted()).toEqual({ pause: true, stop: false, rateScale: { G: 0.5, D: 2 } });
  expect(control.wantsStop()).toBe(false);
  control.end();
  expect(existsSync(file(run))).toBe(false);
});

test('a control file that is damaged changes nothing', async () => {
  const run = temporaryFolder();
  const control = followControl(run, Date.now());
  askRun(run, { pause: true });
  await control.waited();
  expect(control.wanted()?.pause).toBe(true);
  for (const text of ['{"pause":', '{"pause":"no"}', '{"rateScale":{"G":-1}}', '[]']) {
    writeFileSync(file(run), text);
    await control.waited();
    expect(control.wanted()?.pause).toBe(true);
  }
});

test('a link in the place of a control file is replaced, not written through', () => {
  const [run, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const precious = join(elsewhere, 'precious.txt');
  writeFileSync(precious, 'precious');
  symlinkSync(precious, file(run));
  askRun(run, { pause: true });
  expect(readFileSync(precious, 'utf8')).toBe('precious');
  expect(lstatSync(file(run)).isFile()).toBe(true);
});
