import type { Dataset } from '../../data/dataset.ts';
import { imagesOf } from '../../features/accuracy.ts';
import { type FeatureExtractor, likeliest } from '../../features/extractor.ts';
import { labelModes, reverseKlFloor } from '../../metrics/labelModes.ts';
import type { Samples } from '../../train/sampling.ts';
import { pacgan } from '../../zoo/index.ts';
import type { Measure, Protocol, Scores, System } from './protocol.ts';
import { publishedStacked, publishedTiny } from './published.ts';

/** Where stacked digits come from and who reads them. */
export interface StackedSource {
  /** 128,000 stacked training digits. */
  open(): Promise<Dataset>;
  /** So many other stacked digits, of the test set. */
  real(count: number, seed: number): Promise<Dataset>;
  /** Names one of the 1,000 classes. */
  classifier(): Promise<FeatureExtractor>;
}

const MEASURES: readonly Measure[] = [
  { key: 'modes', title: 'modes', show: { as: 'number', decimals: 1 } },
  { key: 'reverseKl', title: 'reverse KL', show: { as: 'number', decimals: 3 } },
];

/** Images classified together, to bound the memory for their scores. */
const CHUNK = 2000;

/** Iterations of the papers' recipes: 50 epochs of 128,000 triples in batches of 64, and the unrolled GAN's most. */
const VEEGAN_STEPS = 100_000;
const TINY_STEPS = 500_000;

/** Stacked digits in VEEGAN's setting, and with the tiny networks of PacGAN's table 3. */
export function stackedProtocols(source: StackedSource): Protocol[] {
  return [
    {
      ...stackedProtocol(source, 26_000),
      name: 'stacked-mnist',
      title: 'three MNIST digits in colour channels, 1,000 classes',
      published: publishedStacked,
      systems: [plain(3000), best(3000)],
      recipes: { veegan: [plain(VEEGAN_STEPS), best(VEEGAN_STEPS)] },
    },
    {
      ...stackedProtocol(source, 25_600),
      name: 'stacked-mnist-tiny',
      title: 'the same with tiny networks, the critic half as wide as the generator',
      published: publishedTiny,
      systems: [tinyPlain(3000), tinyBest(3000)],
      recipes: { unrolled: [tinyPlain(TINY_STEPS), tinyBest(TINY_STEPS)] },
    },
  ];
}

/** One DCGAN of width 32 for every game. */
const plain = (steps: number): System => ({
  name: 'gan',
  title: 'the plain game of a DCGAN',
  gan: pacgan,
  steps,
  settings: () => ({ preset: 'small', packing: 1 }),
});

/** The pairing loss with zero-centred penalties (Huang et al. 2024, arXiv:2501.05441), and averaged weights. */
const PAIRING = {
  preset: 'small',
  packing: 1,
  objective: 'relativistic-pairing',
  criticNorm: 'none',
  r1: 1,
  r2: 1,
  b1: 0,
  b2: 0.99,
  average: 50_000,
};

const best = (steps: number): System => ({
  name: 'best',
  title: 'pairing loss with R1 and R2, averaged weights',
  gan: pacgan,
  steps,
  // Strides of kernels of 3 bring 28 pixels down to 4 in three steps: with one layer more on either side far fewer digits are
  // drawn between two classes, which the classifier counts as sevens and nines.
  settings: () => ({ ...PAIRING, kernel: 3, penaltyEvery: 4, lr: 5e-4 }),
});

/**
 * Generator 64x4x4 to 32, 16 and 8 channels, critic 4, 8 and 16 (Metz et al. 2017, arXiv:1611.02163, appendix E, with the critic half
 * as wide): kernels of 3, latents of 256 numbers, batches of 128.
 */
const TINY = { width: 8, criticWidth: 4, kernel: 3, toImage: 'conv', latent: 256, batch: 128 };

const tinyPlain = (steps: number): System => ({
  name: 'gan',
  title: 'the plain game of tiny networks, at the rates of the paper',
  gan: pacgan,
  steps,
  settings: () => ({ preset: 'small', packing: 1, ...TINY, lr: 1e-4, criticLr: 2e-4 }),
});

const tinyBest = (steps: number): System => ({
  name: 'best',
  title: 'pairing loss with R1 and R2, three critic steps, averaged weights',
  gan: pacgan,
  steps,
  // A critic this small forgets classes while others are mended; with one step for each of the generator's the two go in circles.
  settings: () => ({ ...PAIRING, ...TINY, criticSteps: 3, lr: 1e-3 }),
});

function stackedProtocol(
  source: StackedSource,
  samples: number,
): Pick<Protocol, 'open' | 'samples' | 'measures' | 'score' | 'real' | 'realDraws' | 'floor'> {
  let classifier: Promise<FeatureExtractor> | undefined;
  return {
    open: source.open,
    samples,
    measures: MEASURES,
    realDraws: 1,
    floor: { reverseKl: reverseKlFloor(1000, samples) },
    score: async (images) => {
      classifier ??= source.classifier();
      return stackedScores(await classifier, images);
    },
    real: async (seed) => {
      const data = await source.real(samples, seed);
      const { images } = imagesOf(
        data,
        Uint32Array.from({ length: samples }, (_, i) => i),
      );
      return { shape: [...images.shape], data: images.data };
    },
  };
}

/** Classes found among 1,000, and KL(generated || uniform), of VEEGAN (arXiv:1705.07761, section 4) and PacGAN. */
async function stackedScores(classifier: FeatureExtractor, { shape, data }: Samples): Promise<Scores> {
  const [count, ...size] = shape as [number, number, number, number];
  const values = data.length / count;
  const labels = new Int32Array(count);
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const images = data.subarray(from * values, to * values);
    const { logits } = await classifier.features({ shape: [to - from, ...size], data: images });
    labels.set(likeliest(logits!, classifier.classes.length), from);
  }
  const uniform = new Float64Array(classifier.classes.length).fill(1);
  const { modes, reverseKl } = labelModes(labels, uniform);
  return { modes, reverseKl };
}
