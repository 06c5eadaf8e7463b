import * as z from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import {
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { type BigganOptions, bigganCritic, saganGenerator } from '../nn/biggan.ts';
import { normal } from '../nn/distribution.ts';
import { xavierUniform, zeros } from '../nn/initializers.ts';
import { attentionSetting, impossibleAttention, requireBigganSize } from './sizes.ts';

const config = z.strictObject({
  batch: z.int().min(2).default(64).describe('images in a step'),
  latent: z.int().min(1).default(128).describe('length of the noise vector z'),
  width: z.int().min(1).max(1024).default(64).describe('channels are multiples of it, up to 16 times'),
  attention: attentionSetting("half the image's of images up to 32 pixels, a quarter of larger ones"),
  ...toolboxSettings({
    objective: 'hinge',
    condition: 'projection',
    generatorCondition: 'batch-norm',
    spectralNorm: true,
    // Two time-scale rates (section 4.2 of the paper, whose b2 of 0.9 is kept; the authors' code leaves Adam's 0.999).
    lr: 1e-4,
    criticLr: 4e-4,
    b1: 0,
    b2: 0.9,
  }),
});
type Config = z.output<typeof config>;

/** The paper has attention at 32x32 of 128x128. */
const attentionOf = ({ attention }: Config, size: number): readonly number[] =>
  attention ?? [size > 32 ? size / 4 : size / 2];

const controls = toolbox<Config>(() => ({
  criticNorm: 'none',
  generatorBatchNorm: true,
  without: ['dropout'],
}));

/**
 * SAGAN: residual networks with self-attention and spectral norm in both. The authors' code lets the gradient run through the power
 * iteration, here singular vectors are constants as in arXiv:1802.05957; its running statistics move by 0.001 a step, made for
 * a million steps, here by 0.1.
 */
export const sagan = defineGan({
  name: 'sagan',
  title: 'Self-attention GAN',
  paper: 'arXiv:1805.08318',
  data: ['images'],
  config,
  presets: {
    cpu: { width: 8, average: 5000 },
    // Images of 128x128 in batches of 64 on each of four processors.
    published: { batch: 256, width: 64 },
  },
  presetFor: (data) => (data.shape[1]! <= 32 ? 'cpu' : undefined),
  networks(c, data) {
    requireBigganSize('sagan', data);
    const shared: BigganOptions = {
      image: data.shape,
      width: c.width,
      attention: attentionOf(c, data.shape[1]!),
      weights: { init: xavierUniform(), biasInit: zeros, spectralNorm: true },
    };
    const weights = { ...shared.weights, spectralNorm: c.spectralNorm };
    return {
      G: toolboxGenerator(c, data, (norm = 'batch') => saganGenerator({ ...shared, norm })),
      D: toolboxCritic(c, data, bigganCritic({ ...shared, weights })),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...controls,
  refuses: (c, data) => [
    ...impossibleAttention(attentionOf(c, data.shape[1]!), data),
    ...controls.refuses(c, data),
  ],
});
