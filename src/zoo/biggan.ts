import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { defineGan } from '../gan/defineGan.ts';
import { toolbox, toolboxCritic, toolboxInputs, toolboxSettings } from '../gan/toolbox/index.ts';
import { type BigganOptions, bigganCritic, bigganGenerator } from '../nn/biggan.ts';
import { bigganPlan } from '../nn/bigganPlan.ts';
import { normal } from '../nn/distribution.ts';
import { orthogonal } from '../nn/initializers.ts';
import { halfLifeOf } from '../optim/average.ts';
import { attentionSetting, impossibleAttention, requireBigganSize } from './sizes.ts';

const config = z.strictObject({
  batch: z.int().min(2).default(64).describe('images in a step'),
  latent: z
    .int()
    .min(1)
    .default(120)
    .describe('length of the noise vector z, cut in equal parts for the first layer and each block'),
  width: z.int().min(1).max(1024).default(64).describe('channels are multiples of it, up to 16 times'),
  deep: z
    .int()
    .min(0)
    .max(8)
    .default(0)
    .describe('bottleneck blocks a stage, as in BigGAN-deep, which has 2; 0 for one plain block'),
  attention: attentionSetting("half the image's"),
  ...toolboxSettings({
    objective: 'hinge',
    condition: 'projection',
    embedding: 128,
    spectralNorm: true,
    orthogonal: 1e-4,
    lr: 1e-4,
    criticLr: 4e-4,
    b1: 0,
    b2: 0.999,
  }),
  averageStart: z
    .int()
    .min(0)
    .default(0)
    .describe('images until which the averaged generator is the generator itself'),
  statistics: z
    .enum(['average', 'copy', 're-estimated'])
    .default('re-estimated')
    .describe("the averaged generator's batch statistics: averaged too, the live ones, or estimated anew"),
});
type Config = z.output<typeof config>;

const attentionOf = ({ attention }: Config, size: number): readonly number[] => attention ?? [size / 2];

const controls = toolbox<Config>(() => ({
  criticNorm: 'none',
  generatorBatchNorm: true,
  without: ['dropout', 'generatorCondition'],
}));

/** BigGAN's optimizer and averaging on ImageNet (arXiv:1809.11096, section 3 and appendix C.1). */
const published = {
  batch: 2048,
  orthogonal: 1e-4,
  lr: 5e-5,
  criticLr: 2e-4,
  criticSteps: 2,
  average: halfLifeOf(0.9999, 2048),
  averageStart: 20_000 * 2048,
};

/** BigGAN: class and parts of the latent in every batch norm, averaged weights with statistics of their own. */
export const biggan = defineGan({
  name: 'biggan',
  title: 'Large-scale class-conditional GAN',
  paper: 'arXiv:1809.11096',
  data: ['images'],
  config,
  presets: {
    cpu: { width: 8, embedding: 32, average: 5000 },
    'cpu-deep': { width: 16, deep: 2, embedding: 32, average: 5000 },
    // Of 128x128 images, the paper's networks; the deep ones take the whole latent everywhere.
    published: { ...published, latent: 120, width: 96 },
    'published-deep': { ...published, latent: 128, width: 128, deep: 2 },
  },
  presetFor: (data) => (data.shape[1]! <= 32 ? 'cpu' : undefined),
  networks(c, data) {
    requireBigganSize('biggan', data);
    const init = orthogonal();
    const options: BigganOptions = {
      image: data.shape,
      width: c.width,
      deep: c.deep,
      attention: attentionOf(c, data.shape[1]!),
      weights: { init, spectralNorm: true },
    };
    return {
      G: bigganGenerator({
        ...options,
        classes: c.condition === 'none' ? 0 : data.classes.length,
        embedding: c.embedding,
        // The authors' code, too, leaves the embedding without spectral norm.
        embeddingInit: init,
      }),
      D: toolboxCritic(
        c,
        data,
        bigganCritic({ ...options, weights: { init, spectralNorm: c.spectralNorm } }),
      ),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...controls,
  averages: ({ average, averageStart, statistics }) =>
    average > 0
      ? {
          G: {
            halfLife: average,
            // A late start serves what a ramp serves: that early weights are forgotten.
            ...(averageStart > 0 ? { start: averageStart } : { rampUp: 0.05 }),
            statistics,
          },
        }
      : {},
  refuses: (c, data) => [
    ...impossibleAttention(attentionOf(c, data.shape[1]!), data),
    ...undividedLatent(c, data),
    ...controls.refuses(c, data),
  ],
});

function undividedLatent({ latent, deep }: Config, { shape }: DataShape): string[] {
  const parts = bigganPlan(shape[1]!).generator.length + 1;
  if (deep > 0 || latent % parts === 0) return [];
  return [
    `latent=${latent} cannot be cut in ${parts} equal parts, for the first layer and ${parts - 1} blocks; choose latent=${Math.ceil(latent / parts) * parts}`,
  ];
}
