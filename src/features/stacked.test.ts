import { expect, it } from 'vitest';
import { type FeatureExtractor, likeliest } from './extractor.ts';
import { stackedExtractor } from './stacked.ts';

/** Sees the first pixel: score k is larger the nearer the pixel is to k / 10. */
const digits: FeatureExtractor = {
  name: 'digits',
  hash: 'ab',
  input: { channels: 1, height: 1, width: 2, range: [-1, 1] },
  width: 2,
  classes: ['0', '1', '2'],
  async features({ shape: [count], data }) {
    const logits = Float32Array.from(
      { length: count * 3 },
      (_, i) => -Math.abs(data[2 * Math.floor(i / 3)]! * 10 - (i % 3)),
    );
    return { count, features: Float32Array.from(data), logits };
  },
  async release() {},
};

it('names the number that the channels show', async () => {
  const stacked = stackedExtractor(digits);
  expect(stacked).toMatchObject({ name: 'stacked-digits', width: 6, input: { channels: 3 } });
  expect(stacked.classes[2 * 9 + 1 * 3]).toBe('210');
  const data = Float32Array.of(0.2, 9, 0.1, 9, 0, 9, 0, 9, 0, 9, 0.2, 9);
  const { logits, features } = await stacked.features({ shape: [2, 3, 1, 2], data });
  expect([...likeliest(logits!, 27)].map((k) => stacked.classes[k])).toEqual(['210', '002']);
  expect([...features]).toEqual([...data]);
});

it('gives an image the same row alone and after thousands of others', async () => {
  const stacked = stackedExtractor(digits);
  const count = 2003;
  const data = Float32Array.from({ length: count * 6 }, (_, i) => ((i * 7) % 3) / 10);
  const many = await stacked.features({ shape: [count, 3, 1, 2], data });
  const last = await stacked.features({ shape: [1, 3, 1, 2], data: data.subarray(-6) });
  expect(many.logits!.subarray(-27)).toEqual(last.logits);
  expect(many.features.subarray(-6)).toEqual(last.features);
});

it('refuses grey images', async () => {
  const images = { shape: [1, 1, 1, 2], data: new Float32Array(2) } as const;
  await expect(stackedExtractor(digits).features(images)).rejects.toThrow(
    'stacked digits: expected images of 3 channels, got 1; train on stacked-mnist',
  );
});
