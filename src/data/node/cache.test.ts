import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCache, writeCache } from './cache.ts';
import type { ConvertedImages } from './convert.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gansmith-cache-'));
});
afterAll(() => rm(folder, { recursive: true }));

const content: ConvertedImages = {
  leftOut: [],
  shape: [1, 2, 2],
  classes: ['cat', 'dög'],
  strays: 0,
  skipped: ['a.png: damaged'],
  pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 255),
  labels: Int32Array.of(1, 0),
};

test('what was written is read back, in folders made as needed', async () => {
  const path = join(folder, 'deep', 'er', 'a.bin');
  await writeCache(path, 'key', content);
  expect(await readCache(path, 'key')).toEqual(content);
});

test('another key or a missing file give nothing', async () => {
  const path = join(folder, 'b.bin');
  await writeCache(path, 'key', content);
  expect(await readCache(path, 'other')).toBeUndefined();
  expect(await readCache(join(folder, 'missing.bin'), 'key')).toBeUndefined();
  expect(await readCache(folder, 'key')).toBeUndefined();
});

test('a file damaged at any byte, cut or lengthened gives nothing', async () => {
  const path = join(folder, 'c.bin');
  await writeCache(path, 'key', content);
  const sound = await readFile(path);
  const readWith = async (bytes: Uint8Array) => {
    await writeFile(path, bytes);
    return readCache(path, 'key');
  };
  for (let at = 0; at < sound.length; at++) {
    const damaged = Uint8Array.from(sound);
    damaged[at]! ^= 0x10;
    expect(await readWith(damaged), `byte ${at}`).toBeUndefined();
  }
  for (const length of [0, 3, 8, 11, 12, 50, sound.length - 1]) {
    expect(await readWith(sound.subarray(0, length)), `length ${length}`).toBeUndefined();
  }
  expect(await readWith(Uint8Array.from([...sound, 0]))).toBeUndefined();
  expect(await readWith(sound)).toEqual(content);
});
