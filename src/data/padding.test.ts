import { expect, test } from 'vitest';
import { imageDataset } from './dataset.ts';
import { croppedTo } from './padding.ts';

/** Two images of 2 channels, 4 rows and 7 columns: each pixel's byte is its place. */
const images = imageDataset({
  name: 'places',
  shape: [2, 4, 7],
  classes: ['a', 'b'],
  pixels: Uint8Array.from({ length: 2 * 2 * 4 * 7 }, (_, i) => i),
  labels: Int32Array.of(1, 0),
  settings: 'made',
});
const bytes = (real: Float32Array) => [...real].map((value) => Math.round((value + 1) * 127.5));

test('the middle of every channel is left', () => {
  const cropped = croppedTo(images, [2, 3]);
  expect(cropped).toMatchObject({ name: 'places', count: 2, shape: [2, 2, 3], classes: ['a', 'b'] });
  expect(cropped.fingerprint).not.toBe(images.fingerprint);
  const { real, labels } = cropped.read([1, 0]);
  expect([...labels]).toEqual([0, 1]);
  // Rows 1 and 2, columns 2 to 4; a channel has 28 pixels and an image 56.
  const middle = [9, 10, 11, 16, 17, 18];
  const channels = [...middle, ...middle.map((place) => place + 28)];
  expect(bytes(real)).toEqual([...channels.map((place) => place + 56), ...channels]);
});

test('images are read into memory that is handed over', () => {
  const into = new Float32Array(12);
  const { real } = croppedTo(images, [2, 3]).read([1], into);
  expect(real).toBe(into);
  expect(bytes(real).slice(0, 3)).toEqual([65, 66, 67]);
});
