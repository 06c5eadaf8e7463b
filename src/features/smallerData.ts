import { randomStream } from '../base/random.ts';
import { type Dataset, type HashBytes, imageDataset } from '../data/dataset.ts';
import { imagesOf } from './accuracy.ts';
import type { Images } from './extractor.ts';
import { toBytes } from './imageBytes.ts';
import { resizeFloats } from './resize.ts';

/** Pixels a side that images are brought down to before a network of our own learns from them. */
const LARGEST = 64;
/** Images it learns from at most. */
const MOST_IMAGES = 20_000;

/** At most 20,000 images of at most 64 pixels a side, with their labels; data that are small already as they are. */
export function smallerData(data: Dataset, seed: number, hash?: HashBytes): Dataset {
  const [channels, height, width] = data.shape as [number, number, number];
  if (Math.min(height, width) <= LARGEST) return data;
  const chosen = randomStream(seed, 'self-supervised').permutation(data.count).slice(0, MOST_IMAGES);
  const size = channels * LARGEST * LARGEST;
  const pixels = new Uint8Array(chosen.length * size);
  const labels = new Int32Array(chosen.length);
  chosen.forEach((index, i) => {
    const { images, labels: found } = imagesOf(data, [index]);
    pixels.set(toBytes(shrink(images, [LARGEST, LARGEST]).data), i * size);
    labels[i] = found[0]!;
  });
  const shape = [channels, LARGEST, LARGEST] as const;
  const { name, classes } = data;
  return imageDataset({ name, shape, classes, labels, pixels, settings: 'shrunk' }, hash);
}

/** Images of larger sides brought to the given ones; others as they are. */
export function shrink({ shape, data }: Images, size: readonly [number, number]): Images {
  const [count, channels, height, width] = shape;
  if (height <= size[0] || width <= size[1]) return { shape, data };
  const planes = [count * channels, height, width] as const;
  return {
    shape: [count, channels, ...size],
    data: resizeFloats(Float32Array.from(data), planes, size, 'bilinear'),
  };
}
