import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../../test/support/gansmith.ts';
import { openBenchFolder } from './benchFolder.ts';

const record = (seed: number, recipe = 'r') => ({
  data: 'ring',
  protocol: 'quick',
  system: 'gan',
  seed,
  recipe,
});

it('keeps what another command has added to the folder meanwhile', () => {
  const out = folderWith();
  const [one, other] = [openBenchFolder(out), openBenchFolder(out)];
  one.add(record(0, 'r'), { steps: 1 });
  other.add(record(1, 's'), { steps: 2 });
  const again = openBenchFolder(out);
  expect([again.find('r', 0)?.seed, again.find('s', 1)?.seed, again.find('r', 1)]).toEqual([0, 1, undefined]);
  expect(JSON.parse(readFileSync(join(out, 'recipe.json'), 'utf8'))).toEqual({
    r: { steps: 1 },
    s: { steps: 2 },
  });
});

it.each(['results.jsonl', 'recipe.json'])('says that %s cannot be read', (name) => {
  const out = folderWith();
  mkdirSync(join(out, name));
  expect(() => openBenchFolder(out)).toThrow(`could not read ${join(out, name)}: it is a folder, not a file`);
});

it('says that a line, or the recipes, are something else', () => {
  const broken = folderWith({ 'results.jsonl': '{"data":"ring"}\n{"data":\n' });
  expect(() => openBenchFolder(broken)).toThrow(/results\.jsonl, line 2 is not a JSON object.*another --out/);
  const out = folderWith();
  writeFileSync(join(out, 'recipe.json'), '[]');
  expect(() => openBenchFolder(out)).toThrow(/recipe\.json is not a JSON object/);
});

it('says before the first trial that nothing can be written', () => {
  const out = folderWith();
  // In the way of the temporary file that becomes the results; who may write anywhere meets it too.
  mkdirSync(join(out, `.results.jsonl.${process.pid}.partial`));
  expect(() => openBenchFolder(out)).toThrow(`could not write ${join(out, 'results.jsonl')}`);
});
