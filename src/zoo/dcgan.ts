import { z } from 'zod';
import { defineGan } from '../gan/defineGan.ts';
import { criticAccuracy, criticLoss, generatorLoss } from '../gan/losses.ts';
import { dcganCritic, dcganGenerator } from '../nn/dcgan.ts';
import { normal } from '../nn/distribution.ts';
import { adam } from '../optim/adam.ts';
import { averagedGenerator, averageSetting } from './average.ts';
import { requireDcganSize } from './sizes.ts';

/** Deep convolutional GAN: the recipe that made convolutional generators train. */
export const dcgan = defineGan({
  name: 'dcgan',
  title: 'Deep convolutional GAN',
  paper: 'arXiv:1511.06434',
  data: ['images'],
  config: z.strictObject({
    batch: z.int().min(1).default(64).describe('images in a step'),
    latent: z.int().min(1).default(100).describe('length of the noise vector z'),
    width: z
      .int()
      .min(1)
      .max(1024)
      .default(64)
      .describe('channels beside the image; they double whenever the resolution halves'),
    head: z
      .enum(['conv', 'dense-1024', 'dense-512'])
      .default('conv')
      .describe(
        'how z becomes the first map: transposed convolution of a 1x1 map, or dense to so many channels',
      ),
    upsample: z
      .enum(['transpose', 'resize'])
      .default('transpose')
      .describe('transposed convolution, or resizing then convolving, which leaves no checkerboard'),
    lr: z.number().min(0).default(2e-4).describe('learning rate of Adam'),
    b1: z.number().min(0).max(0.9999).default(0.5).describe("Adam's decay of the mean"),
    b2: z.number().min(0).max(0.99999).default(0.999).describe("Adam's decay of the square"),
    average: averageSetting,
  }),
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
    return { G: dcganGenerator({ ...c, image: data.shape }), D: dcganCritic({ ...c, image: data.shape }) };
  },
  optimizers: (c) => ({ G: adam(c), D: adam(c) }),
  inputs: (c) => ({ z: normal([c.latent]) }),
  phases: () => [
    {
      name: 'critic',
      trains: 'D',
      step({ G, D }, { real, z }) {
        const onFake = D(G(z));
        const onReal = D(real);
        return { loss: criticLoss(onReal, onFake), accuracy: criticAccuracy(onReal, onFake) };
      },
    },
    { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: generatorLoss(D(G(z))) }) },
  ],
  averages: averagedGenerator,
});
