import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import {
  growthAt,
  growthRefusals,
  growthSchedules,
  growthSettings,
  growthStages,
} from '../gan/controls/growing.ts';
import { defineGan } from '../gan/defineGan.ts';
import { toolbox, toolboxCritic, toolboxInputs, toolboxSettings } from '../gan/toolbox/index.ts';
import { normal, uniform } from '../nn/distribution.ts';
import { grownReal, resolutionsUpTo } from '../nn/growing.ts';
import { forLayers, mappingNetwork, runningMean } from '../nn/mapping.ts';
import { styleganCritic, styleganGenerator, styleganLayers } from '../nn/stylegan.ts';
import { casting, type StyleInputs, type StylePlayers, styleSettings } from './styles.ts';

const START = { first: 8, trained: ['M', 'G', 'D'] } as const;

const config = z.strictObject({
  batch: z.int().min(1).default(16).describe('images in a step at the last resolution'),
  ...styleSettings,
  width: z
    .int()
    .min(1)
    .max(4096)
    .default(16)
    .describe('channels beside the image at its full size; doubled at every halving, up to maxWidth'),
  cutoff: z.int().min(0).default(8).describe('layers that truncation changes, the coarsest first'),
  ...growthSettings,
  ...toolboxSettings({
    objective: 'non-saturating',
    r1: 10,
    minibatchStd: 4,
    lr: 1e-3,
    b1: 0,
    b2: 0.99,
  }),
});

type Config = z.output<typeof config>;

const parts = toolbox<Config, StylePlayers, StyleInputs>(
  () => ({ criticNorm: 'none', generatorBatchNorm: false, without: ['spectralNorm', 'dropout'] }),
  { casting, real: (c, real) => grownReal(real, growthAt(c, real.shape[2]!)) },
);

function playersOf(c: Config, data: DataShape): StylePlayers {
  const [colours, size] = data.shape as [number, number, number];
  const growth = growthAt(c, size);
  const options = { ...growth, colours, width: c.width, maxWidth: c.maxWidth };
  const layers = styleganLayers(growth.resolution);
  const classes = c.condition === 'none' ? 0 : data.classes.length;
  const { style: width, mapping, mappingLr: lrMultiplier } = c;
  const map = mappingNetwork({ width, layers: mapping, lrMultiplier, classes, gainOn: 'weight' });
  return {
    M: (scope, z, label) => forLayers(map(scope, z!, label!), layers),
    G: styleganGenerator(options),
    D: toolboxCritic(c, data, styleganCritic(options)),
  };
}

/** Two cores: at most 64 channels, a mapping network of two layers, and few images a stage. */
const SMALL = {
  ...{ latent: 64, style: 64, mapping: 2, maxWidth: 64, average: 5000 },
  ...{ stableImages: 8000, fadeImages: 8000 },
};

/** From 8x8 to 64x64 pixels, at 128x128, at 256x256, and from there on. */
const PUBLISHED_RATES = { lr: 3e-3, rates: [1e-3, 1e-3, 1e-3, 1e-3, 1.5e-3, 2e-3] };

const averaged = (halfLife: number) => ({ halfLife, rampUp: 0.05, statistics: 'copy' as const });

/** StyleGAN: a mapping network to w, which normalises every layer of a synthesis network that grows. */
export const stylegan = defineGan({
  name: 'stylegan',
  title: 'Style-based generator that grows',
  paper: 'arXiv:1812.04948',
  data: ['images'],
  config,
  presets: {
    // The authors' batches for one graphics processor and for eight, and the rates of both (train.py).
    'published-1024': { batch: 4, batches: [128, 128, 64, 32, 16, 8, 4], ...PUBLISHED_RATES },
    'published-1024-8': { batch: 32, batches: [256, 128, 64], ...PUBLISHED_RATES },
    'cpu-32': { ...SMALL, width: 32, batch: 32 },
    'cpu-64': { ...SMALL, width: 16, batch: 16 },
  },
  presetFor: ({ shape }) => ({ 8: 'cpu-32', 16: 'cpu-32', 32: 'cpu-32', 64: 'cpu-64' })[shape[1]!],
  networks: playersOf,
  inputs: (c, data): StyleInputs => ({
    z: normal([c.latent]),
    second: normal([c.latent]),
    crossover: uniform([1]),
    mixed: { shape: [1], distribution: { kind: 'bernoulli', probability: c.mixing } },
    ...toolboxInputs(c, data),
  }),
  ...parts,
  // As the authors: the weights are averaged, and what else there is, the running mean of w, is copied.
  averages: ({ average }) => (average > 0 ? { M: averaged(average), G: averaged(average) } : {}),
  schedules: (c) => ({ ...parts.schedules(c), ...growthSchedules(c, START) }),
  stages: (c, data) => growthStages(c, data, START),
  refuses: (c, data) => [...parts.refuses(c, data), ...growthRefusals(c, data, START)],
  styles: (c, data) => {
    const { resolution } = growthAt(c, data.shape[1]!);
    return {
      mapping: ({ M }, { z, label }) => M(z, label),
      mean: ({ M }) => M.in('w', (scope) => runningMean(scope, c.style)),
      cutoff: Math.min(c.cutoff, styleganLayers(resolution)),
      resolutions: resolutionsUpTo(resolution).flatMap((side) => [side, side]),
      synthesis: ({ G }, w) => G(w),
    };
  },
});
