import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { add, mean, mul, neg, state, sub, sum, type Tensor, tensor } from '../graph/index.ts';
import { evaluate } from '../graph/interpreter.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { batchNorm, dense, dropout, initial, normal, spectralNorm } from '../nn/index.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import { sgd } from '../optim/index.ts';
import { buildGan } from './build.ts';
import { describeSettings, resolveConfig } from './config.ts';
import { gradientPenalty } from './controls/gradientPenalties.ts';
import { type AnyGan, defineGan } from './defineGan.ts';
import { buildSampler } from './sampler.ts';
import { advancedStates, bindNetwork, createTrace } from './trace.ts';

const points = { kind: 'points', shape: [2], classes: [] } as const;

const small = defineGan({
  name: 'small',
  title: 'Two tiny networks',
  data: ['points'],
  config: z.strictObject({
    batch: z.int().min(2).default(4).describe('examples in a step'),
    lr: z.number().min(0).max(1).default(0.1).describe('learning rate'),
    mode: z.enum(['plain', 'fancy']).default('plain').describe('how it is done'),
    layers: z.array(z.int()).default([3]).describe('units'),
  }),
  presets: { quick: { lr: 0.5 } },
  networks: () => ({
    G: (scope, z) => batchNorm(scope, 'bn', dense(scope, 'fc', z!, { units: 2 })),
    D: (scope, x) => dense(scope, 'out', x!, { units: 1 }),
  }),
  optimizers: (c) => ({ G: sgd({ lr: c.lr }), D: sgd({ lr: c.lr }) }),
  inputs: () => ({ z: normal([2]) }),
  phases: () => [
    {
      name: 'critic',
      trains: 'D',
      step: ({ G, D }, { real, z }) => ({ loss: sub(mean(D(G(z))), mean(D(real))) }),
    },
    { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: neg(mean(D(G(z)))) }) },
  ],
  averages: () => ({ G: { halfLife: 100, statistics: 'average' } }),
});

describe('resolveConfig', () => {
  it('fills in defaults, then the preset, then what the user says', () => {
    expect(resolveConfig(small, {}, points)).toEqual({ batch: 4, lr: 0.1, mode: 'plain', layers: [3] });
    expect(resolveConfig(small, { preset: 'quick', batch: '8' }, points)).toMatchObject({
      lr: 0.5,
      batch: 8,
    });
    expect(resolveConfig(small, { preset: 'quick', lr: '1e-3' }, points)).toMatchObject({ lr: 0.001 });
    expect(resolveConfig(small, { layers: '[1,2]', mode: 'fancy' }, points)).toMatchObject({
      layers: [1, 2],
      mode: 'fancy',
    });
  });

  it.each([
    [{ bach: '8' }, /small has no setting 'bach'; did you mean 'batch'\?/],
    [{ batch: '1' }, /small: batch=1 is not possible: .*>=2/],
    [{ batch: '3.5' }, /batch=3.5 is not possible/],
    [{ lr: 'fast' }, /lr="fast" is not possible/],
    [{ mode: 'fanzy' }, /mode="fanzy" is not possible.*did you mean 'fancy'\?/],
    [{ layers: 'a,b' }, /layers="a,b" is not possible/],
    [{ preset: 'quik' }, /no preset 'quik'; did you mean 'quick'\?; its presets are quick/],
  ])('refuses %j in words', (overrides, message) => {
    expect(() => resolveConfig(small, overrides, points)).toThrow(message);
  });

  it('describes every setting', () => {
    expect(describeSettings(small)).toContainEqual({
      name: 'lr',
      type: 'number >= 0 <= 1',
      default: 0.1,
      required: false,
      meaning: 'learning rate',
    });
    expect(describeSettings(small).map(({ type }) => type)).toContain('plain | fancy');
  });
});

describe('buildGan', () => {
  const built = buildGan(small, resolveConfig(small, {}, points), points);

  it('keeps parameters, running statistics and averages under their full names', () => {
    expect([...built.specs.keys()].sort()).toEqual([
      'D/out/bias',
      'D/out/weight',
      'G/bn/bias',
      'G/bn/mean',
      'G/bn/variance',
      'G/bn/weight',
      'G/fc/bias',
      'G/fc/weight',
      'average/G/bn/bias',
      'average/G/bn/mean',
      'average/G/bn/variance',
      'average/G/bn/weight',
      'average/G/fc/bias',
      'average/G/fc/weight',
    ]);
    expect(built.params.get('G')).toEqual(['G/fc/weight', 'G/fc/bias', 'G/bn/weight', 'G/bn/bias']);
  });

  it('updates only the trained network, but advances the statistics of all', () => {
    const [critic, generator] = built.phases;
    expect([...critic!.step.updates.keys()].sort()).toEqual([
      'D/out/bias',
      'D/out/weight',
      'G/bn/mean',
      'G/bn/variance',
    ]);
    expect([...generator!.step.updates.keys()].filter((name) => name.startsWith('D/'))).toEqual([]);
    expect([...generator!.step.updates.keys()]).toContain('average/G/fc/weight');
  });

  it('starts an average from the very numbers of its weight', () => {
    expect(built.specs.get('average/G/fc/weight')!.key).toBe('G/fc/weight');
  });

  it('asks only for what a phase uses', () => {
    const names = leavesOf(built.phases[1]!.step).inputs.map(leafName);
    expect(names.sort()).toEqual(['averageRate/G', 'lr/G', 'z']);
  });

  it('says which phase and network an error is in', () => {
    const D: NetworkFunction = (scope, x) =>
      scope.in('head', (scope) => dense(scope, 'out', x!.reshape([4, 2, 1]), { units: 1 }));
    const networks = small.networks({ batch: 4 }, points);
    const broken = { ...small, networks: () => ({ ...networks, D }) };
    expect(() => buildGan(broken, { batch: 4 }, points)).toThrow(/\(in small\/critic\/D\/head\/out\)$/);
  });

  it('refuses a loss that is no scalar, and a phase that trains what it never calls', () => {
    const withStep = (step: unknown) =>
      ({ ...small, phases: () => [{ name: 'p', trains: 'D', step }] }) as unknown as typeof small;
    type Step = { G(z: Tensor): Tensor; D(x: Tensor): Tensor };
    expect(() =>
      buildGan(
        withStep(({ D }: Step, { real }: { real: Tensor }) => ({ loss: D(real) })),
        { batch: 4 },
        points,
      ),
    ).toThrow(/'loss' must be a scalar, not \[4,1\]/);
    expect(() =>
      buildGan(
        withStep(({ G }: Step, { z }: { z: Tensor }) => ({ loss: mean(G(z)) })),
        { batch: 4 },
        points,
      ),
    ).toThrow(/never calls that network/);
  });

  it.each<[string, Partial<AnyGan>, RegExp]>([
    [
      'a list with a network the loss never calls',
      {
        phases: () => [
          { name: 'p', trains: ['D', 'G'], step: ({ D }, { real }) => ({ loss: mean(D!(real)) }) },
        ],
      },
      /small\/p: trains G, but its loss never calls that network/,
    ],
    [
      'an input that would shadow the data',
      { inputs: () => ({ real: normal([2]) }) },
      /may not be called 'real'/,
    ],
    [
      'two phases of one name',
      { phases: (c, data) => [small.phases(c, data)[0]!, small.phases(c, data)[0]!] },
      /two phases are called 'critic'/,
    ],
    [
      'an average of what is never trained',
      { phases: (c, data) => [small.phases(c, data)[0]!] },
      /averages the weights of G/,
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => buildGan({ ...small, ...change }, { batch: 4 }, points)).toThrow(message);
  });

  it('says what is missing when it does not know how to sample', () => {
    const unnamed = { ...small, inputs: () => ({ noise: normal([2]) }) };
    expect(() => buildSampler(unnamed, { batch: 4 }, points, { batch: 1 })).toThrow(
      /has no network G with an input z; say in 'sample' how a picture is made from noise/,
    );
  });

  it('minimises k times the loss of a phase that runs every k-th time', () => {
    const phases =
      (every: number): AnyGan['phases'] =>
      (c, data) =>
        small.phases(c, data).map((phase) => ({ ...phase, every }));
    const moved = (every: number) => {
      const { step } = buildGan({ ...small, phases: phases(every) }, { batch: 4 }, points).phases[0]!;
      const values = {
        real: [3, 1, 4, 1, 5, 9, 2, 6],
        'D/out/weight': [1, 1],
        'D/out/bias': [0],
        'lr/D': [1],
      };
      const leaves = leavesOf(step);
      const given = Object.fromEntries(
        [...leaves.inputs, ...leaves.states].map((leaf) => [leafName(leaf), new Array(8).fill(0.5)]),
      );
      const sized = Object.fromEntries(
        [...leaves.inputs, ...leaves.states].map((leaf) => [
          leafName(leaf),
          given[leafName(leaf)]!.slice(
            0,
            leaf.shape.reduce((a, b) => a * b, 1),
          ),
        ]),
      );
      return evaluate(step.updates.get('D/out/weight')!, { ...sized, ...values })[0]! - 1;
    };
    expect(moved(4)).toBeCloseTo(4 * moved(1), 12);
    expect(moved(1)).not.toBe(0);
  });

  it('samples from averaged weights unless told otherwise', () => {
    const states = (averaged: boolean) =>
      leavesOf(buildSampler(small, built.config, points, { batch: 3, averaged }).program).states.map(
        leafName,
      );
    expect(states(true).every((name) => name.startsWith('average/G/'))).toBe(true);
    expect(states(false).every((name) => name.startsWith('G/'))).toBe(true);
  });
});

describe('a bound network', () => {
  const trace = () => createTrace('train', 'test', new Map());

  it('advances running statistics call by call, but not in still calls', () => {
    const t = trace();
    const D = bindNetwork(t, 'D', (scope, x) => batchNorm(scope, 'bn', x!, { momentum: 0.5 }));
    D(tensor([[0], [2]])); // mean 1
    D.still(tensor([[100], [200]]));
    D(tensor([[4], [6]])); // mean 5
    const mean = advancedStates(t).get('D/bn/mean')!;
    expect([...evaluate(mean, { 'D/bn/mean': [0], 'D/bn/variance': [1] })]).toEqual([
      0.5 * (0.5 * 1) + 0.5 * 5,
    ]);
  });

  it('draws new random numbers for every call', () => {
    const t = trace();
    const D = bindNetwork(t, 'D', (scope, x) => dropout(scope, 'drop', x!, { probability: 0.5 }));
    D(tensor([[1, 2]]));
    D(tensor([[1, 2]]));
    expect([...t.randoms.keys()]).toEqual(['D/drop/mask#0', 'D/drop/mask#1']);
  });

  it('takes one power iteration a phase, however often it is called', () => {
    const t = trace();
    const D = bindNetwork(t, 'D', (scope, x) => {
      const weight = scope.param('weight', [2, 2], initial.normal(1));
      return x!.matmul(spectralNorm(scope, weight), { transposeB: true });
    });
    const [first, second] = [D(tensor([[1, 2]])), D(tensor([[1, 2]]))];
    expect(first.inputs[1]).toBe(second.inputs[1]);
  });

  it('is the same network on other parameters', () => {
    const t = trace();
    const D = bindNetwork(t, 'D', (scope, x) => mul(x!, scope.param('w', [], initial.ones)));
    D(tensor(3));
    const doubled = new Map([...D.params()].map(([name, w]) => [name, add(w, w)]));
    expect([...evaluate(D.with(doubled)(tensor(3)), { 'D/w': [5] })]).toEqual([30]);
  });

  it('hands over further results of a call, without mixing those of two calls', () => {
    const D = bindNetwork(trace(), 'D', (scope, x) => {
      scope.in('inner', (inner) => inner.result('double', add(x!, x!)));
      return sum(x!);
    });
    const [first, second] = [D.all(tensor([1, 2])), D.all(tensor([5]))];
    const values = (x: Tensor) => [...evaluate(x)];
    expect([values(first.output), values(first.results.get('double')!)]).toEqual([[3], [2, 4]]);
    expect(values(second.results.get('double')!)).toEqual([10]);
  });

  it('frozen, advances nothing in any call; a body in its scope does', () => {
    const t = trace();
    const D = bindNetwork(t, 'D', (scope, x) => batchNorm(scope, 'bn', x!));
    const frozen = D.frozen();
    frozen(tensor([[0], [2]]));
    frozen.all(tensor([[0], [2]]));
    frozen.with(new Map())(tensor([[0], [2]]));
    expect(advancedStates(t).size).toBe(0);
    D.in('kept', (scope) => scope.advance('count', add(scope.state('count', [], initial.zeros), 1)));
    expect([...evaluate(advancedStates(t).get('D/kept/count')!, { 'D/kept/count': [4] })]).toEqual([5]);
  });

  it('refuses two shapes under one name', () => {
    const D = bindNetwork(trace(), 'D', (scope, x) => dense(scope, 'out', x!, { units: 1 }));
    D(tensor([[1, 2]]));
    expect(() => D(tensor([[1, 2, 3]]))).toThrow(
      /'D\/out\/weight' was made as \[1, 2\] and is asked for as \[1, 3\]/,
    );
  });
});

it('gradientPenalty is the squared distance of the slope from one', () => {
  const t = createTrace('train', 'test', new Map());
  const D = bindNetwork(t, 'D', (_, x) => sum(mul(x!, state('w', [2])), { axes: 1, keep: true }));
  const penalty = gradientPenalty(D, tensor([[0, 0]]), tensor([[1, 1]]), tensor([[0.5]]));
  // D is linear with slope (3, 4), whose norm is 5.
  expect(evaluate(penalty, { w: [3, 4] })[0]).toBeCloseTo(16, 10);
});
