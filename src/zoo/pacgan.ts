import { convolutionalGan } from './convolutional.ts';

/** PacGAN: the critic judges several examples together, and so sees a lack of variety. */
export const pacgan = convolutionalGan({
  name: 'pacgan',
  title: 'GAN whose critic judges packs of examples',
  paper: 'arXiv:1712.04086',
  settings: { packing: 2 },
  points: { lr: 1e-3 },
});
