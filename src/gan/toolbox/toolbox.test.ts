import { describe, expect, it } from 'vitest';
import { evaluate, interpret, tensor } from '../../graph/index.ts';
import { leafName } from '../../graph/ops/leaf.ts';
import { leavesOf } from '../../graph/program.ts';
import { sizeOf } from '../../graph/shape.ts';
import { dense, initial, minibatchDiscrimination, minibatchStd } from '../../nn/index.ts';
import { testScope } from '../../nn/scope.testing.ts';
import { adam, sgd } from '../../optim/index.ts';
import { valueAt } from '../../optim/schedules.ts';
import { convolutionalGan } from '../../zoo/convolutional.ts';
import { r3gan, unrolled as unrolledSystem } from '../../zoo/index.ts';
import { buildGan } from '../build.ts';
import { resolveConfig } from '../config.ts';
import { criticAccuracy, criticLoss, generatorLoss, OBJECTIVES } from '../controls/objectives.ts';
import { pack, sharedInPack } from '../controls/packing.ts';
import { unrolled } from '../controls/unroll.ts';
import { bindNetwork, createTrace } from '../trace.ts';

const points = { kind: 'points', shape: [2], classes: ['a', 'b'] } as const;
const system = convolutionalGan({ name: 'tiny', title: 'Tiny', paper: 'none', settings: {} });
const small = { batch: 4, width: 3, latent: 2, criticNorm: 'none' };
const numbers = (x: Parameters<typeof interpret>[0][number]) => [...interpret([x])(() => undefined)[0]!];

describe('phases', () => {
  const phasesOf = (settings: Record<string, unknown>) =>
    buildGan(system, resolveConfig(system, { ...small, ...settings }, points), points).phases;
  const summary = (settings: Record<string, unknown>) =>
    phasesOf(settings).map(({ name, trains, repeat, every }) => `${name} ${trains} x${repeat} /${every}`);

  it('are the critic and the generator, and further ones for what is lazy', () => {
    expect(summary({ criticSteps: 3 })).toEqual(['critic D x3 /1', 'generator G x1 /1']);
    expect(summary({ r1: 1, penaltyEvery: 16, pathLength: 2, pathEvery: 8 })).toEqual([
      'critic D x1 /1',
      'critic-penalty D x1 /16',
      'generator G x1 /1',
      'path-length G x1 /8',
    ]);
    expect(summary({ r1: 1 })).toEqual(['critic D x1 /1', 'generator G x1 /1']);
  });

  it('chart what is switched on', () => {
    const reports = (settings: Record<string, unknown>) => phasesOf(settings)[0]!.reports;
    const scores = ['loss', 'scoreReal', 'scoreFake'];
    expect(reports({})).toEqual([...scores, 'accuracy', 'saturated']);
    expect(reports({ objective: 'wasserstein', gradientPenalty: 'two-sided', r2: 1 })).toEqual([
      ...[...scores, 'gap', 'penalty', 'r2'],
    ]);
    expect(reports({ condition: 'auxiliary', criticOrthogonal: 1 })).toEqual([
      ...[...scores, 'accuracy', 'saturated', 'classes', 'orthogonal'],
    ]);
  });

  it('slow the optimizer of a network that is regularised lazily', () => {
    const rate = (settings: Record<string, unknown>) => {
      const optimizers = system.optimizers(resolveConfig(system, { ...small, ...settings }, points));
      return ['D', 'G'].map((network) => valueAt(optimizers[network]!.lr, { step: 0, images: 0 }));
    };
    const [critic, generator] = rate({ lr: 1, r1: 1, penaltyEvery: 4, pathLength: 1, pathEvery: 2 });
    expect([critic, generator]).toEqual([4 / 5, 2 / 3]);
    expect(rate({ lr: 1, r1: 1, penaltyEvery: 4, criticSteps: 2 })[0]).toBeCloseTo(8 / 9, 12);
    expect(rate({ lr: 1, criticLr: 4 })).toEqual([4, 1]);
  });
});

it('learning rates fall to nothing by half a cosine, in images', () => {
  const c = resolveConfig(system, { ...small, lr: 1, criticLr: 4, lrImages: 1000 }, points);
  const at = (network: string, images: number) =>
    valueAt(system.optimizers(c)[network]!.lr, { step: 0, images });
  expect([0, 500, 1000, 5000].map((images) => at('G', images))).toEqual([1, 0.5, 0, 0]);
  expect(at('D', 250)).toBeCloseTo(2 * (1 + Math.SQRT1_2), 12);
});

it('instance noise decays to nothing in images', () => {
  const c = resolveConfig(system, { ...small, instanceNoise: 0.4, instanceNoiseImages: 1000 }, points);
  const schedule = system.schedules!(c).instanceNoise!;
  const at = (images: number) => valueAt(schedule, { step: 0, images });
  expect([at(0), at(500), at(1000), at(5000)]).toEqual([0.4, 0.2, 0, 0]);
});

it.each([
  [{ condition: 'projection', orthogonal: 1 }, 'generator', /^G\/class\/weight/],
  [
    { condition: 'projection', generatorCondition: 'batch-norm', orthogonal: 1 },
    'generator',
    /^G\/.*(scale|shift)\/weight/,
  ],
  [{ condition: 'projection', criticOrthogonal: 1 }, 'critic', /^D\/projection\/weight/],
  [{ condition: 'concat', criticOrthogonal: 1 }, 'critic', /^D\/class\/weight/],
] as const)('orthogonal regularisation leaves tables of classes alone: %j', (settings, name, tables) => {
  const config = resolveConfig(system, { ...small, ...settings }, points);
  const { step } = buildGan(system, config, points).phases.find((phase) => phase.name === name)!;
  const { inputs, states } = leavesOf(step);
  const valueWhere = (filled: (name: string) => boolean) =>
    evaluate(
      step.outputs.get('orthogonal')!,
      Object.fromEntries(
        [...inputs, ...states].map((leaf) => [
          leafName(leaf),
          new Array<number>(sizeOf(leaf.shape)).fill(filled(leafName(leaf)) ? 1 : 0),
        ]),
      ),
    )[0]!;
  expect([...states].some((leaf) => tables.test(leafName(leaf)))).toBe(true);
  expect(valueWhere((leaf) => tables.test(leaf))).toBe(0);
  expect(valueWhere((leaf) => /weight$/.test(leaf) && !tables.test(leaf))).toBeGreaterThan(0);
});

it.each([{ dropout: 0.1 }, { spectralNorm: true }])(
  'a system refuses %j where it has no place',
  (settings) => {
    const data = { kind: 'images', shape: [1, 16, 16], classes: [] } as const;
    expect(() => resolveConfig(r3gan, settings, data)).toThrow(
      /r3gan: \w+=\S+ has no place in this system's networks/,
    );
  },
);

describe('objectives', () => {
  const [real, fake] = [tensor([[2], [0]]), tensor([[1], [-1]])];

  it('a relativistic generator says that it needs the scores of real examples', () => {
    expect(() => generatorLoss(fake, 'relativistic-pairing')).toThrow(
      /'relativistic-pairing' compares fakes with real examples; give their scores as 'real'/,
    );
  });

  it('an unknown one is refused', () => {
    expect(() => criticLoss(real, fake, { objective: 'hinges' as 'hinge' })).toThrow(/'hinges' is unknown/);
  });

  it('accuracy judges by the boundary, or by the pair', () => {
    const accuracy = (objective: (typeof OBJECTIVES)[number]) =>
      numbers(criticAccuracy(real, fake, { objective }))[0];
    expect(accuracy('non-saturating')).toBe(0.5); // 2 and -1 are right, 0 and 1 are not
    expect(accuracy('least-squares')).toBe(0.5); // the boundary is a half
    expect(accuracy('relativistic-pairing')).toBe(1);
  });

  it.each(OBJECTIVES)('%s: the generator gains where a fake is scored higher', (objective) => {
    const loss = (score: number) =>
      numbers(generatorLoss(tensor([[score]]), { objective, real: tensor([[0.5]]) }))[0]!;
    expect(loss(0.2)).toBeLessThan(loss(-0.2));
  });
});

describe('packing', () => {
  it('joins neighbours, and shares random numbers in a pack', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect(pack(x, 2).shape).toEqual([2, 4]);
    expect(numbers(pack(x, 2))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(numbers(sharedInPack(tensor([[1], [2], [3], [4]]), 2))).toEqual([1, 1, 2, 2]);
    expect(() => pack(x, 3)).toThrow(/packs of 3 do not divide the batch of \[4, 2\]/);
  });
});

describe('layers that look at the batch', () => {
  it('see that two equal examples are close, and that others are not', () => {
    const scope = testScope();
    const x = tensor([
      [1, 2],
      [1, 2],
      [90, -80],
    ]);
    const output = minibatchDiscrimination(scope, 'minibatch', x, { kernels: 1, dimensions: 2 });
    const [values] = scope.evaluate([output], { 'N/minibatch/weight': [1, 0, 0, 1] });
    const closeness = [2, 5, 8].map((i) => values![i]!);
    expect(closeness[0]).toBeCloseTo(1, 12);
    expect(closeness[2]).toBeCloseTo(0, 12);
  });

  it('refuse groups that do not divide the batch', () => {
    expect(() => minibatchStd(tensor([[1], [2], [3]]), { group: 2 })).toThrow(/groups of 2 do not divide/);
  });
});

describe('an unrolled critic', () => {
  const trace = () => createTrace('train', 'test', new Map());
  const D = (t: ReturnType<typeof trace>) =>
    bindNetwork(t, 'D', (scope, x) => dense(scope, 'out', x!, { units: 1, bias: false, init: initial.ones }));

  it('has made the steps of its own rule', () => {
    // D(x) = w x on x = 1 minimises w: each step of 0.1 takes 0.1 from w.
    const critic = D(trace());
    const loss = (critic: ReturnType<typeof D>) => critic(tensor([[1]])).sum();
    const ahead = unrolled(critic, loss, { optimizer: sgd(), steps: 3 })(tensor([[1]]));
    const given: Record<string, number[]> = { 'D/out/weight': [1], 'lr/D': [0.1] };
    expect(interpret([ahead])((name) => given[name])[0]![0]).toBeCloseTo(0.7, 9);
  });

  it('goes on from the moments of the run, and leaves them alone', () => {
    const built = buildGan(
      unrolledSystem,
      resolveConfig(unrolledSystem, { ...small, unrolled: 1 }, points),
      points,
    );
    const generator = built.phases.find(({ name }) => name === 'generator')!;
    expect([...generator.step.updates.keys()].filter((name) => /(^|\/)D\//.test(name))).toEqual([]);
  });

  it('is played against for the whole value of the game: the critic loss with the opposite sign', () => {
    const config = resolveConfig(unrolledSystem, { ...small, unrolled: 2 }, points);
    const { phases } = buildGan(unrolledSystem, config, points);
    // At a learning rate of zero the critic ahead is the critic at hand. Adam's sums of squares are positive.
    const value = (leaf: string, size: number) =>
      Array.from({ length: size }, (_, i) =>
        leaf === 'lr/D' ? 0 : leaf.startsWith('optimizer/') ? 1 : Math.sin(i + leaf.length),
      );
    const lossOf = (name: string) => {
      const { step } = phases.find((phase) => phase.name === name)!;
      const { inputs, states } = leavesOf(step);
      const given = Object.fromEntries(
        [...inputs, ...states].map((leaf) => [leafName(leaf), value(leafName(leaf), sizeOf(leaf.shape))]),
      );
      return evaluate(step.outputs.get('loss')!, given)[0]!;
    };
    expect(lossOf('generator')).toBeCloseTo(-lossOf('critic'), 9);
  });

  it('says when the loss does not call it', () => {
    const loss = () => tensor(1);
    expect(() => unrolled(D(trace()), loss, { optimizer: adam(), steps: 1 })).toThrow(/never calls D/);
  });
});
