import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { type AnyGan, defineGan } from '../gan/defineGan.ts';
import {
  type Players,
  type ToolboxConfig,
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { convCritic, dcganCritic } from '../nn/convCritic.ts';
import { dcganGenerator } from '../nn/dcgan.ts';
import { normal } from '../nn/distribution.ts';
import { mlp, mlpCritic } from '../nn/mlp.ts';
import { requireDcganSize } from './sizes.ts';

export const widthSetting = z
  .int()
  .min(1)
  .max(4096)
  .default(64)
  .describe('channels beside the image, doubled at every halving; or units of a hidden layer for points');

export const upsampleSetting = z
  .enum(['transpose', 'resize'])
  .default('transpose')
  .describe('transposed convolution, or resizing then convolving, which leaves no checkerboard');

export const criticNormSetting = (own: 'batch' | 'layer' | 'none') =>
  z.enum(['batch', 'layer', 'none']).default(own).describe('normalisation in the critic');

/** How DCGAN's networks can differ from the published ones. */
export const networkSettings = {
  criticWidth: z.int().min(1).max(4096).optional().describe("the critic's width, if it is another"),
  kernel: z
    .union([z.literal(3), z.literal(4)])
    .default(4)
    .describe('side of strided convolutions of images; 3 brings 28x28 down to 4x4, 4 to 7x7'),
  toImage: z
    .enum(['double', 'conv'])
    .default('double')
    .describe('what makes the image: the last doubling of the resolution, or a 3x3 convolution after it'),
};

type CriticNorm = 'batch' | 'layer' | 'none';

interface NetworkConfig extends ToolboxConfig {
  width: number;
  upsample: 'transpose' | 'resize';
  criticWidth?: number | undefined;
  kernel: 3 | 4;
  toImage: 'double' | 'conv';
}

/** DCGAN's networks for images; with batch norm in the critic its initial weights too, else PyTorch's. */
export function convolutionalPlayers(
  gan: string,
  c: NetworkConfig,
  data: DataShape,
  norm: CriticNorm,
): Players {
  requireDcganSize(gan, data);
  const { width, criticWidth = width, kernel, toImage, upsample, spectralNorm, dropout } = c;
  const image = data.shape;
  const makeCritic = norm === 'batch' ? dcganCritic : convCritic;
  return {
    G: toolboxGenerator(c, data, (own = 'batch') =>
      dcganGenerator({ image, width, head: 'conv', upsample, kernel, toImage, norm: own }),
    ),
    D: toolboxCritic(c, data, makeCritic({ image, width: criticWidth, kernel, norm, spectralNorm, dropout })),
  };
}

/** Perceptrons of three hidden layers for points; a generator without batch norm, unless the class comes by it. */
export function pointPlayers(c: NetworkConfig, data: DataShape, norm: CriticNorm): Players {
  const hidden = [c.width, c.width, c.width];
  const { spectralNorm, dropout } = c;
  return {
    G: toolboxGenerator(c, data, (own = 'none') =>
      mlp({ hidden, activation: 'relu', norm: own, output: data.shape }),
    ),
    D: toolboxCritic(c, data, mlpCritic({ hidden, activation: 'relu', norm, spectralNorm, dropout })),
  };
}

export interface ConvolutionalGan {
  name: string;
  title: string;
  paper: string;
  /** The toolbox's settings where the system differs from DCGAN. */
  settings: Partial<ToolboxConfig>;
  /** Default 'batch'. */
  criticNorm?: CriticNorm;
  /** Default 100. */
  latent?: number;
  /** What differs on points, beside smaller networks. */
  points?: Record<string, unknown>;
  /** What differs on pictures of 28x28, beside smaller networks. */
  small?: Record<string, unknown>;
}

/** A game of DCGAN's networks on images, and of perceptrons on points: what is played is up to the toolbox's settings. */
export function convolutionalGan({
  settings,
  criticNorm = 'batch',
  latent = 100,
  points = {},
  small = {},
  ...description
}: ConvolutionalGan): AnyGan {
  const config = z.strictObject({
    batch: z.int().min(1).default(64).describe('examples in a step'),
    latent: z.int().min(1).default(latent).describe('length of the noise vector z'),
    width: widthSetting,
    upsample: upsampleSetting,
    ...networkSettings,
    criticNorm: criticNormSetting(criticNorm),
    ...toolboxSettings(settings),
  });
  return defineGan({
    ...description,
    data: ['images', 'points'],
    config,
    presets: {
      points: { batch: 256, latent: 2, width: 128, criticNorm: 'none', average: 0, ...points },
      // The higher rate shows digits within a thousand steps.
      small: { width: 32, lr: 5e-4, ...small },
    },
    presetFor: (data) => (data.kind === 'points' ? 'points' : data.shape[1] === 28 ? 'small' : undefined),
    networks: (c, data) =>
      data.kind === 'points'
        ? pointPlayers(c, data, c.criticNorm)
        : convolutionalPlayers(description.name, c, data, c.criticNorm),
    inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
    ...toolbox<z.output<typeof config>>((c) => ({ criticNorm: c.criticNorm, generatorBatchNorm: true })),
  });
}
