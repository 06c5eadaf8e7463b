import { perceptronGan, pointsPreset } from './perceptrons.ts';

/** Conditional GAN: both players are told the class. */
export const cgan = perceptronGan({
  name: 'cgan',
  title: 'Conditional GAN: the class beside z and beside the example',
  paper: 'arXiv:1411.1784',
  settings: { condition: 'concat' },
  presets: {
    mnist: {},
    // Points of a mixture, each Gaussian a class.
    points: pointsPreset,
  },
  presetFor: (data) => (data.kind === 'images' ? 'mnist' : 'points'),
});
