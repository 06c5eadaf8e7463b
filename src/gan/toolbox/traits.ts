import type { DataShape } from '../../base/dataShape.ts';
import { OBJECTIVES } from '../controls/objectives.ts';
import { TOOLBOX_DEFAULTS, type ToolboxConfig } from './settings.ts';

/** What a system's settings say of its networks, as far as controls care. */
export interface NetworkFacts {
  /** Normalisation in the critic. 'batch' says that a score depends on the other examples of its batch. */
  criticNorm: string;
  /** Whether the generator has batch norm, which can take in the class. */
  generatorBatchNorm: boolean;
  /** Settings the networks have no place for. */
  without?: readonly (keyof ToolboxConfig)[];
}

/** Settings, networks and data of a run: what a trait is a trait of. */
export interface Situation {
  config: ToolboxConfig;
  facts: NetworkFacts;
  data: DataShape;
}

/** A choice or a circumstance that may get along with others or not. */
export interface Trait {
  name: string;
  holds(situation: Situation): boolean;
  /** Said of it in a refusal: settings to be printed with their values, or words. */
  shown: (keyof ToolboxConfig)[] | string;
}

/** A switch of the toolbox: a trait, and settings that turn it on. */
export interface Control extends Trait {
  on: Partial<ToolboxConfig>;
}

const changed = (config: ToolboxConfig, name: keyof ToolboxConfig): boolean =>
  JSON.stringify(config[name]) !== JSON.stringify(TOOLBOX_DEFAULTS[name]);

/** A control that is on where a setting is not as it is by default. */
const changing = (
  name: string,
  setting: keyof ToolboxConfig,
  on: Partial<ToolboxConfig>,
  shown: (keyof ToolboxConfig)[] = [setting],
): Control => ({ name, on, shown, holds: ({ config }) => changed(config, setting) });

/** A control that is on where a setting has one value. */
const choosing = <Name extends keyof ToolboxConfig>(
  name: string,
  setting: Name,
  value: ToolboxConfig[Name],
  more: Partial<ToolboxConfig> = {},
): Control => ({
  name,
  on: { [setting]: value, ...more },
  shown: [setting],
  holds: ({ config }) => config[setting] === value,
});

/** The objectives as traits. */
export const objectives: readonly Control[] = OBJECTIVES.map((objective) =>
  choosing(objective, 'objective', objective),
);

/** Every control with settings that switch it on. A setting that belongs to none of them fails the matrix test. */
export const controls: readonly Control[] = [
  choosing('two-sided gradient penalty', 'gradientPenalty', 'two-sided', { lambda: 5, penaltyTarget: 1.5 }),
  choosing('one-sided gradient penalty', 'gradientPenalty', 'one-sided', { penaltyTarget: 0.5 }),
  choosing('dragan', 'gradientPenalty', 'dragan'),
  choosing('gradient penalty at real data', 'penaltyAt', 'real', { gradientPenalty: 'one-sided' }),
  choosing('gradient penalty at generated data', 'penaltyAt', 'fake', { gradientPenalty: 'one-sided' }),
  changing('r1', 'r1', { r1: 1 }),
  changing('r2', 'r2', { r2: 1 }),
  changing('lazy penalty', 'penaltyEvery', { penaltyEvery: 2, r1: 1 }),
  changing('drift penalty', 'drift', { drift: 1e-2 }),
  changing('spectral norm', 'spectralNorm', { spectralNorm: true }),
  changing('orthogonal regularisation', 'orthogonal', { orthogonal: 1e-2 }),
  changing('orthogonal regularisation of the critic', 'criticOrthogonal', { criticOrthogonal: 1e-2 }),
  changing('weight clipping', 'clip', { clip: 0.05 }),
  changing('path length regularisation', 'pathLength', { pathLength: 2, pathEvery: 2, pathShrink: 2 }),
  changing('minibatch discrimination', 'minibatchDiscrimination', { minibatchDiscrimination: 3 }),
  changing('minibatch standard deviation', 'minibatchStd', { minibatchStd: 2 }),
  changing('feature matching', 'featureMatching', { featureMatching: true }),
  changing('unrolled critic', 'unrolled', { unrolled: 2 }),
  changing('packing', 'packing', { packing: 2 }),
  changing('label smoothing', 'realLabel', { realLabel: 0.9 }),
  changing('label flipping', 'labelFlip', { labelFlip: 0.25 }),
  changing('instance noise', 'instanceNoise', { instanceNoise: 0.1, instanceNoiseImages: 1000 }),
  changing('critic dropout', 'dropout', { dropout: 0.3 }),
  changing('differentiable augmentation', 'augment', { augment: ['colour', 'translation', 'cutout'] }),
  changing('adaptive augmentation', 'ada', {
    ada: ['blit', 'colour'],
    adaTarget: 0.5,
    adaImages: 1000,
    adaEvery: 2,
    adaStart: 0.2,
  }),
  choosing('class beside the example', 'condition', 'concat', { embedding: 3 }),
  choosing('auxiliary classifier', 'condition', 'auxiliary', { auxiliaryWeight: 0.5 }),
  choosing('projection', 'condition', 'projection'),
  choosing('conditional batch norm', 'generatorCondition', 'batch-norm', { condition: 'projection' }),
  changing('several critic steps', 'criticSteps', { criticSteps: 2 }),
  changing('two time scales', 'criticLr', { lr: 1e-3, criticLr: 4e-3 }),
  changing('falling learning rate', 'lrImages', { lrImages: 1000 }),
  choosing('sgd', 'optimizer', 'sgd', { b1: 0 }),
  choosing('rmsprop', 'optimizer', 'rmsprop', { b2: 0.99 }),
  changing('averaged generator', 'average', { average: 100 }),
  changing('targets of least squares', 'leastSquares', { leastSquares: [-1, 1, 0] }),
];

/** Circumstances: what networks and data are like. */
export const circumstances: readonly Trait[] = [
  {
    name: 'batch norm in the critic',
    holds: ({ facts }) => facts.criticNorm === 'batch',
    shown: 'batch norm in the critic',
  },
  {
    name: 'no batch norm in the generator',
    holds: ({ facts }) => !facts.generatorBatchNorm,
    shown: 'a generator without batch norm',
  },
  { name: 'points', holds: ({ data }) => data.kind === 'points', shown: 'data of points' },
  {
    name: 'data without classes',
    holds: ({ data }) => data.classes.length < 2,
    shown: 'data without classes',
  },
  { name: 'no condition', holds: ({ config }) => config.condition === 'none', shown: ['condition'] },
];
