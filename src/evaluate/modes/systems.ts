import { gan } from '../../zoo/index.ts';
import type { System } from './protocol.ts';

const BATCH = 256;

/** What a set of points asks for: its scales. */
export interface PointScales {
  /** Iterations of a trial: about a hundred a second on one core. */
  steps: number;
  /** Octaves of sines the critic sees: the last, 2^(octaves - 1) x, must turn within a few deviations of a mode. */
  octaves: number;
  /** Standard deviation of the first noise on all the critic sees, about what lies between neighbouring modes. */
  noise: number;
  /** Gamma of R1 and R2, in the unit of the points squared. */
  gamma: number;
}

/**
 * The plain game and three cures by the same networks: perceptrons of three hidden layers of 128, the critic with octaves, the
 * generator with the signs of ten numbers and two numbers as noise.
 */
export function pointSystems({ steps: all, octaves, noise, gamma }: PointScales): readonly System[] {
  const networks = { preset: 'points', batch: BATCH, octaves, latent: 12, signs: 10 };
  const system = (name: string, title: string, settings: System['settings'], steps = all): System => ({
    name,
    title,
    gan,
    steps,
    settings: (steps) => ({ ...networks, ...settings(steps) }),
  });
  return [
    system('gan', 'the plain game: non-saturating loss, no control', () => ({})),
    // The weight, steps and decays of the authors' toys (their gan_toy.py); they train 100,000 iterations at a rate of 1e-4.
    system(
      'wgan-gp',
      'Wasserstein loss with gradient penalty, five critic steps',
      () => ({
        objective: 'wasserstein',
        gradientPenalty: 'two-sided',
        lambda: 0.1,
        criticSteps: 5,
        b1: 0.5,
        b2: 0.9,
      }),
      Math.ceil(all / 2),
    ),
    system('pacgan2', 'the plain game, but the critic judges two points together', () => ({ packing: 2 })),
    system(
      'best',
      'pairing loss with R1 and R2, noise and learning rate that fall to nothing, averaged weights',
      (steps) => ({
        objective: 'relativistic-pairing',
        r1: gamma,
        r2: gamma,
        instanceNoise: noise,
        instanceNoiseImages: Math.ceil(0.6 * steps * BATCH),
        lrImages: steps * BATCH,
        // Momentum lets two players who answer each other swing (Gidel et al. 2019, arXiv:1807.04740).
        b1: 0,
        b2: 0.99,
        average: 50_000,
      }),
    ),
  ];
}

/** Iterations of PacGAN's runs: 400 epochs of 100,000 examples in batches of 100. */
const PACGAN_STEPS = 400_000;
/** Their weights start as N(0, 0.02^2); ours as uniform numbers of the same variance. */
const PACGAN_INITIAL = 0.02 * Math.sqrt(3);

/**
 * The recipe of PacGAN's code (fjxmlzn/PacGAN, synthetic_data_experiments/2DRing_GAN&PacGAN and 2DGrid_GAN&PacGAN: config.py
 * and pacgan_task.py). A batch there is 100 packs. There both networks move at once, here the critic moves first; their
 * packs are drawn once with replacement, here anew in every batch.
 */
export const pacganRecipe: readonly System[] = [1, 2, 3, 4].map((packing) => ({
  name: packing === 1 ? 'gan' : `pacgan${packing}`,
  title:
    packing === 1 ? "PacGAN's plain GAN, in full" : `PacGAN with packs of ${packing}, by its recipe in full`,
  gan,
  steps: PACGAN_STEPS,
  settings: () => ({
    preset: 'points',
    batch: 100 * packing,
    packing,
    generator: [400, 400, 400, 400],
    batchNorm: true,
    critic: [200, 200, 200],
    criticActivation: 'maxout',
    initial: PACGAN_INITIAL,
    criticInitial: PACGAN_INITIAL,
    lr: 1e-4,
    b1: 0.8,
  }),
}));
