import { perceptronGan, pointsPreset } from './perceptrons.ts';

/** The original game of two multilayer perceptrons, for images and for points. */
export const gan = perceptronGan({
  name: 'gan',
  title: 'Generative adversarial network of two perceptrons',
  paper: 'arXiv:1406.2661',
  presets: {
    mnist: {},
    // The authors' MNIST experiment (their mnist.yaml): maxout critic with dropout, SGD with momentum. They let the rate
    // decay by 1.000004 a step and the momentum grow to 0.7, which short runs do not feel. Their critic's loss is the mean
    // of its two sides, ours the sum: hence half the rate. Their noise has unit variance, ours ends at -1 and 1.
    2014: {
      batch: 100,
      prior: 'uniform',
      generator: [1200, 1200],
      generatorActivation: 'relu',
      output: 'sigmoid',
      batchNorm: false,
      critic: [240, 240],
      criticActivation: 'maxout',
      dropout: 0.5,
      inputDropout: 0.2,
      initial: 0.05,
      criticInitial: 0.005,
      optimizer: 'sgd',
      lr: 0.1,
      criticLr: 0.05,
      b1: 0.5,
    },
    'one-hidden': {
      generator: [256],
      generatorActivation: 'relu',
      batchNorm: false,
      critic: [256],
      dropout: 0,
    },
    bimodal: {
      latent: 1,
      generator: [32, 32],
      generatorActivation: 'tanh',
      output: 'linear',
      batchNorm: false,
      critic: [32, 32],
      criticActivation: 'tanh',
      dropout: 0,
      lr: 1e-3,
      average: 0,
    },
    points: pointsPreset,
  },
  presetFor: (data) => (data.kind === 'images' ? 'mnist' : data.shape[0] === 1 ? 'bimodal' : 'points'),
});
