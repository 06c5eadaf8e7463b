import type { Estimate, PublishedRow } from './protocol.ts';

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

/** Modes and reverse KL, of 1,000 classes of stacked digits. */
const stackedRow =
  (source: string, recipe: string) =>
  (system: string, modes: Estimate, reverseKl: Estimate): PublishedRow => ({
    system,
    source,
    recipe,
    values: { modes, reverseKl },
  });

const veeganStacked = stackedRow(VEEGAN.source, '26,000 samples; the DCGAN by another classifier');
const gdppStacked = stackedRow(GDPP.source, "VEEGAN's protocol with a DCGAN");
const pacganStacked = stackedRow(
  PACGAN.source,
  '10 runs of 50 epochs of 128,000 triples in batches of 64, 26,000 samples; mean and standard error',
);
/** Rows of PacGAN's table 3, D half as wide as G. */
const pacganTiny = stackedRow(
  PACGAN.source,
  '50 runs of up to 500,000 iterations of batch 128, 25,600 samples; mean and standard error',
);

/** What others have reached on stacked digits in VEEGAN's setting. */
export const publishedStacked: readonly PublishedRow[] = [
  veeganStacked('DCGAN', { mean: 99 }, { mean: 3.4 }),
  veeganStacked('ALI', { mean: 16 }, { mean: 5.4 }),
  veeganStacked('Unrolled GAN', { mean: 48.7 }, { mean: 4.32 }),
  veeganStacked('VEEGAN', { mean: 150 }, { mean: 2.95 }),
  gdppStacked('WGAN-GP', { mean: 995 }, { mean: 0.148 }),
  gdppStacked('GDPP-GAN', { mean: 1000 }, { mean: 0.135 }),
  pacganStacked('DCGAN', { mean: 78.9, error: 6.46 }, { mean: 4.5, error: 0.127 }),
  pacganStacked('PacDCGAN2', { mean: 1000, error: 0 }, { mean: 0.06, error: 0.003 }),
  pacganStacked('PacDCGAN3', { mean: 1000, error: 0 }, { mean: 0.06, error: 0.003 }),
  pacganStacked('PacDCGAN4', { mean: 1000, error: 0 }, { mean: 0.07, error: 0.005 }),
];

/** What others have reached on stacked digits with tiny networks, the critic half as wide as the generator. */
export const publishedTiny: readonly PublishedRow[] = [
  pacganTiny('Unrolled GAN, 1 step', { mean: 523.6, error: 55.77 }, { mean: 2.44, error: 0.26 }),
  pacganTiny('Unrolled GAN, 5 steps', { mean: 732, error: 44.98 }, { mean: 1.66, error: 0.09 }),
  pacganTiny('Unrolled GAN, 10 steps', { mean: 817.4, error: 37.91 }, { mean: 1.43, error: 0.12 }),
  pacganTiny('DCGAN', { mean: 487.7, error: 34.59 }, { mean: 2.24, error: 0.15 }),
  pacganTiny('PacDCGAN2', { mean: 840.7, error: 15.92 }, { mean: 1, error: 0.05 }),
  pacganTiny('PacDCGAN3', { mean: 866.6, error: 12.1 }, { mean: 0.9, error: 0.04 }),
  pacganTiny('PacDCGAN4', { mean: 820.2, error: 25.5 }, { mean: 1.15, error: 0.14 }),
];
