import type { DataShape } from '../../base/dataShape.ts';
import { GansmithError } from '../../base/errors.ts';
import type { BaseConfig } from '../defineGan.ts';
import type { ToolboxConfig } from './settings.ts';
import {
  circumstances,
  controls,
  type NetworkFacts,
  objectives,
  type Situation,
  type Trait,
} from './traits.ts';

export type { NetworkFacts } from './traits.ts';

/** Traits that do not go together: any of the one list with any of the other. */
export interface Refusal {
  these: readonly string[];
  with: readonly string[];
  why: string;
  /** What to choose in their place. */
  instead: string;
}

const gradientPenalties = ['two-sided gradient penalty', 'one-sided gradient penalty', 'dragan', 'r1', 'r2'];
const relativistic = [
  'relativistic-average',
  'relativistic-average-ls',
  'relativistic-average-hinge',
  'relativistic-pairing',
];
const conditions = ['class beside the example', 'auxiliary classifier', 'projection'];

/** Everything that is refused. What is not here works, and the matrix test trains it. */
export const refusalTable: readonly Refusal[] = [
  {
    these: ['batch norm in the critic'],
    with: gradientPenalties,
    why: "a penalty is on the gradient of each example's own score, and batch norm makes scores depend on the whole batch",
    instead: 'choose criticNorm=layer or criticNorm=none',
  },
  {
    these: ['batch norm in the critic'],
    with: ['spectral norm'],
    why: 'batch norm rescales what spectral norm has bounded',
    instead: 'choose criticNorm=none',
  },
  {
    these: ['minibatch discrimination'],
    with: gradientPenalties,
    why: "a penalty is on the gradient of each example's own score, and this layer compares the examples of the batch",
    instead: 'choose minibatchStd=4, which ProGAN combines with a penalty, or packing=2',
  },
  {
    these: ['weight clipping'],
    with: ['spectral norm'],
    why: 'spectral norm rescales whatever clipping leaves of the weights',
    instead: 'choose one of the two',
  },
  {
    these: ['weight clipping'],
    with: ['two-sided gradient penalty', 'dragan'],
    why: 'clipped weights keep the gradient shorter than the penalty asks for',
    instead: 'choose clip=0, or gradientPenalty=one-sided',
  },
  {
    these: ['dragan'],
    with: ['gradient penalty at real data', 'gradient penalty at generated data'],
    why: 'dragan says itself where its penalty is taken, around real data',
    instead: 'choose gradientPenalty=two-sided',
  },
  {
    these: ['unrolled critic'],
    with: [...gradientPenalties, 'orthogonal regularisation of the critic'],
    why: 'the steps ahead minimise the objective alone, so they would not be the steps the critic takes',
    instead: 'leave one of the two out; spectralNorm=true and clip=0.01 go with unrolling',
  },
  {
    these: ['label smoothing'],
    with: ['least-squares'],
    why: 'least squares names the target of real examples itself',
    instead: 'choose leastSquares=[0,0.9,1]',
  },
  {
    these: ['label smoothing'],
    with: ['hinge', 'wasserstein', ...relativistic],
    why: 'smoothing lowers the probability asked for of a real example, and this objective asks for none',
    instead: 'choose objective=non-saturating, or instanceNoise',
  },
  {
    these: ['label flipping'],
    with: relativistic,
    why: 'a relativistic critic judges each example by those of the other side, so one false label falsifies many verdicts',
    instead: 'choose instanceNoise',
  },
  {
    these: ['packing'],
    with: conditions,
    why: 'a pack holds examples of several classes, and the critic is told one',
    instead: 'choose packing=1, with minibatchStd or minibatchDiscrimination for variety',
  },
  {
    these: ['conditional batch norm'],
    with: ['no batch norm in the generator'],
    why: 'there is no batch norm to take in the class',
    instead: 'choose generatorCondition=concat',
  },
  {
    these: ['conditional batch norm'],
    with: ['no condition'],
    why: 'without a condition there is no class to take in',
    instead: 'choose condition=projection, or generatorCondition=concat',
  },
  {
    these: ['differentiable augmentation'],
    with: ['points'],
    why: 'colour, translation and cutout are for pictures',
    instead: 'choose instanceNoise',
  },
  {
    these: ['adaptive augmentation'],
    with: ['points'],
    why: 'its transformations are for pictures',
    instead: 'choose instanceNoise',
  },
  {
    these: ['adaptive augmentation'],
    with: ['wasserstein', ...relativistic],
    why: "its strength follows how sure the critic is of real examples, and this objective's scores say nothing of one example alone",
    instead: 'choose objective=non-saturating, or augment=colour,translation,cutout',
  },
  {
    these: conditions,
    with: ['data without classes'],
    why: 'there is no class to tell',
    instead: 'choose condition=none, or data with classes, such as mnist or a folder of folders',
  },
];

const traits = new Map<string, Trait>(
  [...objectives, ...controls, ...circumstances].map((trait) => [trait.name, trait]),
);

function traitNamed(name: string): Trait {
  const trait = traits.get(name);
  if (!trait) throw new GansmithError(`the table of refusals names '${name}', which is no trait`);
  return trait;
}

/** The row of the table that refuses two traits, if one does. */
export const refusalOf = (first: string, second: string): Refusal | undefined =>
  refusalTable.find(
    ({ these, with: others }) =>
      (these.includes(first) && others.includes(second)) ||
      (these.includes(second) && others.includes(first)),
  );

/** Why these settings, networks and data cannot work together, a sentence each. */
export function refusals(
  config: ToolboxConfig & BaseConfig,
  facts: NetworkFacts,
  data: DataShape,
): readonly string[] {
  const situation: Situation = { config, facts, data };
  const holding = (names: readonly string[]) =>
    names.map(traitNamed).filter((trait) => trait.holds(situation));
  const pairs = refusalTable.flatMap(({ these, with: others, why, instead }) =>
    holding(these).flatMap((a) =>
      holding(others).map(
        (b) => `${said(a, config)} does not go with ${said(b, config)}: ${why}; ${instead}`,
      ),
    ),
  );
  return [...pairs, ...withoutPlace(config, facts), ...counts(config)];
}

const said = ({ shown }: Trait, config: ToolboxConfig): string =>
  typeof shown === 'string' ? shown : shown.map((name) => `${name}=${textOf(config[name])}`).join(' ');

const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? typeof value[0] === 'string'
      ? value.join(',')
      : JSON.stringify(value)
    : String(value);

/** Settings that the system's networks have no place for. */
const withoutPlace = (config: ToolboxConfig, { without = [] }: NetworkFacts): string[] =>
  controls
    .filter(({ shown, holds }) => {
      const facts = { criticNorm: 'none', generatorBatchNorm: false };
      const data: DataShape = { kind: 'images', shape: [], classes: [] };
      return (
        typeof shown !== 'string' &&
        shown.some((name) => without.includes(name)) &&
        holds({ config, facts, data })
      );
    })
    .map((control) => `${said(control, config)} has no place in this system's networks; leave it out`);

/** Sizes that must divide each other. */
function counts({ batch, packing, minibatchStd }: ToolboxConfig & BaseConfig): string[] {
  if (batch % packing !== 0) {
    return [
      `packing=${packing} does not divide batch=${batch}; choose batch=${Math.ceil(batch / packing) * packing}`,
    ];
  }
  const decisions = batch / packing;
  // A batch smaller than a group is one group.
  if (minibatchStd > 0 && decisions > minibatchStd && decisions % minibatchStd !== 0) {
    return [
      `minibatchStd=${minibatchStd} does not divide the ${decisions} verdicts of a batch; choose batch=${Math.ceil(decisions / minibatchStd) * minibatchStd * packing}`,
    ];
  }
  return [];
}
