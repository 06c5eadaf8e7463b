import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentOf, folderWith, run, SMALL } from '../support/gansmith.ts';
import { runBuilt } from '../support/inProcess.ts';
import { commands, systems } from './refusedNames.ts';
import { runs, uses } from './refusedRuns.ts';
import { data, numbers, settings } from './refusedValues.ts';

/* Wrong invocations and broken inputs: each has its exit code and its message, shows no stack trace and writes nothing. */

let trained: string;

beforeAll(async () => {
  const folder = folderWith();
  const { code, stderr } = await run(['train', 'gan', '--data', 'ring', '--steps', '3', ...SMALL], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  trained = join(folder, 'runs/00000-gan-ring');
});

describe.each(Object.entries({ commands, systems, settings, numbers, data, runs, uses }))(
  '%s',
  (_, cases) => {
    test.each(Object.entries(cases))('%s', async (_, { args, message, code = 2, files = {}, spoil }) => {
      const folder = folderWith(files);
      if (args.includes('run')) cpSync(trained, join(folder, 'run'), { recursive: true });
      spoil?.(join(folder, 'run'));
      const before = contentOf(folder);
      const ended = await runBuilt(args, folder);
      expect(ended.stderr).toMatch(message);
      expect(ended.stderr).toMatch(/^gansmith: /);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
      expect(ended.stderr).not.toContain('unexpected:');
      expect(ended.code).toBe(code);
      expect(ended.stdout.replace(/^converting images.*\n/, '')).toBe('');
      expect(contentOf(folder)).toEqual(before);
    });
  },
);

test('the program itself answers so, too', async () => {
  const folder = folderWith();
  for (const name of ['a misspelt command', 'a misspelt option'] as const) {
    const { args, message } = commands[name]!;
    const ended = await run(args, folder);
    expect(ended).toMatchObject({
      code: 2,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  }
  expect(contentOf(folder)).toEqual({});
});
