import * as z from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import {
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { normal } from '../nn/distribution.ts';
import { r3ganCritic, r3ganGenerator } from '../nn/r3gan.ts';
import { requireDcganSize } from './sizes.ts';

const config = z.strictObject({
  batch: z.int().min(1).default(64).describe('images in a step'),
  latent: z.int().min(1).default(64).describe('length of the noise vector z'),
  width: z
    .int()
    .min(1)
    .max(1024)
    .default(48)
    .describe('channels beside the image; doubled at every halving of the resolution, up to eight times'),
  blocks: z.int().min(1).max(16).default(2).describe('residual blocks at each resolution'),
  groupWidth: z.int().min(1).max(1024).default(16).describe('channels in a group of the 3x3 convolutions'),
  ...toolboxSettings({
    objective: 'relativistic-pairing',
    r1: 1,
    r2: 1,
    lr: 2e-4,
    b1: 0,
    b2: 0.99,
  }),
});

/** R3GAN: the pairing loss with R1 and R2, and a modern residual network without normalisation. */
export const r3gan = defineGan({
  name: 'r3gan',
  title: 'Relativistic pairing GAN with R1 and R2',
  paper: 'arXiv:2501.05441',
  data: ['images'],
  config,
  presets: { small: { width: 16, groupWidth: 8, blocks: 1 } },
  presetFor: (data) => (data.shape[1] === 28 ? 'small' : undefined),
  networks(c, data) {
    requireDcganSize('r3gan', data);
    const options = { image: data.shape, width: c.width, blocks: c.blocks, groupWidth: c.groupWidth };
    return {
      G: toolboxGenerator(c, data, () => r3ganGenerator(options)),
      D: toolboxCritic(c, data, r3ganCritic(options)),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...toolbox<z.output<typeof config>>(() => ({
    criticNorm: 'none',
    generatorBatchNorm: false,
    without: ['spectralNorm', 'dropout'],
  })),
});
