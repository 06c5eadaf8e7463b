import { convolutionalGan } from './convolutional.ts';

/** Unrolled GAN: the generator is judged by the critic as it will be after some more steps. */
export const unrolled = convolutionalGan({
  name: 'unrolled',
  title: 'GAN with an unrolled critic',
  paper: 'arXiv:1611.02163',
  settings: { unrolled: 5 },
  // Adam at 1e-3 for both networks shows the cure within minutes; the paper's ring takes 1e-4.
  points: { latent: 16, lr: 1e-3 },
});
