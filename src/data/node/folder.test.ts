import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { colourOf, png, useScratch } from '../../../test/support/imageFiles.ts';
import { UsageError } from '../../base/errors.ts';
import { type OpenOptions, openData } from '../node.ts';
import { imageDecoder } from './decode.ts';
import { listFolder } from './folder.ts';
import { openImages } from './openImages.ts';

const scratch = useScratch();

test('mixed formats, sizes and channels; class by sub-folder', async () => {
  const red = { create: { width: 40, height: 20, channels: 3, background: '#ff0000' } } as const;
  await scratch.put(
    'f/b/1.jpg',
    await sharp(red).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
  );
  await scratch.put('f/b/2.PNG', png([0, 0, 255, 0], 9, 30));
  await scratch.put('f/a/3.webp', await sharp(red).webp({ lossless: true }).toBuffer());
  await scratch.put('f/a/4.png', png([77]));
  await scratch.put('f/a/notes.txt', 'ignored');
  await scratch.put('f/a/.hidden.png', 'ignored');
  await scratch.put('f/.git/5.png', 'ignored');
  const data = await openData(`folder:${scratch.root}/f`, scratch.options);
  expect(data).toMatchObject({
    count: 4,
    shape: [3, 64, 64],
    classes: ['a', 'b'],
    name: `folder:${scratch.root}/f`,
  });
  expect([...data.read([0, 1, 2, 3]).labels]).toEqual([0, 0, 1, 1]);
  expect(colourOf(data, 0)).toEqual([255, 0, 0]);
  expect(colourOf(data, 1)).toEqual([77, 77, 77]);
  expect(colourOf(data, 2).map((value) => Math.round(value / 10))).toEqual([25, 0, 0]);
  expect(colourOf(data, 3)).toEqual([255, 255, 255]);
  expect(scratch.warnings).toEqual([]);
  expect(scratch.progress).toEqual([1, 2, 3, 4].map((done) => `${done}/4 converting images`));
});

test('grey images stay grey, whatever their file says', async () => {
  await scratch.put('f/1.png', png([50, 50, 50]));
  await scratch.put('f/2.png', png([60, 60, 60, 255]));
  const data = await openData(`folder:${scratch.root}/f`, { ...scratch.options, size: 16 });
  expect(data).toMatchObject({ count: 2, shape: [1, 16, 16], classes: [] });
  expect([colourOf(data, 0), colourOf(data, 1)]).toEqual([[50], [60]]);
  expect(
    (await openData(`folder:${scratch.root}/f`, { ...scratch.options, size: 16, channels: 3 })).shape,
  ).toEqual([3, 16, 16]);
});

test('a corrupt image is named, skipped and counted, from the cache too', async () => {
  await scratch.put('f/a.png', png([10]));
  await scratch.put('f/b.png', png([20]).subarray(0, 40));
  await scratch.put('f/c.jpg', 'no image at all');
  await scratch.put('f/d.png', png([30]));
  for (let time = 1; time <= 2; time++) {
    const data = await openData(`folder:${scratch.root}/f`, scratch.options);
    expect(data.count).toBe(2);
    expect([colourOf(data, 0), colourOf(data, 1)]).toEqual([[10], [30]]);
    expect(scratch.warnings).toEqual([
      expect.stringMatching(/^skipped b\.png: /),
      'skipped c.jpg: not a PNG, JPEG or WebP image',
      '2 of 4 images could not be read and were skipped',
    ]);
    scratch.warnings = [];
  }
  expect(scratch.progress).toHaveLength(4);
});

test('images beside class folders make a warning', async () => {
  await scratch.put('f/1.png', png([10]));
  await scratch.put('f/a/2.png', png([10]));
  const data = await openData(`folder:${scratch.root}/f`, scratch.options);
  expect(data.classes).toEqual([]);
  expect(scratch.warnings).toEqual([
    '1 of 2 images lie beside the class folders, so all are taken as unlabelled',
  ]);
});

test('links are followed, and one that leads upwards ends', async () => {
  await scratch.put('elsewhere/1.png', png([10]));
  await scratch.put('f/2.png', png([20]));
  await symlink(join(scratch.root, 'elsewhere'), join(scratch.root, 'f', 'linked'));
  await symlink(join(scratch.root, 'f'), join(scratch.root, 'f', 'loop'));
  await symlink(join(scratch.root, 'elsewhere', '1.png'), join(scratch.root, 'f', 'one.png'));
  await symlink(join(scratch.root, 'nowhere.png'), join(scratch.root, 'f', 'broken.png'));
  expect((await openData(`folder:${scratch.root}/f`, scratch.options)).count).toBe(3);
  expect(scratch.warnings[0]).toBe('skipped broken.png: does not exist');
});

test('a leading ~ is the home folder', async () => {
  vi.stubEnv('HOME', scratch.root);
  await scratch.put('f/1.png', png([10]));
  expect((await openData('folder:~/f', scratch.options)).count).toBe(1);
});

test('without sharp, PNG works and JPEG asks for it', async () => {
  const plain = () => imageDecoder(() => Promise.reject(new Error('not installed')));
  await scratch.put('f/1.png', png([10, 20, 30]));
  const data = await openImages(
    'folder:f',
    () => listFolder('folder:f', join(scratch.root, 'f')),
    scratch.options,
    plain,
  );
  expect(colourOf(data, 0)).toEqual([10, 20, 30]);
  await scratch.put(
    'f/2.jpg',
    await sharp(png([10, 20, 30]))
      .jpeg()
      .toBuffer(),
  );
  const open = openImages(
    'folder:f',
    () => listFolder('folder:f', join(scratch.root, 'f')),
    scratch.options,
    plain,
  );
  await expect(open).rejects.toThrow(
    "2.jpg: a JPEG image: JPEG and WebP need the optional package sharp; run 'npm install",
  );
});

test('what cannot be opened is refused in words', async () => {
  await mkdir(join(scratch.root, 'empty'));
  await scratch.put('others/a.txt', '');
  await scratch.put('corrupt/a.png', 'x');
  await scratch.put('corrupt/b.png', 'y');
  await scratch.put('a.png', png([1]));
  await scratch.put('a.zip', 'x');
  const cases: [string, string, OpenOptions?][] = [
    ['empty', `data 'folder:${scratch.root}/empty': no PNG, JPEG or WebP images in ${scratch.root}/empty`],
    ['others', `no PNG, JPEG or WebP images in ${scratch.root}/others (1 other files were ignored)`],
    [
      'corrupt',
      `none of the 2 images in ${scratch.root}/corrupt could be read; the first: a.png: not a PNG, JPEG`,
    ],
    ['none', `${scratch.root}/none does not exist`],
    ['a.png', `${scratch.root}/a.png is a file, not a folder; give the folder that holds the images`],
    ['a.zip', `${scratch.root}/a.zip is a file, not a folder; write 'zip:${scratch.root}/a.zip'`],
    ['others', 'size: expected a whole number of pixels from 8 to 1024, got 2000', { size: 2000 }],
    ['others', 'channels: expected 1 (grey) or 3 (RGB), got 4', { channels: 4 as 3 }],
  ];
  for (const [name, message, change] of cases) {
    const open = openData(`folder:${scratch.root}/${name}`, { ...scratch.options, ...change });
    await expect(open).rejects.toThrow(UsageError);
    await expect(open).rejects.toThrow(message);
  }
  await expect(readdir(join(scratch.root, 'cache'))).rejects.toThrow('ENOENT');
});
