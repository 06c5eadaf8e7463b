import { perceptronGan } from './perceptrons.ts';

/** Conditional GAN: both players are told the class. */
export const cgan = perceptronGan({
  name: 'cgan',
  title: 'Conditional GAN: the class beside z and beside the example',
  paper: 'arXiv:1411.1784',
  settings: { condition: 'concat' },
  presets: {
    mnist: {},
    // Points of a mixture, each Gaussian a class.
    points: {
      batch: 256,
      latent: 2,
      generator: [128, 128, 128],
      generatorActivation: 'relu',
      output: 'linear',
      batchNorm: false,
      critic: [128, 128, 128],
      criticActivation: 'relu',
      dropout: 0,
      lr: 1e-3,
      average: 0,
    },
  },
  presetFor: (data) => (data.kind === 'images' ? 'mnist' : 'points'),
});
