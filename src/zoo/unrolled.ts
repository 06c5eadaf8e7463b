import { convolutionalGan } from './convolutional.ts';

/** Unrolled GAN: the generator is judged by the critic as it will be after some more steps. */
export const unrolled = convolutionalGan({
  name: 'unrolled',
  title: 'GAN with an unrolled critic',
  paper: 'arXiv:1611.02163',
  settings: { objective: 'minimax', unrolled: 5 },
  points: { latent: 64, lr: 2e-4 },
  // With batch norm the critic soon tells digits for sure, and the minimax loss then says nothing.
  small: { criticNorm: 'none', spectralNorm: true },
});
