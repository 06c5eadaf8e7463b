import { convolutionalGan } from './convolutional.ts';

/** Wasserstein GAN with weight clipping, after the paper's algorithm 1. */
export const wgan = convolutionalGan({
  name: 'wgan',
  title: 'Wasserstein GAN with weight clipping',
  paper: 'arXiv:1701.07875',
  settings: {
    objective: 'wasserstein',
    clip: 0.01,
    criticSteps: 5,
    optimizer: 'rmsprop',
    lr: 5e-5,
    b1: 0,
    b2: 0.99,
  },
  // Three layers of clipped weights pass on next to nothing at 0.01.
  points: { clip: 0.1, lr: 5e-4 },
  small: { lr: 2e-4 },
});
