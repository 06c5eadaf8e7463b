import { ShapeError } from '../base/errors.ts';
import { stackedLabels } from '../data/stacked.ts';
import { type LabelModes, labelModes, reverseKlFloor } from '../metrics/labelModes.ts';
import { type FeatureExtractor, type Images, likeliest } from './extractor.ts';

export interface StackedScore extends LabelModes {
  /** Reverse KL that perfect samples of this number have on average. */
  floor: number;
}

/**
 * Classes of stacked images [N, 3, H, W]: the extractor names the digit of each channel, and the three make a number, [N].
 * @throws ShapeError when the images have not three channels.
 */
export async function stackedClasses(
  extractor: FeatureExtractor,
  { shape, data }: Images,
): Promise<Int32Array> {
  const [count, channels, height, width] = shape;
  if (channels !== 3) {
    throw new ShapeError(
      `stacked digits: expected images of 3 channels, got ${channels}; train on stacked-mnist`,
    );
  }
  const { logits } = await extractor.features({ shape: [3 * count, 1, height, width], data });
  const base = extractor.classes.length;
  return stackedLabels(likeliest(logits!, base), base);
}

/**
 * Modes found among all classes of stacked digits, and reverse KL to real data in which all are equally frequent, as VEEGAN and
 * PacGAN have it (see `labelModes`).
 */
export function scoreStacked(labels: ArrayLike<number>, classes = 1000): StackedScore {
  const uniform = new Float64Array(classes).fill(1);
  return { ...labelModes(labels, uniform), floor: reverseKlFloor(classes, labels.length) };
}
