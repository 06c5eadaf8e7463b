import { convolutionalGan } from './convolutional.ts';

/** Least-squares GAN: scores are drawn towards targets, so that far fakes pull hardest. */
export const lsgan = convolutionalGan({
  name: 'lsgan',
  title: 'Least-squares GAN',
  paper: 'arXiv:1611.04076',
  settings: { objective: 'least-squares' },
  points: { lr: 1e-3 },
});
