import * as z from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import { toolbox, toolboxInputs, toolboxSettings } from '../gan/toolbox/index.ts';
import { normal } from '../nn/distribution.ts';
import {
  convolutionalPlayers,
  networkSettings,
  pointPlayers,
  upsampleSetting,
  widthSetting,
} from './convolutional.ts';

const config = z.strictObject({
  batch: z.int().min(1).default(64).describe('examples in a step'),
  latent: z.int().min(1).default(128).describe('length of the noise vector z'),
  width: widthSetting,
  norm: z
    .enum(['layer', 'none'])
    .default('layer')
    .describe('normalisation in the critic; batch norm would couple examples, which the penalty forbids'),
  upsample: upsampleSetting,
  ...networkSettings,
  ...toolboxSettings({
    objective: 'wasserstein',
    gradientPenalty: 'two-sided',
    lambda: 10,
    criticSteps: 5,
    lr: 1e-4,
    b1: 0,
    b2: 0.9,
  }),
});

/** Wasserstein GAN whose critic is kept 1-Lipschitz by a penalty on its gradient. */
export const wganGp = defineGan({
  name: 'wgan-gp',
  title: 'Wasserstein GAN with gradient penalty',
  paper: 'arXiv:1704.00028',
  data: ['images', 'points'],
  config,
  presets: {
    // The authors' experiments on points (their gan_toy.py).
    points: { batch: 256, latent: 2, width: 512, lambda: 0.1, b1: 0.5, average: 0 },
    small: { width: 32 },
  },
  presetFor: (data) => (data.kind === 'points' ? 'points' : data.shape[1] === 28 ? 'small' : undefined),
  networks: (c, data) =>
    data.kind === 'points' ? pointPlayers(c, data, 'none') : convolutionalPlayers('wgan-gp', c, data, c.norm),
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...toolbox<z.output<typeof config>>((c, data) => ({
    criticNorm: data.kind === 'points' ? 'none' : c.norm,
    generatorBatchNorm: true,
  })),
});
