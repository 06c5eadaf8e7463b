import { GansmithError, UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { checkPositive, checkWhole } from './features.ts';
import { checkImagePair, checkImages, type Images } from './images.ts';
import { mapPlanes } from './laplacianPyramid.ts';
import { mean, standardDeviation } from './statistics.ts';

/** Exponents of the scales, finest first (Wang et al. 2003, section 3.2). */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** Sides of the Gaussian window, and its deviation in pixels. */
const WINDOW = 11;
const SIGMA = 1.5;

export interface SimilarityOptions {
  /** Difference between the brightest and the darkest possible pixel: 2 for images in [-1, 1]. */
  readonly range: number;
  /** Number of scales, 1 to 5; by default as many as the window of 11 pixels fits into. */
  readonly scales?: number;
}

/**
 * Multi-scale structural similarity of images pair by pair, [count] (Wang, Simoncelli and Bovik 2003, equation 7), up to 1 for equal images:
 * contrast and structure at each scale, luminance at the coarsest, over a Gaussian window of 11 pixels, without borders, averaged over pixels
 * and channels. Each scale halves the sides by means of 2x2 pixels, leaving out an odd last one. A negative term counts as 0.
 *
 * Five scales need sides of 176. Smaller images get fewer (28x28: two) with the exponents of those scales brought to sum 1; values of
 * different scales do not compare.
 *
 * @throws ShapeError when forms differ, UsageError when the images are too small for the scales.
 */
export function multiScaleSimilarity(a: Images, b: Images, options: SimilarityOptions): Float64Array {
  checkImagePair('multiScaleSimilarity', ['a', 'b'], [a, b]);
  if (a.count !== b.count) {
    throw new UsageError(`multiScaleSimilarity: ${a.count} and ${b.count} images; expected pairs`);
  }
  checkPositive('multiScaleSimilarity', 'range', options.range);
  const scales = scalesFor(a, options.scales);
  const weights = WEIGHTS.slice(0, scales);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const similarity = new Float64Array(a.count).fill(1);
  let [x, y] = [a, b];
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) [x, y] = [halvedByMeans(x), halvedByMeans(y)];
    const last = scale === scales - 1;
    for (let i = 0; i < a.count; i++) {
      const term = similarityTerm(x, y, i, options.range, last);
      similarity[i]! *= Math.max(0, term) ** (weights[scale]! / total);
    }
  }
  return similarity;
}

export interface SimilarityDiversity {
  /** Mean similarity of random pairs, up to 1; smaller is more varied. */
  readonly value: number;
  readonly standardError: number;
  /** Of each pair. */
  readonly similarities: Float64Array;
}

/**
 * MS-SSIM diversity (Odena, Olah and Shlens 2017, arXiv:1610.09585, section 4.2): the mean `multiScaleSimilarity` of random pairs of
 * different images of one set, best of one class. Compare with that of real images: much above it means collapse.
 *
 * Protocol of the paper: 100 pairs for each class.
 *
 * @throws GansmithError for fewer than two images.
 */
export function similarityDiversity(
  images: Images,
  {
    pairs = 1000,
    seed = 0,
    ...options
  }: SimilarityOptions & { readonly pairs?: number; readonly seed?: number },
): SimilarityDiversity {
  checkImages('similarityDiversity', 'images', images);
  checkWhole('similarityDiversity', 'pairs', pairs, 1);
  if (images.count < 2) throw new GansmithError('similarityDiversity: 1 image; at least 2 are needed');
  const stream = randomStream(seed, 'similarity-diversity');
  const firsts = new Uint32Array(pairs);
  const seconds = new Uint32Array(pairs);
  for (let p = 0; p < pairs; p++) {
    const first = stream.integer(images.count);
    const other = stream.integer(images.count - 1);
    firsts[p] = first;
    seconds[p] = other + (other >= first ? 1 : 0);
  }
  const similarities = multiScaleSimilarity(takeImages(images, firsts), takeImages(images, seconds), options);
  return {
    value: mean(similarities),
    standardError: standardDeviation(similarities) / Math.sqrt(pairs),
    similarities,
  };
}

function scalesFor({ height, width }: Images, asked: number | undefined): number {
  const side = Math.min(height, width);
  let most = 0;
  while (most < WEIGHTS.length && Math.floor(side / 2 ** most) >= WINDOW) most++;
  const scales = asked ?? most;
  checkWhole('multiScaleSimilarity', 'scales', scales, asked === undefined ? 0 : 1, WEIGHTS.length);
  if (scales === 0 || scales > most) {
    throw new UsageError(
      `multiScaleSimilarity: images of ${height} x ${width} allow ${most} scales of an ${WINDOW}-pixel filter; ${scales || 'at least 1'} asked for`,
    );
  }
  return scales;
}

/** Mean over pixels and channels of image i: contrast and structure, with luminance at the last scale. */
function similarityTerm(a: Images, b: Images, i: number, range: number, last: boolean): number {
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const { channels, height, width } = a;
  const area = height * width;
  let sum = 0;
  let count = 0;
  for (let c = 0; c < channels; c++) {
    const start = (i * channels + c) * area;
    const x = Float64Array.from(a.data.subarray(start, start + area));
    const y = Float64Array.from(b.data.subarray(start, start + area));
    const smooth = (plane: Float64Array) => smoothed(plane, height, width);
    const [mx, my] = [smooth(x), smooth(y)];
    const [xx, yy] = [smooth(x.map((value) => value * value)), smooth(y.map((value) => value * value))];
    const xy = smooth(x.map((value, k) => value * y[k]!));
    for (let k = 0; k < mx.length; k++) {
      const product = mx[k]! * my[k]!;
      const squares = mx[k]! ** 2 + my[k]! ** 2;
      const structure = (2 * (xy[k]! - product) + c2) / (xx[k]! + yy[k]! - squares + c2);
      sum += last ? (structure * (2 * product + c1)) / (squares + c1) : structure;
    }
    count += mx.length;
  }
  return sum / count;
}

const GAUSSIAN = (() => {
  const taps = Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
})();

/** Weighted means under the window where it lies within the plane, [height - 10, width - 10]. */
function smoothed(plane: Float64Array, height: number, width: number): Float64Array {
  const [outHeight, outWidth] = [height - WINDOW + 1, width - WINDOW + 1];
  const rows = new Float64Array(height * outWidth);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let t = 0; t < WINDOW; t++) sum += GAUSSIAN[t]! * plane[y * width + x + t]!;
      rows[y * outWidth + x] = sum;
    }
  }
  const out = new Float64Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++) {
    for (let t = 0; t < WINDOW; t++) {
      const source = (y + t) * outWidth;
      for (let x = 0; x < outWidth; x++) out[y * outWidth + x]! += GAUSSIAN[t]! * rows[source + x]!;
    }
  }
  return out;
}

function halvedByMeans(images: Images): Images {
  const [height, width] = [Math.floor(images.height / 2), Math.floor(images.width / 2)];
  return mapPlanes(images, height, width, (plane, out) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 2 * y * images.width + 2 * x;
        const below = at + images.width;
        out[y * width + x] = (plane[at]! + plane[at + 1]! + plane[below]! + plane[below + 1]!) / 4;
      }
    }
  });
}

function takeImages(images: Images, indices: Uint32Array): Images {
  const size = images.channels * images.height * images.width;
  const data = new Float64Array(indices.length * size);
  indices.forEach((index, i) => {
    data.set(images.data.subarray(index * size, (index + 1) * size), i * size);
  });
  return { ...images, data, count: indices.length };
}
