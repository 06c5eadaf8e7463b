import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { type AnyGan, defineGan } from '../gan/defineGan.ts';
import {
  type ToolboxConfig,
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from '../gan/toolbox/index.ts';
import { add, mul, sign, sub } from '../graph/ops/elementwise.ts';
import { concat, slice } from '../graph/ops/slicing.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { CriticParts } from '../nn/critic.ts';
import { normal, uniform } from '../nn/distribution.ts';
import { uniformBound } from '../nn/initializers.ts';
import { mlp, mlpCritic } from '../nn/mlp.ts';
import type { Norm } from '../nn/norms.ts';
import type { NetworkFunction } from '../nn/scope.ts';

const layers = z.array(z.int().min(1).max(65536)).max(16);
const share = z.number().min(0).max(0.95);
const initial = z.union([z.literal('pytorch'), z.number().positive()]).default('pytorch');

const settings = (own: Partial<ToolboxConfig>) =>
  z.strictObject({
    batch: z.int().min(1).default(64).describe('examples in a step'),
    latent: z.int().min(1).default(100).describe('length of the noise vector z'),
    signs: z
      .int()
      .min(0)
      .default(0)
      .describe('numbers of z whose sign alone the generator sees, so that it can make separate pieces'),
    prior: z
      .enum(['normal', 'uniform'])
      .default('normal')
      .describe('noise: Gaussian, or uniform between -1 and 1'),
    generator: layers.default([256, 512, 1024]).describe('units of the hidden layers of the generator'),
    critic: layers.default([1024, 512, 256]).describe('units of the hidden layers of the critic'),
    generatorActivation: z
      .enum(['leakyRelu', 'relu', 'tanh'])
      .default('leakyRelu')
      .describe('after hidden layers'),
    criticActivation: z
      .enum(['leakyRelu', 'relu', 'tanh', 'maxout'])
      .default('leakyRelu')
      .describe('after hidden layers; maxout takes the largest of five pieces'),
    output: z
      .enum(['tanh', 'sigmoid', 'linear'])
      .default('tanh')
      .describe('last activation of the generator'),
    batchNorm: z.boolean().default(true).describe('batch normalisation in the generator'),
    octaves: z
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe('sines and cosines of x, 2x, 4x, ... that the critic sees beside x, for fine structure'),
    inputDropout: share.default(0).describe('share of inputs of the critic dropped in training'),
    initial: initial.describe(
      'initial weights of the generator: as PyTorch, or uniform in [-r, r] for a number r',
    ),
    criticInitial: initial.describe('initial weights of the critic, likewise'),
    ...toolboxSettings({ dropout: 0.3, ...own }),
  });

type Config = z.output<ReturnType<typeof settings>>;

const initialWeights = (initial: Config['initial']) =>
  initial === 'pytorch' ? {} : { init: uniformBound(initial) };

/**
 * Noise whose first numbers are replaced by their signs, [B, Z]. A continuous map of connected noise joins the pieces of its
 * data by strands of samples; with 2^signs separate pieces of noise it need not (Khayatkhoei et al. 2018, arXiv:1806.00880,
 * section 2, who train as many generators).
 */
function withSigns(z: Tensor, signs: number): Tensor {
  if (signs === 0) return z;
  const length = z.shape[1]!;
  const coins = sign(slice(z, 1, 0, signs));
  return signs < length ? concat([coins, slice(z, 1, signs, length)], 1) : coins;
}

/** The generator's perceptron; a sigmoid's [0, 1] is stretched to the pictures' [-1, 1]. */
function generator(c: Config, data: DataShape, norm: Norm): NetworkFunction {
  const network = mlp({
    hidden: c.generator,
    activation: c.generatorActivation,
    norm,
    output: data.shape,
    outputActivation: c.output === 'linear' ? 'none' : c.output,
    ...initialWeights(c.initial),
  });
  return (scope, z) => {
    const made = network(scope, withSigns(z!, c.signs));
    return c.output === 'sigmoid' ? sub(mul(made, 2), 1) : made;
  };
}

/** The critic's perceptron; beside a sigmoid it sees pictures in [0, 1], as the generator makes them. */
function critic(c: Config): CriticParts {
  const parts = mlpCritic({
    hidden: c.critic,
    activation: c.criticActivation,
    dropout: c.dropout,
    inputDropout: c.inputDropout,
    octaves: c.octaves,
    spectralNorm: c.spectralNorm,
    ...initialWeights(c.criticInitial),
  });
  if (c.output !== 'sigmoid') return parts;
  return { ...parts, features: (scope, x) => parts.features(scope, mul(add(x!, 1), 0.5)) };
}

/** Settings for points in the plane: three hidden layers of 128. */
export const pointsPreset = {
  batch: 256,
  latent: 2,
  generator: [128, 128, 128],
  generatorActivation: 'relu',
  output: 'linear',
  batchNorm: false,
  critic: [128, 128, 128],
  criticActivation: 'relu',
  dropout: 0,
  lr: 1e-3,
  average: 0,
};

export interface PerceptronGan {
  name: string;
  title: string;
  paper: string;
  /** The toolbox's settings where the system differs from the original game. */
  settings?: Partial<ToolboxConfig>;
  presets: Record<string, Record<string, unknown>>;
  presetFor(data: DataShape): string | undefined;
}

/** A game of two multilayer perceptrons, for images and for points. */
export function perceptronGan({ settings: own = {}, ...description }: PerceptronGan): AnyGan {
  const controls = toolbox<Config>((c) => ({ criticNorm: 'none', generatorBatchNorm: c.batchNorm }));
  return defineGan({
    ...description,
    data: ['images', 'points'],
    config: settings(own),
    networks: (c, data) => ({
      G: toolboxGenerator(c, data, (norm = c.batchNorm ? 'batch' : 'none') => generator(c, data, norm)),
      D: toolboxCritic(c, data, critic(c)),
    }),
    inputs: (c, data) => ({
      z: c.prior === 'normal' ? normal([c.latent]) : uniform([c.latent], { low: -1, high: 1 }),
      ...toolboxInputs(c, data),
    }),
    ...controls,
    refuses: (c, data) => [...impossibleSigns(c), ...controls.refuses(c, data)],
  });
}

const impossibleSigns = ({ signs, latent }: Config): readonly string[] =>
  signs > latent ? [`signs=${signs} are more than the numbers of z, latent=${latent}; give z more`] : [];
