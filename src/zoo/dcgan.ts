import * as z from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import {
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { dcganCritic } from '../nn/convCritic.ts';
import { dcganGenerator } from '../nn/dcgan.ts';
import { normal } from '../nn/distribution.ts';
import { criticNormSetting, networkSettings, upsampleSetting, widthSetting } from './convolutional.ts';
import { requireDcganSize } from './sizes.ts';

const config = z.strictObject({
  batch: z.int().min(1).default(64).describe('images in a step'),
  latent: z.int().min(1).default(100).describe('length of the noise vector z'),
  width: widthSetting,
  head: z
    .enum(['conv', 'dense-1024', 'dense-512'])
    .default('conv')
    .describe(
      'how z becomes the first map: transposed convolution of a 1x1 map, or dense to so many channels',
    ),
  upsample: upsampleSetting,
  ...networkSettings,
  criticNorm: criticNormSetting('batch'),
  ...toolboxSettings(),
});

/** Deep convolutional GAN: the recipe that made convolutional generators train. */
export const dcgan = defineGan({
  name: 'dcgan',
  title: 'Deep convolutional GAN',
  paper: 'arXiv:1511.06434',
  data: ['images'],
  config,
  presets: {
    // The published network at 64x64 is the default; the two dense heads are other common published forms.
    'dense-1024': { head: 'dense-1024', latent: 100 },
    'dense-512': { head: 'dense-512', latent: 128 },
    // For 28x28 pictures; the higher rate shows digits within a thousand steps.
    small: { width: 32, lr: 5e-4 },
  },
  presetFor: (data) => (data.shape[1] === 28 ? 'small' : undefined),
  networks(c, data) {
    requireDcganSize('dcgan', data);
    const { width, criticWidth = width, head, kernel, toImage, criticNorm, spectralNorm, dropout } = c;
    const image = data.shape;
    return {
      G: toolboxGenerator(c, data, (norm) =>
        dcganGenerator({
          image,
          width,
          head,
          upsample: c.upsample,
          kernel,
          toImage,
          ...(norm ? { norm } : {}),
        }),
      ),
      D: toolboxCritic(
        c,
        data,
        dcganCritic({ image, width: criticWidth, kernel, norm: criticNorm, spectralNorm, dropout }),
      ),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...toolbox<z.output<typeof config>>((c) => ({ criticNorm: c.criticNorm, generatorBatchNorm: true })),
});
