import {
  type Images,
  parzenLogLikelihood,
  similarityDiversity,
  slicedWassersteinOfImages,
} from '../metrics/index.ts';
import { mean } from '../metrics/statistics.ts';
import { around, meanInterval } from './intervals.ts';
import type { Metric } from './metric.ts';

/** Groups of images that are compared by themselves, and the most images in a group. */
const SLICED_GROUPS = 4;
const SLICED_IMAGES = 1024;
const SLICED_OPTIONS = { patches: 32, directions: 128 };

export const swd: Metric = {
  name: 'swd',
  title: 'sliced Wasserstein distance, times 1000',
  needs: ['images'],
  least: 4 * SLICED_GROUPS,
  protocol: `mean over ${SLICED_GROUPS} groups of up to ${SLICED_IMAGES} images, ${SLICED_OPTIONS.patches} patches, ${SLICED_OPTIONS.directions} directions; interval by their scatter`,
  async compute({ real, generated, pairs, seed, hooks }) {
    const size = Math.min(SLICED_IMAGES, Math.floor(pairs / SLICED_GROUPS));
    const [x, y] = [real.images(SLICED_GROUPS * size), generated.images(SLICED_GROUPS * size)];
    const values: number[] = [];
    for (let group = 0; group < SLICED_GROUPS; group++) {
      const part = (images: Images) => groupOf(images, group, size);
      const { value } = slicedWassersteinOfImages(part(x), part(y), {
        ...SLICED_OPTIONS,
        seed: seed + group,
      });
      values.push(1000 * value);
      hooks.onProgress?.(group + 1, SLICED_GROUPS, 'swd');
      await hooks.breathe?.();
    }
    return [{ metric: 'swd', value: mean(values), interval: meanInterval(values), better: 'lower' }];
  },
};

function groupOf(images: Images, group: number, count: number): Images {
  const size = images.channels * images.height * images.width;
  return { ...images, count, data: images.data.subarray(group * count * size, (group + 1) * count * size) };
}

/** Random pairs whose similarity is averaged. */
const SIMILARITY_PAIRS = 1000;
/** Images the pairs are drawn from. */
const SIMILARITY_IMAGES = 4096;

export const msSsim: Metric = {
  name: 'ms-ssim',
  title: 'similarity of pairs of samples (MS-SSIM)',
  needs: ['images'],
  least: 2,
  protocol: `${SIMILARITY_PAIRS} pairs, as many scales as fit; interval by their scatter`,
  compute({ real, generated, pairs, seed }) {
    const options = { range: 2, pairs: SIMILARITY_PAIRS, seed };
    const of = (images: Images) => similarityDiversity(images, options);
    const count = Math.min(pairs, SIMILARITY_IMAGES);
    const { value, standardError } = of(generated.images(count));
    const reference = of(real.images(count)).value;
    return [
      { metric: 'ms-ssim', value, interval: around(value, standardError), better: 'lower', real: reference },
    ];
  },
};

/** Samples of the published protocol: windows, and test images. */
const PARZEN_SAMPLES = 10_000;
const PARZEN_VALIDATION = 1000;

export const parzen: Metric = {
  name: 'parzen',
  title: 'Parzen-window log-likelihood of held-out images, in nats',
  needs: ['images', 'held-out'],
  least: 20,
  protocol: `up to ${PARZEN_SAMPLES} windows on pixels in [0, 1], width by ${PARZEN_VALIDATION} training images; interval by the scatter over test images`,
  compute({ real, generated, heldOut, pairs }) {
    const validation = flat(real.images(Math.min(PARZEN_VALIDATION, real.indices.length)));
    const test = flat(heldOut!.images(Math.min(PARZEN_SAMPLES, heldOut!.indices.length)));
    const centres = flat(generated.images(Math.min(PARZEN_SAMPLES, pairs)));
    const { value, standardError } = parzenLogLikelihood(centres, test, validation);
    return [{ metric: 'parzen', value, interval: around(value, standardError), better: 'higher' }];
  },
};

/** Images as rows of pixels in [0, 1]. */
const flat = ({ data, count }: Images) => ({
  data: Float64Array.from(data, (value) => (value + 1) / 2),
  count,
  width: data.length / count,
});
