import * as z from 'zod';
import { ADA_GROUPS } from '../controls/ada/pipeline.ts';
import { AUGMENTATIONS } from '../controls/diffAugment.ts';
import { OBJECTIVES } from '../controls/objectives.ts';

const weight = z.number().min(0);
const share = z.number().min(0).max(0.95);

/** Every switch of the toolbox with its range and meaning. Zero, 'none', false and an empty list switch a control off. */
const settings = {
  objective: z.enum(OBJECTIVES).describe('the losses of both players'),
  leastSquares: z
    .array(z.number())
    .length(3)
    .describe("targets of least squares: for fake, for real, and for fakes in the generator's loss"),

  gradientPenalty: z
    .enum(['none', 'two-sided', 'one-sided', 'dragan'])
    .describe(
      "penalty on the length of the critic's gradient; dragan takes a two-sided one around real data",
    ),
  lambda: weight.describe('weight of the gradient penalty'),
  penaltyTarget: weight.describe('length of the gradient that the penalty asks for'),
  penaltyAt: z
    .enum(['between', 'real', 'fake'])
    .describe('where the gradient is taken: between real and fake examples, or at either'),
  r1: weight.describe('gamma of the R1 penalty, gamma / 2 |gradient|^2 at real data'),
  r2: weight.describe('gamma of the R2 penalty, the same at generated data'),
  penaltyEvery: z
    .int()
    .min(1)
    .max(1024)
    .describe('iterations between gradient penalties: above 1 they are lazy, and count so many times'),
  drift: weight.describe("weight of the square of the critic's scores of real examples; ProGAN has 0.001"),
  spectralNorm: z.boolean().describe('divide every weight of the critic by its largest singular value'),
  orthogonal: weight.describe('weight of orthogonal regularisation of the generator; BigGAN has 1e-4'),
  criticOrthogonal: weight.describe('the same of the critic'),
  clip: weight.describe('cut every weight of the critic to [-clip, clip]; WGAN has 0.01'),
  pathLength: weight.describe('weight of path length regularisation of the generator; StyleGAN2 has 2'),
  pathEvery: z
    .int()
    .min(1)
    .max(1024)
    .describe('iterations between path length penalties, which count so many times'),
  pathShrink: z
    .int()
    .min(1)
    .max(1024)
    .describe('share of a batch whose paths are measured: one of so many; StyleGAN2 has 2'),

  minibatchDiscrimination: z
    .int()
    .min(0)
    .max(1024)
    .describe('features that tell the critic how close the examples of a batch are'),
  minibatchStd: z
    .int()
    .min(0)
    .max(1024)
    .describe(
      'examples in a group, at most the batch, whose standard deviation the critic is told; ProGAN has 4',
    ),
  featureMatching: z
    .boolean()
    .describe("the generator matches mean features of the critic instead of minimising the objective's loss"),
  unrolled: z
    .int()
    .min(0)
    .max(32)
    .describe('steps of the critic that the generator looks ahead and is differentiated through'),
  packing: z.int().min(1).max(64).describe('examples the critic judges together; must divide the batch'),

  realLabel: z
    .number()
    .min(0.5)
    .max(1)
    .describe('what the critic is told of real examples; 0.9 is one-sided label smoothing'),
  labelFlip: z.number().min(0).max(0.5).describe('share of examples the critic is told the wrong side of'),
  instanceNoise: weight.describe('standard deviation of the noise added to all the critic sees, at first'),
  instanceNoiseImages: z.int().min(1).describe('images until the instance noise has decayed to nothing'),
  dropout: share.describe("share of the critic's hidden units dropped in training"),
  augment: z
    .array(z.enum(AUGMENTATIONS))
    .max(3)
    .describe('differentiable augmentation of all the critic sees: colour,translation,cutout'),
  ada: z
    .array(z.enum(ADA_GROUPS))
    .max(6)
    .describe('adaptive augmentation of all the critic sees: blit,geometry,colour,filter,noise,cutout'),
  adaTarget: z
    .number()
    .min(-1)
    .max(1)
    .describe("mean sign of the critic's scores of real examples that adaptive augmentation aims at"),
  adaImages: z.int().min(1).describe('images in which the probability of augmentations can move by one'),
  adaEvery: z.int().min(1).max(1024).describe('critic steps between moves of that probability'),
  adaStart: z.number().min(0).max(1).describe('what that probability begins at'),

  condition: z
    .enum(['none', 'concat', 'auxiliary', 'projection'])
    .describe('how the critic knows the class: beside the example, as a second task, or by projection'),
  generatorCondition: z
    .enum(['concat', 'batch-norm'])
    .describe('how a conditional generator knows the class: beside z, or in its batch norm'),
  embedding: z.int().min(1).max(4096).describe('numbers that stand for a class where it is concatenated'),
  auxiliaryWeight: weight.describe("weight of the auxiliary classifier's losses"),

  criticSteps: z.int().min(1).max(100).describe('critic updates per generator update'),
  optimizer: z.enum(['adam', 'sgd', 'rmsprop']).describe('update rule'),
  lr: weight.describe('learning rate'),
  criticLr: weight.optional().describe("the critic's learning rate, if it is another"),
  lrImages: z
    .int()
    .min(0)
    .describe('images over which learning rates fall to 0, by half a cosine; 0 for never'),
  b1: z.number().min(0).max(0.9999).describe("Adam's decay of the mean, or the momentum of SGD and RMSProp"),
  b2: z.number().min(0).max(0.99999).describe("Adam's and RMSProp's decay of the square"),
  average: weight.describe('half-life of the averaged generator in images; 0 for none'),
};

type Settings = typeof settings;

/** The toolbox's settings, resolved. */
export type ToolboxConfig = z.output<z.ZodObject<Settings>>;

/** Everything off; DCGAN's optimizer (arXiv:1511.06434). */
export const TOOLBOX_DEFAULTS: ToolboxConfig = {
  objective: 'non-saturating',
  leastSquares: [0, 1, 1],
  gradientPenalty: 'none',
  lambda: 10,
  penaltyTarget: 1,
  penaltyAt: 'between',
  r1: 0,
  r2: 0,
  penaltyEvery: 1,
  drift: 0,
  spectralNorm: false,
  orthogonal: 0,
  criticOrthogonal: 0,
  clip: 0,
  pathLength: 0,
  pathEvery: 4,
  pathShrink: 1,
  minibatchDiscrimination: 0,
  minibatchStd: 0,
  featureMatching: false,
  unrolled: 0,
  packing: 1,
  realLabel: 1,
  labelFlip: 0,
  instanceNoise: 0,
  instanceNoiseImages: 100_000,
  dropout: 0,
  augment: [],
  ada: [],
  adaTarget: 0.6,
  adaImages: 500_000,
  adaEvery: 4,
  adaStart: 0,
  condition: 'none',
  generatorCondition: 'concat',
  embedding: 16,
  auxiliaryWeight: 1,
  criticSteps: 1,
  optimizer: 'adam',
  lr: 2e-4,
  lrImages: 0,
  b1: 0.5,
  b2: 0.999,
  average: 10_000,
};

type Shape = {
  [Name in keyof Settings]: Name extends 'criticLr' ? Settings[Name] : z.ZodDefault<Settings[Name]>;
};

/** The toolbox's settings as part of a system's strict schema, with the system's own defaults. */
export function toolboxSettings(own: Partial<ToolboxConfig> = {}): Shape {
  const defaults: Record<string, unknown> = { ...TOOLBOX_DEFAULTS, ...own };
  const entries = Object.entries(settings).map(([name, schema]) => [
    name,
    defaults[name] === undefined ? schema : withDefault(schema, defaults[name]),
  ]);
  return Object.fromEntries(entries) as Shape;
}

const withDefault = (schema: z.ZodType, value: unknown) =>
  schema.default(value).describe(schema.description ?? '');
