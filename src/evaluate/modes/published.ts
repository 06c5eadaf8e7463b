import type { PublishedRow } from './protocol.ts';

/** akashgit/VEEGAN, tab.png. */
const VEEGAN = {
  source: 'VEEGAN, arXiv:1705.07761',
  recipe: '5 runs, 2,500 samples, within 3 sigma; the networks are not given in full',
};
/** M-Elfeki/GDPP, Figures/Fig_2.png. */
const GDPP = {
  source: 'GDPP, arXiv:1812.00068',
  recipe: "VEEGAN's protocol",
};
/** fjxmlzn/PacGAN, synthetic_data_experiments/results/Table1.png. */
const PACGAN = {
  source: 'PacGAN, arXiv:1712.04086',
  recipe:
    '10 runs of 400,000 iterations of batch 100, 2,500 samples, within 3 sigma; mean and standard error',
};

/** Modes and the percentage of high quality. */
const row =
  (publication: typeof VEEGAN) =>
  (system: string, modes: number, highQualityPercent: number): PublishedRow => ({
    system,
    ...publication,
    values: { modes: { mean: modes }, highQuality: { mean: highQualityPercent / 100 } },
  });

type Pair = readonly [mean: number, error: number];

/** The same with standard errors, and reverse KL. */
const pacRow = (system: string, modes: Pair, highQualityPercent: Pair, kl: Pair): PublishedRow => ({
  system,
  ...PACGAN,
  values: {
    modes: { mean: modes[0], error: modes[1] },
    highQuality: { mean: highQualityPercent[0] / 100, error: highQualityPercent[1] / 100 },
    reverseKl: { mean: kl[0], error: kl[1] },
  },
});

/** What others have reached on the ring of 8 Gaussians. VEEGAN's and PacGAN's plain GANs differ in all but the measures. */
export const publishedRing: readonly PublishedRow[] = [
  row(VEEGAN)('GAN', 1, 99.3),
  row(VEEGAN)('ALI', 2.8, 0.13),
  row(VEEGAN)('Unrolled GAN', 7.6, 35.6),
  row(VEEGAN)('VEEGAN', 8, 52.9),
  row(GDPP)('WGAN-GP', 6.8, 59.6),
  row(GDPP)('GDPP-GAN', 8, 71.7),
  pacRow('GAN', [6.3, 0.5], [98.2, 0.2], [0.45, 0.09]),
  pacRow('ALI', [6.6, 0.3], [97.6, 0.4], [0.36, 0.04]),
  pacRow('PacGAN2', [7.9, 0.1], [95.6, 2.0], [0.07, 0.03]),
  pacRow('PacGAN3', [7.8, 0.1], [97.7, 0.3], [0.1, 0.02]),
  pacRow('PacGAN4', [7.8, 0.1], [95.9, 1.4], [0.07, 0.02]),
];

/** What others have reached on the grid of 25 Gaussians. */
export const publishedGrid: readonly PublishedRow[] = [
  row(VEEGAN)('GAN', 3.3, 0.5),
  row(VEEGAN)('ALI', 15.8, 1.6),
  row(VEEGAN)('Unrolled GAN', 23.6, 16),
  row(VEEGAN)('VEEGAN', 24.6, 40),
  row(GDPP)('WGAN-GP', 24.2, 28.7),
  row(GDPP)('GDPP-GAN', 24.8, 68.5),
  pacRow('GAN', [17.3, 0.8], [94.8, 0.7], [0.7, 0.07]),
  pacRow('ALI', [24.1, 0.4], [95.7, 0.6], [0.14, 0.03]),
  pacRow('PacGAN2', [23.8, 0.7], [91.3, 0.8], [0.13, 0.04]),
  pacRow('PacGAN3', [24.6, 0.4], [94.2, 0.4], [0.06, 0.02]),
  pacRow('PacGAN4', [24.8, 0.2], [93.6, 0.6], [0.04, 0.01]),
];
