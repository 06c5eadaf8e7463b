import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { png, useScratch } from '../../../test/support/imageFiles.ts';
import { UsageError } from '../../base/errors.ts';
import { openData } from '../node.ts';

const scratch = useScratch();

const archive = (files: Zippable) => scratch.put('a.zip', zipSync(files));

test('the same images have the same fingerprint as in a folder', async () => {
  const files = { 'x/1.png': png([10]), 'y/2.png': png([20], 30, 10), 'y/notes.txt': new Uint8Array(3) };
  await archive({ all: files });
  for (const [name, bytes] of Object.entries(files)) await scratch.put(`f/${name}`, bytes);
  const zipped = await openData(`zip:${scratch.root}/a.zip`, scratch.options);
  const unzipped = await openData(`folder:${scratch.root}/f`, scratch.options);
  expect(zipped).toMatchObject({ count: 2, shape: [1, 64, 64], classes: ['x', 'y'] });
  expect(zipped.fingerprint).toBe(unzipped.fingerprint);
  expect(
    (await openData(`zip:${scratch.root}/a.zip`, { ...scratch.options, size: 32 })).fingerprint,
  ).not.toBe(zipped.fingerprint);
});

test('a damaged entry is named and skipped', async () => {
  await archive({ '1.png': [png([10]), { level: 0 }], '2.png': [png([20]), { level: 0 }] });
  const bytes = await readFile(join(scratch.root, 'a.zip'));
  bytes[60]! ^= 1;
  await scratch.put('a.zip', bytes);
  expect((await openData(`zip:${scratch.root}/a.zip`, scratch.options)).count).toBe(1);
  expect(scratch.warnings).toEqual([
    'skipped 1.png: damaged: the checksum does not match',
    '1 of 2 images could not be read and were skipped',
  ]);
});

test('what cannot be opened is refused in words', async () => {
  await scratch.put('text.zip', 'text');
  await scratch.put('none.zip', zipSync({ 'a.txt': new Uint8Array(1) }));
  await scratch.put('evil.zip', zipSync({ '../a.png': png([1]) }));
  const locked = zipSync({ 'a.png': png([1]) });
  const entry = locked.findLastIndex(
    (_, i) => locked[i] === 0x50 && locked[i + 2] === 1 && locked[i + 3] === 2,
  );
  locked[entry + 8]! |= 1;
  await scratch.put('locked.zip', locked);
  const cases: [string, string][] = [
    ['text.zip', `${scratch.root}/text.zip: not a ZIP archive, or cut off`],
    ['none.zip', `no PNG, JPEG or WebP images in ${scratch.root}/none.zip (1 other files were ignored)`],
    ['evil.zip', `${scratch.root}/evil.zip: refused: the entry name "../a.png" leaves the archive`],
    ['locked.zip', 'a.png is encrypted; unpack the archive with its password and use folder:'],
    ['missing.zip', `${scratch.root}/missing.zip does not exist`],
    ['.', `is a folder, not an archive; write 'folder:${scratch.root}/.'`],
  ];
  for (const [name, message] of cases) {
    const open = openData(`zip:${scratch.root}/${name}`, scratch.options);
    await expect(open).rejects.toThrow(UsageError);
    await expect(open).rejects.toThrow(message);
  }
});
