import { z } from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import { gradientPenalty } from '../gan/penalties.ts';
import { add, mul, neg, sub } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import { dcganGenerator } from '../nn/dcgan.ts';
import { normal, uniform } from '../nn/distribution.ts';
import { mlp } from '../nn/mlp.ts';
import { wganCritic } from '../nn/wganCritic.ts';
import { adam } from '../optim/adam.ts';
import { averagedGenerator, averageSetting } from './average.ts';
import { requireDcganSize } from './sizes.ts';

/** Wasserstein GAN whose critic is kept 1-Lipschitz by a penalty on its gradient. */
export const wganGp = defineGan({
  name: 'wgan-gp',
  title: 'Wasserstein GAN with gradient penalty',
  paper: 'arXiv:1704.00028',
  data: ['images', 'points'],
  config: z.strictObject({
    batch: z.int().min(1).default(64).describe('examples in a step'),
    latent: z.int().min(1).default(128).describe('length of the noise vector z'),
    width: z
      .int()
      .min(1)
      .max(4096)
      .default(64)
      .describe('channels beside the image, or units of a hidden layer for points'),
    lambda: z.number().min(0).default(10).describe('weight of the gradient penalty'),
    criticSteps: z.int().min(1).max(100).default(5).describe('critic updates per generator update'),
    norm: z
      .enum(['layer', 'none'])
      .default('layer')
      .describe('normalisation in the critic; batch norm would couple examples, which the penalty forbids'),
    upsample: z
      .enum(['transpose', 'resize'])
      .default('transpose')
      .describe('how the generator doubles the resolution'),
    lr: z.number().min(0).default(1e-4).describe('learning rate of Adam'),
    b1: z.number().min(0).max(0.9999).default(0).describe("Adam's decay of the mean"),
    b2: z.number().min(0).max(0.99999).default(0.9).describe("Adam's decay of the square"),
    average: averageSetting,
  }),
  presets: {
    // The authors' experiments on points (their gan_toy.py).
    points: { batch: 256, latent: 2, width: 512, lambda: 0.1, b1: 0.5, average: 0 },
    small: { width: 32 },
  },
  presetFor: (data) => (data.kind === 'points' ? 'points' : data.shape[1] === 28 ? 'small' : undefined),
  networks(c, data) {
    if (data.kind === 'points') {
      const hidden = [c.width, c.width, c.width];
      return {
        G: mlp({ hidden, activation: 'relu', output: data.shape }),
        D: mlp({ hidden, activation: 'relu', output: [1] }),
      };
    }
    requireDcganSize('wgan-gp', data);
    return {
      G: dcganGenerator({ image: data.shape, width: c.width, head: 'conv', upsample: c.upsample }),
      D: wganCritic({ image: data.shape, width: c.width, norm: c.norm }),
    };
  },
  optimizers: (c) => ({ G: adam(c), D: adam(c) }),
  inputs: (c, data) => ({ z: normal([c.latent]), mix: uniform(data.shape.map(() => 1)) }),
  phases: (c) => [
    {
      name: 'critic',
      trains: 'D',
      repeat: c.criticSteps,
      step({ G, D }, { real, z, mix }) {
        const fake = G(z);
        const gap = sub(mean(D(fake)), mean(D(real)));
        const penalty = gradientPenalty(D, real, fake, mix);
        return { loss: add(gap, mul(penalty, c.lambda)), gap, penalty };
      },
    },
    { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: neg(mean(D(G(z)))) }) },
  ],
  averages: averagedGenerator,
});
