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
  const { predicted, labels } = await predictionsOn(extractor, data, count);
  return predicted.filter((label, i) => label === labels[i]).length / count;
}

/** The likeliest class of each of the first `count` examples (default: all), and its label. */
export async function predictionsOn(
  extractor: FeatureExtractor,
  data: Dataset,
  count: number = data.count,
): Promise<{ predicted: Int32Array; labels: Int32Array }> {
  const CHUNK = 1024;
  const [predicted, labels] = [new Int32Array(count), new Int32Array(count)];
  for (let start = 0; start < count; start += CHUNK) {
    const indices = Array.from({ length: Math.min(CHUNK, count - start) }, (_, i) => start + i);
    const part = imagesOf(data, indices);
    const { logits } = await extractor.features(part.images);
    predicted.set(likeliest(logits!, extractor.classes.length), start);
    labels.set(part.labels, start);
  }
  return { predicted, labels };
}
