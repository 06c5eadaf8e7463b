import sharp from 'sharp';
import { expect, test } from 'vitest';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { encodePng, type Picture } from '../../base/png.ts';
import { overColour, toRgb } from '../images.ts';
import { imageDecoder, MissingDecoderError } from './decode.ts';

const withSharp = await imageDecoder();
const withoutSharp = await imageDecoder(() => Promise.reject(new Error('not installed')));

function noise(channels: 1 | 3 | 4): Picture {
  const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 73 + i * i) % 256);
  return { width: 7, height: 5, channels, data };
}

function asSharp({ width, height, channels, data }: Picture) {
  return sharp(data, { raw: { width, height, channels } });
}

test.each([1, 3, 4] as const)('a PNG of %i channels is the same with and without sharp', async (channels) => {
  const picture = noise(channels);
  const png = encodePng(picture);
  const decoded = overColour(await withSharp(png, 'a.png'));
  expect(toRgb(decoded)).toEqual(toRgb(overColour(picture)));
  expect(toRgb(overColour(await withoutSharp(png, 'a.png')))).toEqual(toRgb(decoded));
});

test('JPEG, WebP and grey images with alpha are decoded by sharp', async () => {
  const smooth: Picture = { width: 16, height: 8, channels: 3, data: new Uint8Array(384).fill(90) };
  for (const bytes of [await asSharp(smooth).jpeg().toBuffer(), await asSharp(smooth).webp().toBuffer()]) {
    const { width, height, channels, data } = await withSharp(bytes, 'a');
    expect([width, height, channels]).toEqual([16, 8, 3]);
    expect(Math.max(...data.map((value) => Math.abs(value - 90)))).toBeLessThanOrEqual(2);
  }
  const greyAlpha = sharp(Uint8Array.of(40, 255, 80, 0), { raw: { width: 2, height: 1, channels: 2 } });
  const picture = await withSharp(await greyAlpha.png().toBuffer(), 'a');
  expect([...overColour(picture).data]).toEqual([40, 40, 40, 255, 255, 255]);
});

test('photographs are turned upright', async () => {
  const lying = await asSharp(noise(3)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await withSharp(lying, 'a.jpg')).toMatchObject({ width: 5, height: 7 });
});

test('without sharp, JPEG and WebP ask for it', async () => {
  const jpeg = await asSharp(noise(3)).jpeg().toBuffer();
  const webp = await asSharp(noise(3)).webp().toBuffer();
  await expect(withoutSharp(jpeg, 'x/a.jpg')).rejects.toThrow(
    "x/a.jpg: a JPEG image: JPEG and WebP need the optional package sharp; run 'npm install sharp' or convert the images to PNG",
  );
  await expect(withoutSharp(webp, 'a.webp')).rejects.toThrow('a.webp: a WebP image:');
  await expect(withoutSharp(webp, 'a.webp')).rejects.toThrow(MissingDecoderError);
  await expect(withoutSharp(webp, 'a.webp')).rejects.toThrow(UsageError);
});

test.each([
  ['with', withSharp],
  ['without', withoutSharp],
] as const)('%s sharp, damaged images are refused by name', async (_, decode) => {
  const png = encodePng(noise(3));
  const cut = png.subarray(0, png.length - 30);
  await expect(decode(cut, 'a.png')).rejects.toThrow(GansmithError);
  await expect(decode(cut, 'a.png')).rejects.toThrow(/^a\.png/);
  await expect(decode(png.subarray(0, 12), 'a.png')).rejects.toThrow(/^a\.png/);
  await expect(decode(cut, 'a.png')).rejects.not.toThrow(MissingDecoderError);
  await expect(decode(new TextEncoder().encode('<svg/>'), 'a.png')).rejects.toThrow(
    'a.png: not a PNG, JPEG or WebP image',
  );
  await expect(decode(new Uint8Array(), 'a.png')).rejects.toThrow('a.png: not a PNG, JPEG or WebP image');
});

test('a truncated JPEG is refused', async () => {
  const jpeg = await asSharp({
    width: 64,
    height: 64,
    channels: 3,
    data: new Uint8Array(12288).map((_, i) => i % 251),
  })
    .jpeg()
    .toBuffer();
  await expect(withSharp(jpeg.subarray(0, jpeg.length >> 1), 'a.jpg')).rejects.toThrow(
    /^a\.jpg: cannot be decoded \(/,
  );
});

test('a PNG that claims too many pixels is refused before it is unpacked', async () => {
  const png = encodePng(noise(3));
  const view = new DataView(png.buffer, png.byteOffset);
  view.setUint32(16, 60_000);
  view.setUint32(20, 60_000);
  await expect(withSharp(png, 'a.png')).rejects.toThrow(/^a\.png: cannot be decoded \(.*pixel limit/);
  await expect(withoutSharp(png, 'a.png')).rejects.toThrow(
    'a.png: has 3600000000 pixels, more than the 200000000 allowed',
  );
});
