import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { eventsOf, folderWith, SMALL } from '../support/gansmith.ts';
import { succeedBuilt } from '../support/inProcess.ts';

/* Operations tuned to the machine, with the built command line. */

/** Perceptrons with products large enough to be measured, and time for it on any machine. */
const layers = ['--data', 'ring', '--batch', '128', 'generator=[512,512]', 'critic=[8]'];
const train = ['train', 'gan', ...layers, '--tune', '60'];
const told = /measured how to write \d+ kinds? of operations fastest here/;

const forms = (folder: string, run: string): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, 'runs', run, 'run.json'), 'utf8')).lowerings;
const newest = (folder: string, run: string) => {
  const checkpoints = join(folder, 'runs', run, 'checkpoints');
  return readFileSync(join(checkpoints, readdirSync(checkpoints).sort().at(-1)!));
};
/** Turns every kept decision into the other form of a product. */
function turnAround(folder: string): void {
  const file = join(folder, '.cache/lowerings.json');
  const swapped = readFileSync(file, 'utf8').replace(/"form": "(gemm|matmul)"/g, (_, form) =>
    form === 'gemm' ? '"form": "matmul"' : '"form": "gemm"',
  );
  writeFileSync(file, swapped);
}

describe('a run that measures', () => {
  const folder = folderWith();

  test('does so once; the next does the same, to the bit, and says nothing', async () => {
    expect(await succeedBuilt([...train, '--steps', '3'], folder)).toMatch(told);
    expect(await succeedBuilt([...train, '--steps', '3'], folder)).not.toMatch(/measured/);
    const [first, second] = ['00000-gan-ring', '00001-gan-ring'];
    expect(forms(folder, first)).toEqual(forms(folder, second));
    expect(newest(folder, first).equals(newest(folder, second))).toBe(true);
    expect(decodeCheckpoint(newest(folder, first), 'it').info.lowerings).toEqual(forms(folder, first));
  });

  test('keeps its forms when it is resumed, whatever has been decided since', async () => {
    await succeedBuilt([...train, '--steps', '6'], folder);
    turnAround(folder);
    const resume = ['resume', 'runs/00000-gan-ring', '--steps', '6', '--json'];
    const events = eventsOf(await succeedBuilt(resume, folder));
    expect(events.map(({ type }) => type)).not.toContain('tuned');
    expect(newest(folder, '00000-gan-ring').equals(newest(folder, '00002-gan-ring'))).toBe(true);

    await succeedBuilt([...train, '--steps', '1'], folder);
    const [before, after] = [forms(folder, '00000-gan-ring'), forms(folder, '00003-gan-ring')];
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after).not.toEqual(before);
  });
});

test('a run from before there were choices goes on', async () => {
  const folder = folderWith();
  await succeedBuilt([...train, '--steps', '2', '--tune', '0'], folder);
  const file = join(folder, 'runs/00000-gan-ring/run.json');
  const { lowerings: _, ...old } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(old));
  await succeedBuilt(['resume', 'runs/00000-gan-ring', '--steps', '4'], folder);
});

test('--tune 0 leaves all to the usual forms, and needs no cache', async () => {
  const folder = folderWith();
  await succeedBuilt([...train, '--steps', '1', '--tune', '0'], folder);
  expect(existsSync(join(folder, '.cache'))).toBe(false);
  expect(new Set(Object.values(forms(folder, '00000-gan-ring')))).toEqual(new Set(['gemm']));
});

test('the interpreter has nothing to tune', async () => {
  const folder = folderWith();
  const args = ['train', 'gan', '--data', 'ring', ...SMALL, '--steps', '1', '--executor', 'interpreter'];
  await succeedBuilt(args, folder);
  expect(existsSync(join(folder, '.cache'))).toBe(false);
  expect(forms(folder, '00000-gan-ring')).toBeUndefined();
});

test('a cache that cannot be written is told in one warning, and nothing is measured', async () => {
  const folder = folderWith({ '.cache': 'a file' });
  const text = await succeedBuilt([...train, '--steps', '1'], folder);
  expect(text.match(/warning:/g)).toHaveLength(1);
  expect(text).toMatch(/warning: could not write in .*\.cache: .* Operations are not tuned for this machine/);
  expect(text).not.toMatch(told);
  rmSync(join(folder, '.cache'));
  expect(await succeedBuilt([...train, '--steps', '1'], folder)).toMatch(told);
});
