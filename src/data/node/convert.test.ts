import { expect, test } from 'vitest';
import { GansmithError, UsageError } from '../../base/errors.ts';
import type { Picture } from '../../base/png.ts';
import { convertImages } from './convert.ts';
import { type DecodeImage, MissingDecoderError } from './decode.ts';
import type { ImageListing } from './listing.ts';

/** A listing whose files are one byte each; `decode` below makes a picture of it. */
function listing(files: Record<string, number>): ImageListing {
  return {
    where: '/pictures',
    files: Object.entries(files).map(([name, value]) => ({
      name,
      stamp: '',
      read: async () => Uint8Array.of(value),
    })),
    close: async () => {},
  };
}

/** Grey below 100, a colour from there, damaged at 255; odd values take longer than even ones. */
const decode: DecodeImage = async ([value], name) => {
  if (value! % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (value === 255) throw new GansmithError(`${name}: damaged`);
  const pixel = value! < 100 ? [value!, value!, value!] : [value!, 0, 0];
  const picture: Picture = {
    width: 8,
    height: 8,
    channels: 3,
    data: Uint8Array.from(Array(64).fill(pixel).flat()),
  };
  return picture;
};

const automatic = { size: 8, channels: undefined };

test('the order is that of the listing, whichever image is ready first', async () => {
  const converted = await convertImages(listing({ a: 1, b: 2, c: 3, d: 4 }), automatic, decode);
  expect(converted.shape).toEqual([1, 8, 8]);
  expect([0, 1, 2, 3].map((i) => converted.pixels[64 * i])).toEqual([1, 2, 3, 4]);
  expect(converted.pixels).toHaveLength(256);
});

test('one image in colour makes all RGB', async () => {
  const { shape, pixels } = await convertImages(listing({ a: 7, b: 200 }), automatic, decode);
  expect(shape).toEqual([3, 8, 8]);
  expect([0, 64, 128].map((at) => pixels[at])).toEqual([7, 7, 7]);
  expect([0, 64, 128].map((at) => pixels[192 + at])).toEqual([200, 0, 0]);
});

test('channels may be asked for', async () => {
  const grey = await convertImages(listing({ a: 7, b: 200 }), { size: 8, channels: 1 }, decode);
  expect([grey.shape, grey.pixels[0], grey.pixels[64]]).toEqual([[1, 8, 8], 7, 60]);
  const rgb = await convertImages(listing({ a: 7 }), { size: 8, channels: 3 }, decode);
  expect([...rgb.pixels]).toEqual(Array(192).fill(7));
});

test('damaged images are left out of pixels and labels and told in order', async () => {
  const files = { 'cat/a': 255, 'cat/b': 2, 'dog/c': 255, 'dog/d': 4, 'fox/e': 255 };
  const converted = await convertImages(listing(files), automatic, decode);
  expect(converted.skipped).toEqual(['cat/a: damaged', 'dog/c: damaged', 'fox/e: damaged']);
  expect(converted.classes).toEqual(['cat', 'dog', 'fox']);
  expect([...converted.labels]).toEqual([0, 1]);
  expect([converted.pixels[0], converted.pixels[64], converted.pixels.length]).toEqual([2, 4, 128]);
});

test('a file the system refuses to read makes the conversion incomplete, a damaged or missing one does not', async () => {
  const withFile = (cause: unknown): ImageListing => {
    const { files, ...rest } = listing({ a: 2, b: 4 });
    files[0]!.read = () => Promise.reject(new GansmithError('a: cannot be read', { cause }));
    return { ...rest, files };
  };
  const failure = (code: unknown) => Object.assign(new Error('raw'), { code });
  const incomplete = async (images: ImageListing) =>
    (await convertImages(images, automatic, decode)).incomplete;
  expect(await incomplete(withFile(failure('EACCES')))).toBe(true);
  expect(await incomplete(withFile(failure('EMFILE')))).toBe(true);
  expect(await incomplete(withFile(failure('ENOENT')))).toBe(false);
  // Unpacking libraries number their errors.
  expect(await incomplete(withFile(failure(3)))).toBe(false);
  expect(await incomplete(withFile(undefined))).toBe(false);
  expect(await incomplete(listing({ a: 255, b: 4 }))).toBe(false);
});

test('a damaged image does not decide the channels', async () => {
  const { shape } = await convertImages(listing({ a: 255, b: 2 }), automatic, decode);
  expect(shape).toEqual([1, 8, 8]);
});

test('progress counts every image once, damaged ones too', async () => {
  const calls: number[] = [];
  await convertImages(listing({ a: 1, b: 255, c: 2 }), automatic, decode, (done) => calls.push(done));
  expect(calls).toEqual([1, 2, 3]);
});

test('a missing decoder and slips of the program are no damaged image', async () => {
  const missing: DecodeImage = async () => {
    throw new MissingDecoderError('install it');
  };
  await expect(convertImages(listing({ a: 1 }), automatic, missing)).rejects.toThrow('install it');
  const slip: DecodeImage = async () => {
    throw new TypeError('a slip');
  };
  await expect(convertImages(listing({ a: 1 }), automatic, slip)).rejects.toThrow('a slip');
});

test('more than fits in memory is refused before anything is read', async () => {
  const many = { ...listing({}), files: Array(2000).fill(listing({ a: 1 }).files[0]) };
  await expect(convertImages(many, { size: 1024, channels: 3 }, decode)).rejects.toThrow(UsageError);
});
