import * as z from 'zod';
import {
  growthAt,
  growthRefusals,
  growthSchedules,
  growthSettings,
  growthStages,
} from '../gan/controls/growing.ts';
import { defineGan } from '../gan/defineGan.ts';
import {
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { normal } from '../nn/distribution.ts';
import { grownReal } from '../nn/growing.ts';
import { proganCritic, proganGenerator } from '../nn/progan.ts';

/** Presets for two cores. */
const SMALL = { maxWidth: 64, latent: 64, stableImages: 6000, fadeImages: 6000, average: 4000 };

const START = { first: 4, trained: ['G', 'D'] } as const;

const config = z.strictObject({
  batch: z.int().min(1).default(16).describe('images in a step at the last resolution'),
  latent: z.int().min(1).default(512).describe('length of the noise vector z'),
  width: z
    .int()
    .min(1)
    .max(1024)
    .default(16)
    .describe('channels beside the image at its full size; doubled at every halving of the resolution'),
  maxWidth: z.int().min(1).max(1024).default(512).describe('the most channels'),
  ...growthSettings,
  ...toolboxSettings({
    objective: 'wasserstein',
    gradientPenalty: 'two-sided',
    lambda: 10,
    drift: 1e-3,
    minibatchStd: 4,
    lr: 1e-3,
    b1: 0,
    b2: 0.99,
    // The authors' share of 0.999 a step, in steps of 16 images.
    average: 11_000,
  }),
});

const parts = toolbox<z.output<typeof config>>(
  () => ({ criticNorm: 'none', generatorBatchNorm: false, without: ['spectralNorm', 'dropout'] }),
  { real: (c, real) => grownReal(real, growthAt(c, real.shape[2]!)) },
);

/**
 * Progressive growing. The generator and the critic see images at the full size of the data in every stage, as in the authors' code: what
 * has not grown so far is enlarged, and averaged down again. Gradient penalties are taken at the full size.
 */
export const progan = defineGan({
  name: 'progan',
  title: 'Progressive growing from 4x4 pixels',
  paper: 'arXiv:1710.10196',
  data: ['images'],
  config,
  presets: {
    // The authors' configurations for one graphics processor and for eight (preset-v2-1gpu and preset-v2-8gpus of their config.py).
    'published-1024': {
      ...{ batch: 4, batches: [128, 128, 128, 64, 32, 16, 8, 4] },
      ...{ lr: 1.5e-3, rates: [1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3] },
    },
    'published-1024-8': {
      ...{ batch: 32, batches: [512, 256, 128, 64] },
      ...{ lr: 3e-3, rates: [1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1.5e-3, 2e-3] },
    },
    'cpu-32': { ...SMALL, width: 32, batch: 32 },
    'cpu-64': { ...SMALL, width: 16 },
  },
  presetFor: ({ shape }) => ({ 8: 'cpu-32', 16: 'cpu-32', 32: 'cpu-32', 64: 'cpu-64' })[shape[1]!],
  networks(c, data) {
    const [colours, size] = data.shape as [number, number, number];
    const options = { ...growthAt(c, size), colours, width: c.width, maxWidth: c.maxWidth };
    return {
      G: toolboxGenerator(c, data, () => proganGenerator(options)),
      D: toolboxCritic(c, data, proganCritic(options)),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...parts,
  schedules: (c) => ({ ...parts.schedules(c), ...growthSchedules(c, START) }),
  stages: (c, data) => growthStages(c, data, START),
  refuses: (c, data) => [...parts.refuses(c, data), ...growthRefusals(c, data, START)],
});
