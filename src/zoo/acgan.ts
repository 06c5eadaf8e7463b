import { convolutionalGan } from './convolutional.ts';

/** Auxiliary classifier GAN: the critic also names the class, and the generator makes it easy to name. */
export const acgan = convolutionalGan({
  name: 'acgan',
  title: 'GAN with an auxiliary classifier',
  paper: 'arXiv:1610.09585',
  // Optimizer and dropout are the paper's of appendix A.
  settings: { condition: 'auxiliary', dropout: 0.5, lr: 2e-4, b1: 0.5, b2: 0.999 },
  latent: 110,
  points: { dropout: 0, lr: 1e-3 },
});
