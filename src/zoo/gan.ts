import { z } from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { defineGan } from '../gan/defineGan.ts';
import { criticAccuracy, criticLoss, generatorLoss } from '../gan/losses.ts';
import { add, mul, sub } from '../graph/ops/elementwise.ts';
import { normal, uniform } from '../nn/distribution.ts';
import { uniformBound } from '../nn/initializers.ts';
import { mlp } from '../nn/mlp.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import { adam } from '../optim/adam.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import { sgd } from '../optim/sgd.ts';
import { averagedGenerator, averageSetting } from './average.ts';

const layers = z.array(z.int().min(1).max(65536)).max(16);
const share = z.number().min(0).max(0.95);

const config = z.strictObject({
  batch: z.int().min(1).default(64).describe('examples in a step'),
  latent: z.int().min(1).default(100).describe('length of the noise vector z'),
  prior: z
    .enum(['normal', 'uniform'])
    .default('normal')
    .describe('noise: Gaussian, or uniform between -1 and 1'),
  objective: z
    .enum(['non-saturating', 'minimax'])
    .default('non-saturating')
    .describe("the generator's loss: -log D(G(z)), or log(1 - D(G(z))), which saturates"),
  generator: layers.default([256, 512, 1024]).describe('units of the hidden layers of the generator'),
  critic: layers.default([1024, 512, 256]).describe('units of the hidden layers of the critic'),
  generatorActivation: z
    .enum(['leakyRelu', 'relu', 'tanh'])
    .default('leakyRelu')
    .describe('after hidden layers'),
  criticActivation: z
    .enum(['leakyRelu', 'relu', 'tanh', 'maxout'])
    .default('leakyRelu')
    .describe('after hidden layers; maxout takes the largest of five pieces'),
  output: z.enum(['tanh', 'sigmoid', 'linear']).default('tanh').describe('last activation of the generator'),
  batchNorm: z.boolean().default(true).describe('batch normalisation in the generator'),
  dropout: share.default(0.3).describe('share of hidden units of the critic dropped in training'),
  inputDropout: share.default(0).describe('share of inputs of the critic dropped in training'),
  initial: z
    .union([z.literal('pytorch'), z.number().positive()])
    .default('pytorch')
    .describe('initial weights of the generator: as PyTorch, or uniform in [-r, r] for a number r'),
  criticInitial: z
    .union([z.literal('pytorch'), z.number().positive()])
    .default('pytorch')
    .describe('initial weights of the critic, likewise'),
  optimizer: z.enum(['adam', 'sgd']).default('adam').describe('update rule'),
  lr: z.number().min(0).default(2e-4).describe('learning rate'),
  criticLr: z.number().min(0).optional().describe("the critic's learning rate, if it is another"),
  b1: z.number().min(0).max(0.9999).default(0.5).describe("Adam's decay of the mean, or SGD's momentum"),
  b2: z.number().min(0).max(0.99999).default(0.999).describe("Adam's decay of the square"),
  criticSteps: z.int().min(1).max(100).default(1).describe('critic updates per generator update'),
  average: averageSetting,
});

type Config = z.output<typeof config>;

const initialWeights = (initial: Config['initial']) =>
  initial === 'pytorch' ? {} : { init: uniformBound(initial) };

const optimizer = ({ optimizer, b1, b2 }: Config, lr: number): Optimizer =>
  optimizer === 'adam' ? adam({ lr, b1, b2 }) : sgd({ lr, momentum: b1 });

/** The generator's perceptron; a sigmoid's [0, 1] is stretched to the pictures' [-1, 1]. */
function generator(c: Config, data: DataShape): NetworkFunction {
  const network = mlp({
    hidden: c.generator,
    activation: c.generatorActivation,
    batchNorm: c.batchNorm,
    output: data.shape,
    outputActivation: c.output === 'linear' ? 'none' : c.output,
    ...initialWeights(c.initial),
  });
  return c.output === 'sigmoid' ? (scope, z) => sub(mul(network(scope, z!), 2), 1) : network;
}

/** The critic's perceptron; beside a sigmoid it sees pictures in [0, 1], as the generator makes them. */
function critic(c: Config): NetworkFunction {
  const network = mlp({
    hidden: c.critic,
    activation: c.criticActivation,
    dropout: c.dropout,
    inputDropout: c.inputDropout,
    output: [1],
    ...initialWeights(c.criticInitial),
  });
  return c.output === 'sigmoid' ? (scope, x) => network(scope, mul(add(x!, 1), 0.5)) : network;
}

/** The original game of two multilayer perceptrons, for images and for points. */
export const gan = defineGan({
  name: 'gan',
  title: 'Generative adversarial network of two perceptrons',
  paper: 'arXiv:1406.2661',
  data: ['images', 'points'],
  config,
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
  presetFor: (data: DataShape) =>
    data.kind === 'images' ? 'mnist' : data.shape[0] === 1 ? 'bimodal' : 'points',
  networks: (c, data) => ({
    G: generator(c, data),
    D: critic(c),
  }),
  optimizers: (c) => ({ G: optimizer(c, c.lr), D: optimizer(c, c.criticLr ?? c.lr) }),
  inputs: (c) => ({
    z: c.prior === 'normal' ? normal([c.latent]) : uniform([c.latent], { low: -1, high: 1 }),
  }),
  phases: (c) => [
    {
      name: 'critic',
      trains: 'D',
      repeat: c.criticSteps,
      step({ G, D }, { real, z }) {
        const onFake = D(G(z));
        const onReal = D(real);
        return { loss: criticLoss(onReal, onFake), accuracy: criticAccuracy(onReal, onFake) };
      },
    },
    {
      name: 'generator',
      trains: 'G',
      step: ({ G, D }, { z }) => ({ loss: generatorLoss(D(G(z)), c.objective) }),
    },
  ],
  averages: averagedGenerator,
});
