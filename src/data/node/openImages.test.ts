import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { png, useScratch } from '../../../test/support/imageFiles.ts';
import { GansmithError } from '../../base/errors.ts';
import { type ListedImages, type OpenOptions, openData } from '../node.ts';
import type { DecodeImage } from './decode.ts';
import type { ImageListing } from './listing.ts';
import { openImages } from './openImages.ts';

const scratch = useScratch();

describe('cache', () => {
  const open = (change: OpenOptions = {}) =>
    openData(`folder:${scratch.root}/f`, { ...scratch.options, ...change });
  const cacheFiles = () => readdir(join(scratch.root, 'cache'));

  beforeEach(async () => {
    await scratch.put('f/a/1.png', png([10, 20, 30]));
    await scratch.put('f/b/2.png', png([40]));
  });

  test('the second opening decodes nothing and gives the same data', async () => {
    const first = await open();
    scratch.progress = [];
    const second = await open();
    expect(scratch.progress).toEqual([]);
    const { read: _first, ...before } = first;
    const { read: _second, ...after } = second;
    expect(after).toEqual(before);
    expect(second.read([0, 1])).toEqual(first.read([0, 1]));
    expect(await cacheFiles()).toHaveLength(1);
  });

  test('settings, new, removed and changed images convert anew', async () => {
    const fingerprints = [(await open()).fingerprint];
    const convertedAnew = async (change: OpenOptions = {}) => {
      scratch.progress = [];
      fingerprints.push((await open(change)).fingerprint);
      return scratch.progress.length > 0;
    };
    expect(await convertedAnew({ size: 16 })).toBe(true);
    expect(await convertedAnew({ channels: 1 })).toBe(true);
    await scratch.put('f/a/3.png', png([50]));
    expect(await convertedAnew()).toBe(true);
    await rm(join(scratch.root, 'f/a/3.png'));
    expect(await convertedAnew()).toBe(false);
    await scratch.put('f/a/1.png', png([10, 20, 31]));
    await utimes(join(scratch.root, 'f/a/1.png'), 1, 1);
    expect(await convertedAnew()).toBe(true);
    expect(new Set(fingerprints).size).toBe(fingerprints.length - 1);
  });

  test('a damaged cache is silently made anew', async () => {
    const { fingerprint } = await open();
    const path = join(scratch.root, 'cache', (await cacheFiles())[0]!);
    const sound = await readFile(path);
    const damaged = Uint8Array.from(sound);
    damaged[damaged.length >> 1]! ^= 1;
    await writeFile(path, damaged);
    scratch.progress = [];
    expect((await open()).fingerprint).toBe(fingerprint);
    expect(scratch.progress).toHaveLength(2);
    expect(scratch.warnings).toEqual([]);
    expect(await readFile(path)).toEqual(sound);
  });

  test('a cache folder that cannot be written makes one warning', async () => {
    await scratch.put('blocked', 'a file where the folder should be');
    const data = await open({ cacheDirectory: join(scratch.root, 'blocked', 'data') });
    expect(data.count).toBe(2);
    expect(scratch.warnings).toHaveLength(1);
    expect(scratch.warnings[0]).toMatch(
      /^the converted images could not be kept for the next time \(could not create .*: a part of the path is a file.*\); training is not affected$/,
    );
  });

  test('may be left unwritten, and is still read', async () => {
    await open({ cache: false });
    await expect(cacheFiles()).rejects.toThrow('ENOENT');
    await open();
    scratch.progress = [];
    await open({ cache: false });
    expect(scratch.progress).toEqual([]);
  });

  test('is not written when the system refused to read an image', async () => {
    let refused = true;
    const list = async (): Promise<ImageListing> => ({
      where: '/pictures',
      files: ['1.png', '2.png'].map((name) => ({
        name,
        stamp: '',
        read: async () => {
          const cause = Object.assign(new Error('raw'), { code: 'EMFILE' });
          if (refused && name === '1.png') throw new GansmithError(`${name}: cannot be read`, { cause });
          return png([10]);
        },
      })),
      close: async () => {},
    });
    expect((await openImages('folder:x', list, scratch.options)).count).toBe(1);
    refused = false;
    expect((await openImages('folder:x', list, scratch.options)).count).toBe(2);
  });

  test('what was listed is told before anything is converted', async () => {
    const refuse = (listed: ListedImages) => {
      expect(listed).toEqual({ count: 2, size: 64, channels: undefined, classes: ['a', 'b'] });
      throw new GansmithError('not these');
    };
    await expect(open({ onListed: refuse })).rejects.toThrow('not these');
    expect(scratch.progress).toEqual([]);
  });

  test('by default it is in the cache folder of the user', async () => {
    vi.stubEnv('GANSMITH_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', join(scratch.root, 'xdg'));
    await openData(`folder:${scratch.root}/f`);
    expect(await readdir(join(scratch.root, 'xdg', 'gansmith', 'data'))).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}\.bin$/),
    ]);
    vi.stubEnv('XDG_CACHE_HOME', '');
    vi.stubEnv('HOME', join(scratch.root, 'home'));
    await openData(`folder:${scratch.root}/f`);
    expect(await readdir(join(scratch.root, 'home', '.cache', 'gansmith', 'data'))).toHaveLength(1);
  });
});

test('the listing is closed whether opening works, comes from the cache or fails', async () => {
  let closed = 0;
  const listing = (name: string): ImageListing => ({
    where: '/pictures',
    files: [{ name, stamp: '', read: async () => new Uint8Array() }],
    close: async () => {
      closed++;
    },
  });
  const decode: DecodeImage = async (_, name) => {
    if (name === 'bad.png') throw new GansmithError('bad.png: damaged');
    return { width: 1, height: 1, channels: 1, data: Uint8Array.of(5) };
  };
  const open = (name: string) =>
    openImages(
      'folder:x',
      async () => listing(name),
      scratch.options,
      async () => decode,
    );
  expect((await open('good.png')).count).toBe(1);
  expect((await open('good.png')).count).toBe(1);
  expect(closed).toBe(2);
  await expect(open('bad.png')).rejects.toThrow(
    'none of the 1 images in /pictures could be read; the first: bad.png: damaged',
  );
  expect(closed).toBe(3);
});
