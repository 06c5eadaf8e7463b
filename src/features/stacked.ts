import { ShapeError } from '../base/errors.ts';
import type { FeatureExtractor, Features, Images } from './extractor.ts';

/** Images whose scores are computed together: a row has as many scores as there are stacked classes. */
const CHUNK = 2000;

/**
 * An extractor for stacked digits [N, 3, H, W]: `digits` sees each colour channel by itself. Features are those of the three channels side
 * by side, and the score of class abc is the sum of the channels' scores for a, b and c, so the likeliest class is the number that
 * the channels' likeliest digits make (Srivastava et al. 2017, arXiv:1705.07761, section 4).
 */
export function stackedExtractor(digits: FeatureExtractor): FeatureExtractor {
  const { classes, width, input } = digits;
  return {
    name: `stacked-${digits.name}`,
    hash: digits.hash,
    input: { ...input, channels: 3 },
    width: 3 * width,
    classes: classes.flatMap((a) => classes.flatMap((b) => classes.map((c) => `${a}${b}${c}`))),
    async features(images) {
      const [count] = checkedShape(images.shape);
      const features = new Float32Array(count * 3 * width);
      const logits = new Float32Array(count * classes.length ** 3);
      for (let start = 0; start < count; start += CHUNK) {
        const channels = await digits.features(channelsOf(images, start, Math.min(count, start + CHUNK)));
        features.set(channels.features, start * 3 * width);
        addScores(channels, classes.length, logits.subarray(start * classes.length ** 3));
      }
      return { count, features, logits };
    },
    release: () => digits.release(),
  };
}

function checkedShape(shape: Images['shape']): Images['shape'] {
  if (shape[1] !== 3) {
    throw new ShapeError(
      `stacked digits: expected images of 3 channels, got ${shape[1]}; train on stacked-mnist`,
    );
  }
  return shape;
}

/** Images `from` to `to`, each channel an image of its own: [3 (to - from), 1, H, W]. */
function channelsOf({ shape: [, , height, width], data }: Images, from: number, to: number): Images {
  const size = 3 * height * width;
  return { shape: [3 * (to - from), 1, height, width], data: data.subarray(from * size, to * size) };
}

/** Sums of the scores of three channels, for every triple of classes. */
function addScores({ count, logits }: Features, classes: number, into: Float32Array): void {
  for (let image = 0, next = 0; image < count / 3; image++) {
    const [first, second, third] = [0, 1, 2].map((channel) => (3 * image + channel) * classes) as [
      number,
      number,
      number,
    ];
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        const pair = logits![first + a]! + logits![second + b]!;
        for (let c = 0; c < classes; c++) into[next++] = pair + logits![third + c]!;
      }
    }
  }
}
