import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { useScratch } from '../../../test/support/imageFiles.ts';
import { type OpenOptions, openData } from '../node.ts';

/* A package of the same form as DiceBear's stands for it: squares of two colours, and hats for every third seed. */

const scratch = useScratch();

const STYLE = `
export const meta = { license: { name: 'CC0 1.0', url: 'https://example.org/zero' } };
export const draw = (seed) => ({
  svg: '<svg viewBox="0 0 16 16"><path fill="' + (seed % 2 ? '#ff0000' : '#0000ff') + '" d="M0 0h8v16H0z"/></svg>',
  extra: { hair: seed % 2 ? 'long' : 'short', hat: seed % 3 ? undefined : 'variant01', backgroundType: 'solid' },
});`;
const CORE = `
export const createAvatar = (style, { seed }) => ({ toJson: () => style.draw(Number(seed)) });`;

async function install(name: string, code: string): Promise<void> {
  await scratch.put(
    `${name}/package.json`,
    JSON.stringify({ version: '9.4.3', type: 'module', main: 'i.js' }),
  );
  await scratch.put(`${name}/i.js`, code);
}

beforeEach(async () => {
  await install('@dicebear/core', CORE);
  await install('@dicebear/pixel-art', STYLE);
  await install('@dicebear/thumbs', STYLE.replace('CC0 1.0', 'CC BY 4.0'));
});

const open = (source: string, change: OpenOptions = {}) =>
  openData(source, {
    ...scratch.options,
    findPackage: (name) => join(scratch.root, name),
    size: 8,
    ...change,
  });

/** Red, green, blue of the left and the right half of an example, as bytes. */
function halves({ real }: { real: Float32Array }): number[][] {
  const byte = (at: number) => Math.round((real[at]! + 1) * 127.5);
  return [8 * 4 + 1, 8 * 4 + 6].map((at) => [byte(at), byte(64 + at), byte(128 + at)]);
}

test('avatars of the first seeds, white where nothing is drawn', async () => {
  const data = await open('dicebear:pixel-art?count=5');
  expect(data).toMatchObject({ count: 5, shape: [3, 8, 8], classes: [] });
  expect(data.licence).toBe('CC0 1.0 (https://example.org/zero)');
  expect(halves(data.read([0]))).toEqual([
    [0, 0, 255],
    [255, 255, 255],
  ]);
  expect(data.annotation!(3)).toEqual({ attributes: { hair: 'long', hat: 'variant01' } });
  expect(data.annotation!(4).attributes.hat).toBe('none');
  expect(() => data.annotation!(5)).toThrow(/example 5 was asked for, but the examples are 0 to 4/);
});

test('another background, and an attribute as class', async () => {
  const data = await open('dicebear:pixel-art?count=6&label=hair&background=008000');
  expect(data.classes).toEqual(['long', 'short']);
  const { labels, ...first } = data.read([0, 5]);
  expect([...labels]).toEqual([0, 1]);
  expect(halves(first)).toEqual([
    [255, 0, 0],
    [0, 128, 0],
  ]);
  expect(data.annotation!(0).attributes.hair).toBe('long');
  expect(data.annotation!(5).attributes.hair).toBe('short');
});

test('the second opening draws nothing anew', async () => {
  const first = await open('dicebear:pixel-art?count=5');
  expect(scratch.progress.at(-1)).toBe('5/5 converting images');
  scratch.progress = [];
  const second = await open('dicebear:pixel-art?count=5');
  expect(scratch.progress).toEqual([]);
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(second.annotation!(3)).toEqual(first.annotation!(3));
});

test.each([
  ['dicebear:pixelart', /there is no style 'pixelart' under CC0: did you mean 'pixel-art'\?/],
  ['dicebear:avataaars', /there is no style 'avataaars' under CC0; choose from pixel-art/],
  ['dicebear:pixel-art?label=hats', /no attribute 'hats': did you mean 'hat'\?; choose from hair, hat$/],
  ['dicebear:pixel-art?count=0', /count: expected a whole number from 1 to 1000000, got '0'/],
  ['dicebear:thumbs', /says its drawings are under 'CC BY 4.0', not CC0; install @dicebear\/thumbs@9.4.3/],
])('%s is refused in words', async (source, message) => {
  await expect(open(source)).rejects.toThrow(message);
});

test('without the packages, the line that installs them', async () => {
  await expect(open('dicebear:pixel-art', { findPackage: () => undefined })).rejects.toThrow(
    "run 'npm install @dicebear/core@9.4.3 @dicebear/pixel-art@9.4.3'",
  );
});
