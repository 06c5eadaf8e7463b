import { styleGan } from './styles.ts';

/** StyleGAN2: styles modulate weights, the critic is residual, and paths in w are made equally long. */
export const stylegan2 = styleGan({
  name: 'stylegan2',
  title: 'Style-based GAN with weight demodulation and path length regularisation',
  paper: 'arXiv:1912.04958',
  settings: {},
  presets: {
    // Config F: at most 512 channels, 32768 divided by the resolution.
    256: { width: 128 },
    1024: { width: 32 },
  },
  // At more than this rate, and with less of both, the batches of 16 make all digits one.
  small: { lr: 1e-3, r1: 10, minibatchStd: 16 },
});
