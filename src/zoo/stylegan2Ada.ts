import { styleGan } from './styles.ts';

/** StyleGAN2 with adaptive augmentation: trained on few images, the critic sees them in so many forms that it cannot learn them by heart. */
export const stylegan2Ada = styleGan({
  name: 'stylegan2-ada',
  title: 'StyleGAN2 with adaptive discriminator augmentation',
  paper: 'arXiv:2006.06676',
  // The groups that the paper found to work, of the whole pipeline.
  settings: { ada: ['blit', 'geometry', 'colour'] },
  presets: {
    // The authors' configurations for 256 and 1024 pixels (paper256 and paper1024 of their train.py).
    256: { width: 64, batch: 64, minibatchStd: 8, lr: 2.5e-3, r1: 1, average: 20_000 },
    1024: { width: 32, batch: 32, minibatchStd: 4, lr: 2e-3, r1: 2, average: 10_000 },
  },
  // Short runs have no 500 thousand images for p to come to its place.
  small: { adaImages: 20_000 },
});
