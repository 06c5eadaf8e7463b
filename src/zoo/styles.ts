import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { type AnyGan, defineGan } from '../gan/defineGan.ts';
import { joined } from '../gan/joined.ts';
import {
  type Casting,
  type GameInputs,
  type Players,
  type ToolboxConfig,
  toolbox,
  toolboxCritic,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { normal, type RandomInput, uniform } from '../nn/distribution.ts';
import { forLayers, mappingNetwork, mixStyles, runningMean } from '../nn/mapping.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import {
  conditionalCritic,
  stylegan2Critic,
  stylegan2Generator,
  styleLayers,
  styleSides,
} from '../nn/stylegan2.ts';
import { requireDcganSize } from './sizes.ts';

const whole = (most: number) => z.int().min(1).max(most);
/** Settings of every generator that is told styles: z, the mapping network and w. */
export const styleSettings = {
  latent: whole(65536).default(512).describe('length of the noise vector z'),
  style: whole(65536).default(512).describe('length of w, and units of the mapping network'),
  mapping: whole(64).default(8).describe('layers of the mapping network'),
  mappingLr: z.number().min(0.0001).default(0.01).describe("the mapping network's learning rate beside lr"),
  maxWidth: whole(65536).default(512).describe('channels at most'),
  mixing: z.number().min(0).max(1).default(0.9).describe('share of images made of two styles'),
};

const layerCount = z.int().min(0).max(64);

/** StyleGAN2's config F, with its optimizer, penalties and intervals. */
const configOf = (own: Partial<ToolboxConfig>) =>
  z.strictObject({
    batch: z.int().min(1).default(32).describe('images in a step'),
    ...styleSettings,
    width: whole(4096)
      .default(32)
      .describe('channels beside the image; doubled at every halving of the resolution, up to maxWidth'),
    freeze: layerCount
      .default(0)
      .describe('layers of the critic that are not trained, the first ones: for weights of another run'),
    cutoff: z
      .int()
      .min(0)
      .optional()
      .describe('layers that truncation changes, the coarsest first; else all'),
    ...toolboxSettings({
      objective: 'non-saturating',
      r1: 10,
      penaltyEvery: 16,
      pathLength: 2,
      pathEvery: 4,
      pathShrink: 2,
      minibatchStd: 4,
      lr: 2e-3,
      b1: 0,
      b2: 0.99,
      ...own,
    }),
  });

type Config = z.output<ReturnType<typeof configOf>>;

/** M maps z to w, G makes pictures of w, D judges them. */
export type StylePlayers = Players & { M: NetworkFunction };
export type StyleInputs = GameInputs & {
  /** The latent of a mixed picture's finer layers. */
  second: RandomInput;
  /** Where they begin, uniform. */
  crossover: RandomInput;
  /** 1 for a mixed picture. */
  mixed: RandomInput;
};

/** A picture is G(M(z)), or G of the mixed styles of two z. Paths are measured in w of all layers. */
export const casting: Casting<StylePlayers, StyleInputs> = {
  makers: ['M', 'G'],
  generator: ({ M, G }, { second, crossover, mixed }) =>
    joined({ M, G }, 'G', ({ M, G }, [z, label], result) => {
      const rows = (x: Tensor) => x.slice(0, 0, z!.shape[0]!);
      // The running mean of w follows the first latents alone.
      const w = mixStyles(M!(z!, label!), M!.still(rows(second), label!), rows(crossover), rows(mixed));
      result('w', w);
      return G!(w);
    }),
};

function playersOf(gan: string, c: Config, data: DataShape): StylePlayers {
  requireDcganSize(gan, data);
  const parts = { image: data.shape, width: c.width, most: c.maxWidth, freeze: c.freeze };
  const layers = styleLayers(data.shape);
  const isConditional = c.condition !== 'none';
  const mapping = {
    layers: c.mapping,
    lrMultiplier: c.mappingLr,
    classes: isConditional ? data.classes.length : 0,
  };
  const map = mappingNetwork({ ...mapping, width: c.style });
  return {
    M: (scope, z, label) => forLayers(map(scope, z!, label!), layers),
    G: stylegan2Generator(parts),
    D:
      c.condition === 'projection'
        ? (scope, x, label) =>
            toolboxCritic({ ...c, condition: 'none' }, data, conditionalCritic(parts, label!, mapping))(
              scope,
              x!,
              label!,
            )
        : toolboxCritic(c, data, stylegan2Critic(parts)),
  };
}

const averaged = (halfLife: number) => ({ halfLife, rampUp: 0.05, statistics: 'copy' as const });

/**
 * Presets for two cores: at most 64 channels, a mapping network of two layers, and the rates of the authors' automatic configuration
 * (arXiv:2006.06676, their train.py).
 */
const SMALL = { batch: 16, latent: 64, style: 64, mapping: 2, maxWidth: 64, lr: 2.5e-3, average: 5000 };

/** At 32 pixels the authors leave both out (same file, their configuration for CIFAR-10). */
const SMALLEST = { ...SMALL, width: 32, r1: 1, pathLength: 0, mixing: 0 };

export interface StyleGan {
  name: string;
  title: string;
  paper: string;
  /** The toolbox's settings where the system differs from StyleGAN2. */
  settings: Partial<ToolboxConfig>;
  /** The published configurations. */
  presets: Record<'256' | '1024', Record<string, unknown>>;
  /** What differs in the presets for two cores. */
  small?: Record<string, unknown>;
}

/** A game of StyleGAN2's networks: what is played is up to the toolbox's settings. */
export function styleGan({ settings, presets, small = {}, ...description }: StyleGan): AnyGan {
  return defineGan({
    ...description,
    data: ['images'],
    config: configOf(settings),
    presets: {
      'cpu-32': { ...SMALLEST, ...small },
      'cpu-64': { ...SMALL, width: 16, r1: 0.5, ...small },
      ...presets,
    },
    presetFor: ({ shape }) => presetForSide(shape[1]!),
    networks: (c, data) => playersOf(description.name, c, data),
    inputs: (c, data): StyleInputs => ({
      z: normal([c.latent]),
      second: normal([c.latent]),
      crossover: uniform([1]),
      mixed: { shape: [1], distribution: { kind: 'bernoulli', probability: c.mixing } },
      ...toolboxInputs(c, data),
    }),
    ...toolbox<Config, StylePlayers, StyleInputs>(
      () => ({ criticNorm: 'none', generatorBatchNorm: false, without: ['spectralNorm', 'dropout'] }),
      { casting },
    ),
    // The authors average the weights and copy what else there is: the running mean of w.
    averages: ({ average }) => (average > 0 ? { M: averaged(average), G: averaged(average) } : {}),
    styles: (c, data) => ({
      mapping: ({ M }, { z, label }) => M(z, label),
      mean: ({ M }) => M.in('w', (scope) => runningMean(scope, c.style)),
      cutoff: c.cutoff,
      resolutions: styleSides(data.shape),
      synthesis: ({ G }, w) => G(w),
    }),
  });
}

const presetForSide = (side: number): string =>
  side <= 32 ? 'cpu-32' : side <= 128 ? 'cpu-64' : side <= 256 ? '256' : '1024';
