import type { Dataset } from '../data/dataset.ts';
import type { FeatureExtractor, Images } from './extractor.ts';
import { likeliest } from './extractor.ts';

/** Examples of a data set as images to be measured, with their labels. */
export function imagesOf(data: Dataset, indices: ArrayLike<number>): { images: Images; labels: Int32Array } {
  const { real, labels } = data.read(indices);
  const [channels, height, width] = data.shape as [number, number, number];
  return { images: { shape: [indices.length, channels, height, width], data: real }, labels };
}

/** Share of the first `count` examples (default: all) whose likeliest class is their label. */
export async function accuracyOn(
  extractor: FeatureExtractor,
  data: Dataset,
  count: number = data.count,
): Promise<number> {
  const CHUNK = 1024;
  let right = 0;
  for (let start = 0; start < count; start += CHUNK) {
    const indices = Array.from({ length: Math.min(CHUNK, count - start) }, (_, i) => start + i);
    const { images, labels } = imagesOf(data, indices);
    const { logits } = await extractor.features(images);
    const found = likeliest(logits!, extractor.classes.length);
    right += found.filter((label, i) => label === labels[i]).length;
  }
  return right / count;
}
