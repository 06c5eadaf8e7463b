import { randomStream } from '../base/random.ts';
import { type Dataset, exampleIndex, type HashBytes } from './dataset.ts';
import { sha256 } from './sha256.ts';

/** Triples of the training set, and of the test set, in VEEGAN's setting (Srivastava et al. 2017, arXiv:1705.07761). */
export const STACKED_COUNTS = { train: 128_000, test: 26_000 } as const;

export interface StackOptions {
  name: string;
  count: number;
  /** Names the draw of the triples. Default 0. */
  seed?: number;
  hash?: HashBytes;
}

/**
 * Stacked digits (Metz et al. 2017, arXiv:1611.02163, appendix; Srivastava et al. 2017): each of `count` examples shows three digits,
 * drawn with replacement, in its three colour channels. Its class is the number they make, the first channel's digit in front, so
 * ten classes of digits make a thousand. Only the triples are kept; pixels are put together when read.
 *
 * @param digits grey images [1, H, W] with classes
 */
export function stackedDigits(digits: Dataset, options: StackOptions): Dataset {
  const { name, count, seed = 0, hash = sha256 } = options;
  const stream = randomStream(seed, 'stacked digits', digits.count, count);
  const triples = Uint32Array.from({ length: 3 * count }, () => stream.integer(digits.count));
  const ten = digits.classes;
  const classes = ten.flatMap((a) => ten.flatMap((b) => ten.map((c) => `${a}${b}${c}`)));
  const [, height, width] = digits.shape as [number, number, number];
  const about = new TextEncoder().encode(`stacked ${digits.fingerprint}\n`);
  const { unpadded } = digits;
  return {
    ...(unpadded ? { unpadded: () => stackedDigits(unpadded(), options) } : {}),
    kind: 'images',
    name,
    shape: [3, height, width],
    classes,
    count,
    fingerprint: hash([about, new Uint8Array(triples.buffer)]).slice(0, digits.fingerprint.length),
    read(indices, into) {
      // Three images of one channel in a row are one image of three channels.
      const chosen = new Uint32Array(3 * indices.length);
      for (let i = 0; i < indices.length; i++) {
        for (let k = 0; k < 3; k++)
          chosen[3 * i + k] = triples[3 * exampleIndex(indices, i, name, count) + k]!;
      }
      const { real, labels } = digits.read(chosen, into);
      return { real, labels: stackedLabels(labels, ten.length) };
    },
  };
}

/** Classes of the channels, three in a row [3 N], as classes of the whole [N]. */
export const stackedLabels = (digits: ArrayLike<number>, base: number): Int32Array =>
  Int32Array.from(
    { length: digits.length / 3 },
    (_, i) => (digits[3 * i]! * base + digits[3 * i + 1]!) * base + digits[3 * i + 2]!,
  );
