import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { useScratch } from '../../../test/support/imageFiles.ts';
import { type OpenOptions, openData } from '../node.ts';

/* Packages of the same form as the real ones: pictures of one colour each. */

const scratch = useScratch();

const COLOURS = { '1f600': [255, 0, 0], '1f44b': [0, 255, 0], '1f436': [0, 0, 255] } as const;
/** As the package has them, the second tone's picture under the third's name and the other way round. */
const TONED = { '1f44b-1f3fc': [30, 30, 30], '1f44b-1f3fd': [20, 20, 20] } as const;

const described = [
  { hexcode: '1F600', group: 'smileys', subgroups: 'face', annotation: 'grinning face', tags: 'happy' },
  { hexcode: '1F44B', group: 'people', subgroups: 'hand', annotation: 'waving hand', tags: '' },
  { hexcode: '1F44B-1F3FC', group: 'people', subgroups: 'hand', annotation: 'waving hand: light', tags: '' },
].map((each) => ({ ...each, openmoji_tags: 'smile' }));

beforeEach(async () => {
  for (const name of ['@lobehub/fluent-emoji-3d', 'openmoji']) {
    await scratch.put(`${name}/package.json`, JSON.stringify({ version: '1.0.0' }));
  }
  for (const [code, [r, g, b]] of Object.entries({ ...COLOURS, ...TONED })) {
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: { r, g, b } } });
    const webp = await picture.webp({ lossless: true }).toBuffer();
    await scratch.put(`@lobehub/fluent-emoji-3d/assets/${code}.webp`, webp);
    const svg = `<svg viewBox="0 0 72 72"><path fill="rgb(${r},${g},${b})" d="M0 0h72v72H0z"/></svg>`;
    for (const style of ['color', 'black'])
      await scratch.put(`openmoji/${style}/svg/${code.toUpperCase()}.svg`, style === 'black' ? svg : svg);
  }
  await scratch.put('openmoji/data/openmoji.json', JSON.stringify(described));
});

const open = (source: string, change: OpenOptions = {}) =>
  openData(source, {
    ...scratch.options,
    findPackage: (name) => join(scratch.root, name),
    size: 8,
    ...change,
  });

/** Red of the first pixel of an example, as a byte. */
const red = (data: Awaited<ReturnType<typeof open>>, index: number) =>
  Math.round((data.read([index]).real[0]! + 1) * 127.5);

test.each(['fluent3d', 'openmoji'])('%s: untoned pictures with captions', async (set) => {
  const data = await open(`emoji:${set}`);
  expect(data).toMatchObject({ count: 3, shape: [3, 8, 8], classes: [] });
  expect([0, 1, 2].map((i) => red(data, i))).toEqual([0, 0, 255]);
  expect([0, 1, 2].map((i) => data.annotation!(i).attributes.code)).toEqual(['1f436', '1f44b', '1f600']);
  expect(data.annotation!(2)).toEqual({
    caption: 'grinning face',
    attributes: { code: '1f600', group: 'smileys', subgroup: 'face', tags: 'happy, smile' },
  });
});

test('licences are those of the pictures', async () => {
  expect((await open('emoji:openmoji')).licence).toMatch(/^CC BY-SA 4.0/);
  expect((await open('emoji:fluent3d')).licence).toMatch(/^MIT/);
});

test('groups as classes, and a lot of fewer pictures that stays the same', async () => {
  const data = await open('emoji:openmoji?label=group');
  expect(data.classes).toEqual(['other', 'people', 'smileys']);
  expect([...data.read([0, 1, 2]).labels]).toEqual([0, 1, 2]);
  const [first, again] = [await open('emoji:openmoji?count=2'), await open('emoji:openmoji?count=2')];
  expect(first.count).toBe(2);
  expect(again.fingerprint).toBe(first.fingerprint);
});

test('toned variants, of which the package has two under each other’s names', async () => {
  const data = await open('emoji:fluent3d?tones=all');
  const codes = Array.from({ length: data.count }, (_, i) => data.annotation!(i).attributes.code);
  expect(codes).toEqual(['1f436', '1f44b-1f3fc', '1f44b-1f3fd', '1f44b', '1f600']);
  expect([red(data, 1), red(data, 2)]).toEqual([20, 30]);
});

test('fluent3d needs openmoji only for names', async () => {
  const onlyFluent = (name: string) => (name === 'openmoji' ? undefined : join(scratch.root, name));
  const data = await open('emoji:fluent3d', { findPackage: onlyFluent });
  expect(data.annotation!(0)).toEqual({ attributes: { code: '1f436' } });
  await expect(open('emoji:fluent3d?label=group', { findPackage: onlyFluent })).rejects.toThrow(
    "the package openmoji is not installed here; run 'npm install openmoji@17.0.0'",
  );
});

test.each([
  [
    'emoji:openmojo',
    /emoji=openmojo is not possible: did you mean 'openmoji'\?; choose from fluent3d, openmoji/,
  ],
  ['emoji:fluent3d?style=black', /there is no setting 'style'/],
  ['emoji:openmoji?tones=some', /tones=some is not possible/],
])('%s is refused in words', async (source, message) => {
  await expect(open(source)).rejects.toThrow(message);
});

test('without the package, the line that installs it', async () => {
  await expect(open('emoji:fluent3d', { findPackage: () => undefined })).rejects.toThrow(
    "run 'npm install @lobehub/fluent-emoji-3d@1.1.0'",
  );
});
