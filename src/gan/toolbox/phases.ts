import { square } from '../../graph/ops/composite.ts';
import { add, mul, neg, sub } from '../../graph/ops/elementwise.ts';
import { tensor } from '../../graph/ops/leaf.ts';
import { mean } from '../../graph/ops/reduce.ts';
import { slice } from '../../graph/ops/slicing.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Named } from '../../optim/optimizer.ts';
import { adaptAugmentation } from '../controls/ada/adapt.ts';
import { classLoss } from '../controls/auxiliary.ts';
import { featureMatchingLoss } from '../controls/featureMatching.ts';
import {
  criticAccuracy,
  criticLoss,
  criticSaturation,
  generatorLoss,
  objectiveRule,
} from '../controls/objectives.ts';
import { orthogonalPenalty } from '../controls/orthogonal.ts';
import { onePerPack } from '../controls/packing.ts';
import { pathLengthPenalty, pathLengths } from '../controls/pathLength.ts';
import { unrolled } from '../controls/unroll.ts';
import type { BaseConfig, Phase } from '../defineGan.ts';
import type { BoundNetwork } from '../trace.ts';
import { criticOptimizer } from './optimizers.ts';
import { gradientPenalties, hasGradientPenalty, penaltyNeedsFakes } from './penalties.ts';
import type { ToolboxConfig } from './settings.ts';
import type { NetworkFacts } from './traits.ts';
import type { Casting, Game, GameInputs, Players } from './values.ts';
import { judgesTogether, verdicts } from './verdicts.ts';

type Config = ToolboxConfig & BaseConfig;
/** A step's loss and further scalars for charts. */
type Report = { loss: Tensor } & Record<string, Tensor>;

/**
 * The phases of an iteration: the critic, its lazy penalties, the generator, its lazy path length penalty.
 * @param facts of the networks: whether the critic may see real and fake examples together.
 * @param realOf what is made of real examples first
 */
export function toolboxPhases<P extends Players, I extends GameInputs>(
  c: Config,
  facts: NetworkFacts,
  { makers, generator }: Casting<P, I>,
  realOf = (real: Tensor): Tensor => real,
): Phase<P, I>[] {
  const together = judgesTogether(c, facts);
  const lazyPenalties = hasGradientPenalty(c) && c.penaltyEvery > 1;
  const phase = (
    name: string,
    trains: readonly (keyof P & string)[],
    step: (c: Config, game: Game, together: boolean) => Report,
    often: { repeat?: number; every?: number } = {},
  ): Phase<P, I> => ({
    name,
    trains,
    ...often,
    step: (networks, values) => {
      const game = { ...values, real: realOf(values.real), D: networks.D, G: generator(networks, values) };
      return step(c, game, together);
    },
  });
  return [
    phase('critic', ['D'], criticStep, { repeat: c.criticSteps }),
    ...(lazyPenalties ? [phase('critic-penalty', ['D'], penaltyStep, { every: c.penaltyEvery })] : []),
    phase('generator', makers, generatorStep),
    ...(c.pathLength > 0 ? [phase('path-length', makers, pathStep, { every: c.pathEvery })] : []),
  ];
}

/** The critic learns to tell real from fake, and keeps its gradient in bounds. */
function criticStep(c: Config, game: Game, together: boolean): Report {
  const { G, D, z, label } = game;
  const fake = G(z, label);
  const charts: Record<string, Tensor> = {};
  const terms = [criticTerm(c, game, D, fake, together, charts)];
  if (hasGradientPenalty(c) && c.penaltyEvery === 1) {
    const penalties = gradientPenalties(c, game, fake);
    terms.push(...penalties.terms);
    Object.assign(charts, penalties.charts);
  }
  if (c.criticOrthogonal > 0) {
    charts.orthogonal = orthogonalPenalty(withoutClassTables(c, D.params()));
    terms.push(mul(charts.orthogonal, c.criticOrthogonal));
  }
  return { loss: total(terms), ...charts };
}

/**
 * The critic's part of the game itself: real against fake, and, with an auxiliary classifier, the classes of both. ProGAN keeps
 * the scores of real examples, which its objective leaves free to drift, near zero (arXiv:1710.10196, appendix A.1).
 */
function criticTerm(
  c: Config,
  { real, label, flipReal, flipFake }: Game,
  critic: BoundNetwork,
  fake: Tensor,
  together: boolean,
  charts: Record<string, Tensor> = {},
): Tensor {
  const { onReal, onFake } = verdicts(critic, { real, label }, fake, together);
  const flips =
    c.labelFlip > 0
      ? { flipReal: onePerPack(flipReal, c.packing), flipFake: onePerPack(flipFake, c.packing) }
      : {};
  Object.assign(charts, progress(c, onReal.output, onFake.output));
  if (c.ada.length > 0) {
    const boundary = objectiveRule(c).boundary ?? 0;
    const { p, realSign } = adaptAugmentation(critic, sub(onReal.output, boundary), c.batch, c);
    Object.assign(charts, { augmentation: p, realSign });
  }
  let loss = criticLoss(onReal.output, onFake.output, { ...c, realTarget: c.realLabel, ...flips });
  if (c.drift > 0) {
    charts.drift = mean(square(onReal.output));
    loss = add(loss, mul(charts.drift, c.drift));
  }
  const classes = onReal.results.get('classes');
  if (!classes) return loss;
  charts.classes = mul(add(classLoss(classes, label), classLoss(onFake.results.get('classes')!, label)), 0.5);
  return add(loss, mul(charts.classes, 2 * c.auxiliaryWeight));
}

/**
 * How the critic does: its mean scores, its accuracy, and how many examples leave it nothing to learn; or, where no score is a
 * boundary, the gap between the mean scores.
 */
const progress = (c: Config, real: Tensor, fake: Tensor): Record<string, Tensor> => ({
  scoreReal: mean(real),
  scoreFake: mean(fake),
  ...(objectiveRule(c).boundary === undefined
    ? { gap: criticLoss(real, fake, c) }
    : { accuracy: criticAccuracy(real, fake, c), saturated: criticSaturation(real, fake, c) }),
});

/**
 * The gradient penalties by themselves, in every k-th iteration (StyleGAN2, arXiv:1912.04958, appendix B). They count k times, as
 * every lazy phase does, and once for each of the critic's steps they stand in for.
 */
function penaltyStep(c: Config, game: Game): Report {
  const fake = penaltyNeedsFakes(c) ? game.G.still(game.z, game.label) : game.real;
  const { terms, charts } = gradientPenalties(c, game, fake);
  return { loss: mul(total(terms), c.criticSteps), ...charts };
}

/** The generator learns to fool the critic, as it is or as it will be. */
function generatorStep(c: Config, game: Game, together: boolean): Report {
  const { G, D, real, z, label } = game;
  const fake = G(z, label);
  const critic =
    c.unrolled > 0
      ? unrolled(D.frozen(), (critic) => criticTerm(c, game, critic, fake, together), {
          optimizer: criticOptimizer(c),
          steps: c.unrolled,
        })
      : D;
  const onFake = critic.all(fake, label);
  const { onFooled, onReal: lossOnReal } = objectiveRule(c);
  const needsReal = c.featureMatching || onFooled === undefined || c.unrolled > 0;
  const onReal = needsReal ? critic.all(real, label) : undefined;
  const terms = [
    c.featureMatching
      ? featureMatchingLoss(onReal!.results.get('features')!, onFake.results.get('features')!)
      : generatorLoss(onFake.output, { ...c, ...(onReal ? { real: onReal.output } : {}) }),
  ];
  // The steps ahead make the critic's verdict on real examples depend on the generator too, whom it serves to be bad: with the
  // minimax objective the sum is the paper's, the critic's loss with the opposite sign.
  if (c.unrolled > 0 && onFooled && !c.featureMatching) terms.push(neg(mean(lossOnReal(onReal!.output))));
  const charts: Record<string, Tensor> = {};
  const classes = onFake.results.get('classes');
  if (classes) {
    charts.classes = classLoss(classes, label);
    terms.push(mul(charts.classes, c.auxiliaryWeight));
  }
  if (c.orthogonal > 0) {
    charts.orthogonal = orthogonalPenalty(withoutClassTables(c, G.params()));
    terms.push(mul(charts.orthogonal, c.orthogonal));
  }
  return { loss: total(terms), ...charts };
}

/**
 * A class's row of a table is looked up, not multiplied with, so nothing asks rows to be orthogonal: scales of batch norm, which all
 * begin at 1, would even be torn apart. The authors of BigGAN leave the generator's embedding out too.
 */
function withoutClassTables({ generatorCondition }: Config, params: Named): Named {
  const tables = [
    '/class/weight',
    '/projection/weight',
    ...(generatorCondition === 'batch-norm' ? ['/scale/weight', '/shift/weight'] : []),
  ];
  return new Map([...params].filter(([name]) => !tables.some((table) => name.endsWith(table))));
}

/** Path length regularisation, in every k-th iteration, on a part of the batch, in w where the generator has one. */
function pathStep(c: Config, { G, z, label, direction }: Game): Report {
  const rows = Math.max(1, Math.floor(z.shape[0]! / c.pathShrink));
  const part = (x: Tensor) => (rows === x.shape[0] ? x : slice(x, 0, 0, rows));
  const latent = part(z);
  const { output, results } = G.frozen().all(latent, part(label));
  const lengths = pathLengths(output, results.get('w') ?? latent, part(direction));
  const penalty = pathLengthPenalty(G, lengths);
  return { loss: mul(penalty, c.pathLength), penalty, length: mean(lengths) };
}

const total = (terms: readonly Tensor[]): Tensor =>
  terms.length === 0 ? tensor(0) : terms.reduce((sum, term) => add(sum, term));
