import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { toSquare } from './images.ts';
import { openIdx } from './openIdx.ts';

function idxImages(count: number, rows: number, columns: number, pixel: (i: number) => number): Uint8Array {
  const pixels = Uint8Array.from({ length: count * rows * columns }, (_, i) => pixel(i));
  return Uint8Array.of(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, rows, 0, 0, 0, columns, ...pixels);
}

function idxLabels(...labels: number[]): Uint8Array {
  return Uint8Array.of(0, 0, 8, 1, 0, 0, 0, labels.length, ...labels);
}

test('images stay as stored, labels are classes by number', () => {
  const data = openIdx(
    idxImages(2, 2, 3, (i) => 51 * (i % 6)),
    idxLabels(3, 1),
    { name: 'mine' },
  );
  expect(data).toMatchObject({
    name: 'mine',
    kind: 'images',
    count: 2,
    shape: [1, 2, 3],
    classes: ['0', '1', '2', '3'],
  });
  const { real, labels } = data.read([1]);
  expect([...labels]).toEqual([1]);
  expect([...real]).toEqual([-1, -0.6, -0.2, 0.2, 0.6, 1].map(Math.fround));
});

test('without labels there are no classes', () => {
  const data = openIdx(idxImages(2, 2, 2, () => 7));
  expect(data.classes).toEqual([]);
  expect([...data.read([0, 1]).labels]).toEqual([0, 0]);
});

test('28x28 becomes 32x32 by two black pixels on every side', () => {
  const data = openIdx(
    idxImages(2, 28, 28, (i) => 1 + (i % 250)),
    undefined,
    { size: 32 },
  );
  const original = openIdx(idxImages(2, 28, 28, (i) => 1 + (i % 250)));
  expect(data.shape).toEqual([1, 32, 32]);
  const padded = data.read([1]).real;
  const { real } = original.read([1]);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
      expect(padded[32 * y + x]).toBe(inside ? real[28 * (y - 2) + x - 2] : -1);
    }
  }
  expect(data.fingerprint).not.toBe(original.fingerprint);
});

test.each([1, 3] as const)('what padding added can be taken off again, of %i channels', (channels) => {
  const images = idxImages(3, 28, 28, (i) => (i * 37) % 251);
  const stored = openIdx(images, idxLabels(3, 1, 2), { channels });
  const back = openIdx(images, idxLabels(3, 1, 2), { channels, size: 32 }).unpadded!();
  expect({ ...back, read: 0 }).toEqual({ ...stored, read: 0 });
  expect(back.read([2, 0])).toEqual(stored.read([2, 0]));
});

test('nothing was padded where images stay as stored or are resampled', () => {
  const images = idxImages(1, 28, 28, () => 1);
  for (const size of [undefined, 28, 16, 64])
    expect(openIdx(images, undefined, { size }).unpadded, `size ${size}`).toBeUndefined();
});

test('other sizes are resampled, also from 28x28', () => {
  const data = openIdx(
    idxImages(1, 28, 28, () => 255),
    undefined,
    { size: 16 },
  );
  expect(data.shape).toEqual([1, 16, 16]);
  expect(data.read([0]).real.every((value) => value === 1)).toBe(true);
  expect(
    openIdx(
      idxImages(1, 20, 30, () => 255),
      undefined,
      { size: 32 },
    ).shape,
  ).toEqual([1, 32, 32]);
});

test('a set is resampled as each of its images would be', () => {
  const pixel = (i: number) => (i * 37) % 251;
  const data = openIdx(idxImages(3, 9, 14, pixel), undefined, { size: 16 });
  const second = Uint8Array.from({ length: 126 }, (_, i) => pixel(126 + i));
  const expected = toSquare({ width: 14, height: 9, channels: 1, data: second }, 16).data;
  expect([...data.read([1]).real].map((value) => Math.round((value + 1) * 127.5))).toEqual([...expected]);
});

test('three channels repeat the grey', () => {
  const data = openIdx(
    idxImages(1, 8, 8, (i) => i),
    undefined,
    { channels: 3 },
  );
  const grey = openIdx(idxImages(1, 8, 8, (i) => i)).read([0]).real;
  expect(data.shape).toEqual([3, 8, 8]);
  expect([...data.read([0]).real]).toEqual([...grey, ...grey, ...grey]);
  expect(
    openIdx(
      idxImages(1, 28, 28, () => 0),
      undefined,
      { channels: 3, size: 32 },
    ).shape,
  ).toEqual([3, 32, 32]);
});

test('asking for the size there is changes nothing', () => {
  const images = idxImages(1, 8, 8, (i) => i);
  expect(openIdx(images, undefined, { size: 8 }).fingerprint).toBe(openIdx(images).fingerprint);
});

test('wrong input is refused', () => {
  const images = idxImages(3, 8, 8, () => 0);
  const names = { imagesFile: 'a-images-idx3', labelsFile: 'a-labels-idx1' };
  expect(() => openIdx(images, idxLabels(1, 2), names)).toThrow(
    'a-labels-idx1: 2 labels do not belong to the 3 images of a-images-idx3',
  );
  expect(() => openIdx(images, idxLabels(1, 2), names)).toThrow(UsageError);
  expect(() => openIdx(idxLabels(1), undefined, names)).toThrow('a-images-idx3: expected IDX images');
  expect(() => openIdx(images, images, names)).toThrow('a-labels-idx1: expected IDX labels');
  expect(() => openIdx(images, undefined, { size: 7 })).toThrow(
    'size: expected a whole number of pixels from 8 to 1024, got 7',
  );
  expect(() => openIdx(images, undefined, { size: 1025 })).toThrow('got 1025');
  expect(() => openIdx(images, undefined, { size: 8.5 })).toThrow('got 8.5');
  expect(() => openIdx(images, undefined, { channels: 2 as 3 })).toThrow(
    'channels: expected 1 (grey) or 3 (RGB), got 2',
  );
});
