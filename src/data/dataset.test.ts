import { expect, test } from 'vitest';
import { GansmithError } from '../base/errors.ts';
import { type ImageContent, imageDataset, pointDataset } from './dataset.ts';

const content: ImageContent = {
  name: 'tiny',
  shape: [1, 1, 2],
  classes: ['a', 'b'],
  pixels: Uint8Array.of(0, 255, 51, 204, 127, 128),
  labels: Int32Array.of(1, 0, 1),
  settings: 'as made',
};

test('images are bytes mapped to [-1, 1], read in the order asked for', () => {
  const data = imageDataset(content);
  const { real, labels } = data.read([2, 0, 2]);
  const middle = 0.5 / 127.5;
  expect([...real]).toEqual([-middle, middle, -1, 1, -middle, middle].map(Math.fround));
  expect([...labels]).toEqual([1, 1, 1]);
  expect([...data.read(Uint32Array.of(1)).real]).toEqual([-0.6, 0.6].map(Math.fround));
  expect(data).toMatchObject({
    kind: 'images',
    name: 'tiny',
    count: 3,
    shape: [1, 1, 2],
    classes: ['a', 'b'],
  });
});

test('a batch lies in the memory it was given', () => {
  const points = pointDataset({
    name: 'p',
    dimensions: 2,
    classes: [],
    coordinates: Float32Array.of(1, 2, 3, 4),
  });
  for (const data of [imageDataset(content), points]) {
    const expected = [...data.read([1, 0]).real];
    const memory = new Float32Array(4).fill(7);
    expect(data.read([1, 0], memory).real).toBe(memory);
    expect([...memory]).toEqual(expected);
  }
});

test('unlabelled examples have label 0', () => {
  const { labels: _, ...unlabelled } = content;
  expect([...imageDataset({ ...unlabelled, classes: [] }).read([0, 2]).labels]).toEqual([0, 0]);
});

test('every byte is within [-1, 1] and bytes keep their order', () => {
  const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
  const { real } = imageDataset({ ...content, shape: [1, 1, 1], pixels, labels: new Int32Array(256) }).read(
    pixels,
  );
  expect(real[0]).toBe(-1);
  expect(real[255]).toBe(1);
  for (let i = 1; i < 256; i++) expect(real[i]! - real[i - 1]!).toBeGreaterThan(0);
});

test('changing a batch leaves the data alone', () => {
  const points = pointDataset({
    name: 'p',
    dimensions: 2,
    classes: [],
    coordinates: Float32Array.of(1, 2, 3, 4),
  });
  points.read([0]).real.fill(9);
  expect([...points.read([1, 0]).real]).toEqual([3, 4, 1, 2]);
});

test.each([-1, 3, 0.5, Number.NaN])('index %s is refused', (index) => {
  const data = imageDataset(content);
  expect(() => data.read([0, index])).toThrow(GansmithError);
  expect(() => data.read([0, index])).toThrow(
    `tiny: example ${index} was asked for, but the examples are 0 to 2`,
  );
});

test('the fingerprint depends on all content and on nothing else', () => {
  const fingerprint = imageDataset(content).fingerprint;
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(imageDataset({ ...content, name: 'elsewhere' }).fingerprint).toBe(fingerprint);
  const changes: Partial<ImageContent>[] = [
    { pixels: Uint8Array.of(0, 255, 51, 204, 127, 129) },
    { labels: Int32Array.of(1, 0, 0) },
    { classes: ['a', 'c'] },
    { shape: [1, 2, 1] },
    { settings: 'otherwise' },
  ];
  const others = changes.map((change) => imageDataset({ ...content, ...change }).fingerprint);
  expect(new Set([fingerprint, ...others]).size).toBe(6);
});

test('a view into a larger buffer has the fingerprint of its own bytes', () => {
  const larger = new Uint8Array(20);
  larger.set(content.pixels, 7);
  const view = imageDataset({ ...content, pixels: larger.subarray(7, 13) });
  expect(view.fingerprint).toBe(imageDataset(content).fingerprint);
});
