import { convolutionalGan } from './convolutional.ts';

/** Spectral normalisation GAN: every weight of the critic is divided by its largest singular value. */
export const sngan = convolutionalGan({
  name: 'sngan',
  title: 'GAN with spectral normalisation and hinge loss',
  paper: 'arXiv:1802.05957',
  // The paper's optimizer setting C, for DCGAN-like networks (table 1).
  settings: { objective: 'hinge', spectralNorm: true, lr: 2e-4, b1: 0.5, b2: 0.999 },
  criticNorm: 'none',
  latent: 128,
  points: { lr: 1e-3 },
});
