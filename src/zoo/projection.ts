import { convolutionalGan } from './convolutional.ts';

/** Projection critic: the class enters as an inner product with the features, and by batch norm in the generator. */
export const projection = convolutionalGan({
  name: 'projection',
  title: 'Conditional GAN with a projection critic',
  paper: 'arXiv:1802.05637',
  settings: {
    objective: 'hinge',
    spectralNorm: true,
    condition: 'projection',
    generatorCondition: 'batch-norm',
    criticSteps: 5,
    lr: 2e-4,
    b1: 0,
    b2: 0.9,
  },
  criticNorm: 'none',
  latent: 128,
  // The small generators have too few layers of batch norm to draw a class by.
  points: { generatorCondition: 'concat', criticSteps: 1, lr: 1e-3, b1: 0.5 },
  small: { generatorCondition: 'concat' },
});
