import { describe, expect, it } from 'vitest';
import { OBJECTIVES } from '../../src/gan/controls/objectives.ts';
import { toolboxPhases } from '../../src/gan/toolbox/phases.ts';
import { TOOLBOX_DEFAULTS, type ToolboxConfig } from '../../src/gan/toolbox/settings.ts';
import { type GameInputs, type Players, plainCasting } from '../../src/gan/toolbox/values.ts';
import { bindNetwork, createTrace } from '../../src/gan/trace.ts';
import { concat, grad, softplus, type Tensor, tensor } from '../../src/graph/index.ts';
import { interpret } from '../../src/graph/interpreter.ts';
import { dense } from '../../src/nn/index.ts';
import type { NetworkFunction } from '../../src/nn/scope.ts';
import { relativeError } from './compare.ts';
import { readFixture } from './fixture.ts';

/*
 * What the settings make of the formulas: the loss of a phase on two fixed networks, and its gradient in every weight it trains,
 * against sums of PyTorch's values in float64. That each formula by itself is right, toolbox.test.ts shows.
 */

const fixture = readFixture('toolbox');
const TOLERANCE = 1e-9;
const BATCH = 6;
const stored = (name: string, dtype: 'float32' | 'int32' = 'float32'): Tensor =>
  tensor(fixture.get(`input/${name}`).data, fixture.get(`input/${name}`).shape, dtype);

const generator: NetworkFunction = (scope, z) =>
  dense(scope, 'out', dense(scope, 'fc1', z!, { units: 5 }).tanh(), { units: 4 });
const critic: NetworkFunction = (scope, x) => {
  const features = softplus(dense(scope, 'fc1', x!, { units: 5 }));
  scope.result('features', features);
  return dense(scope, 'out', features, { units: 1 });
};
/** The same with a fixed answer to which class an example is of. */
const classifyingCritic: NetworkFunction = (scope, x) => {
  const logits = stored('logits');
  scope.result('classes', x!.shape[0] === BATCH ? logits : concat([logits, logits], 0));
  return critic(scope, x!);
};
/** Judges the mean of two examples. */
const packedCritic: NetworkFunction = (scope, x) => critic(scope, x!.reshape([3, 2, 4]).mean({ axes: 1 }));

interface Case {
  settings: Partial<ToolboxConfig>;
  phase?: 'critic' | 'critic-penalty' | 'generator' | 'path-length';
  /** What the loss is made of: how often it has each of the fixture's values. */
  parts: Record<string, number>;
}

const game = { 'critic/non-saturating': 1 };
const penalty = (settings: Partial<ToolboxConfig>, parts: Record<string, number>): Case => ({
  settings: { lambda: 5, ...settings },
  parts: { ...game, ...parts },
});

const cases: Case[] = [
  ...OBJECTIVES.flatMap((objective): Case[] =>
    (['critic', 'generator'] as const).map((phase) => ({
      settings: { objective, leastSquares: [-1, 1, 0.5] },
      phase,
      parts: { [`${phase}/${objective}`]: 1 },
    })),
  ),
  penalty({ gradientPenalty: 'two-sided' }, { twoSided: 5 }),
  penalty({ gradientPenalty: 'two-sided', penaltyTarget: 0.3 }, { target: 5 }),
  penalty({ gradientPenalty: 'one-sided', penaltyTarget: 0.7 }, { oneSided: 5 }),
  penalty({ gradientPenalty: 'two-sided', penaltyAt: 'real' }, { atReal: 5 }),
  penalty({ gradientPenalty: 'two-sided', penaltyAt: 'fake' }, { atFake: 5 }),
  penalty({ gradientPenalty: 'dragan' }, { dragan: 5 }),
  penalty({ r1: 1.5 }, { r1: 1 }),
  penalty({ r2: 1.5 }, { r2: 1 }),
  penalty({ r1: 3, r2: 1.5, gradientPenalty: 'two-sided' }, { r1: 2, r2: 1, twoSided: 5 }),
  penalty({ drift: 0.5 }, { drift: 0.5 }),
  penalty({ criticOrthogonal: 0.2 }, { criticOrthogonal: 0.2 }),
  penalty({ r1: 1.5, penaltyEvery: 4 }, {}),
  { settings: { r1: 1.5, penaltyEvery: 4 }, phase: 'critic-penalty', parts: { r1: 1 } },
  {
    settings: { r2: 1.5, gradientPenalty: 'dragan', lambda: 2, penaltyEvery: 4, criticSteps: 3 },
    phase: 'critic-penalty',
    parts: { r2: 3, dragan: 6 },
  },
  { settings: { realLabel: 0.9 }, parts: { 'critic/smoothed': 1 } },
  { settings: { labelFlip: 0.25 }, parts: { 'critic/flipped': 1 } },
  { settings: { condition: 'auxiliary', auxiliaryWeight: 0.5 }, parts: { ...game, auxiliary: 1 } },
  {
    settings: { condition: 'auxiliary', auxiliaryWeight: 0.5 },
    phase: 'generator',
    parts: { 'generator/non-saturating': 1, auxiliary: 0.5 },
  },
  {
    settings: { orthogonal: 0.2 },
    phase: 'generator',
    parts: { 'generator/non-saturating': 1, orthogonal: 0.2 },
  },
  { settings: { featureMatching: true }, phase: 'generator', parts: { featureMatching: 1 } },
  {
    settings: { unrolled: 2, optimizer: 'sgd', b1: 0 },
    phase: 'generator',
    parts: { unrolledGame: 1 },
  },
  { settings: { pathLength: 2 }, phase: 'path-length', parts: { pathLength: 2 } },
];

/** Stored weights, the unrolled critic's learning rate, and the running mean of path lengths. */
const leaf = (name: string): ArrayLike<number> | undefined => {
  if (name === 'lr/D') return [0.1];
  if (name === 'G/pathLength/mean') return [2];
  return fixture.tensors.get(`weight/${name}`)?.data;
};

/** A phase's loss and charts, and the gradients of its loss in the weights it trains, by name. */
function played(
  settings: Partial<ToolboxConfig>,
  name: string,
  { D, criticNorm = 'none' }: { D: NetworkFunction; criticNorm?: string },
) {
  const trace = createTrace('train', 'reference', new Map());
  const players = { G: bindNetwork(trace, 'G', generator), D: bindNetwork(trace, 'D', D) };
  const config = { ...TOOLBOX_DEFAULTS, batch: BATCH, ...settings };
  const facts = { criticNorm, generatorBatchNorm: false };
  const phase = toolboxPhases<Players, GameInputs>(config, facts, plainCasting).find(
    (each) => each.name === name,
  )!;
  const { loss, ...charts } = phase.step(players, {
    real: stored('real'),
    z: stored('z'),
    mix: stored('mix'),
    around: stored('around'),
    direction: stored('direction'),
    flipReal: stored('flipReal'),
    flipFake: stored('flipFake'),
    label: stored('label', 'int32'),
  });
  const trained = [...trace.params].filter(([key]) =>
    [phase.trains].flat().some((network) => key.startsWith(`${network}/`)),
  );
  const gradients = grad(
    loss,
    trained.map(([, weight]) => weight),
  );
  return { loss, charts, names: trained.map(([key]) => key), gradients };
}

/** The sum of the fixture's values, or of their gradients in one weight; PyTorch stores none where there is no dependence. */
function expected(parts: Record<string, number>, what: string, size: number): number[] {
  const total = new Array<number>(size).fill(0);
  for (const [name, times] of Object.entries(parts)) {
    const data = fixture.tensors.get(`${name}/${what}`)?.data ?? [];
    for (const [i, value] of data.entries()) total[i]! += times * value;
  }
  return total;
}

const described = ({ settings, phase = 'critic' }: Case): string =>
  `${phase} with ${JSON.stringify(settings)}`;

describe.each(['none', 'batch'])(
  "the critic's norm is %s, by which it sees both sides at once or apart",
  (criticNorm) => {
    it.each(cases.map((each) => [described(each), each] as const))(
      '%s',
      (_, { settings, phase = 'critic', parts }) => {
        const D = settings.condition === 'auxiliary' ? classifyingCritic : critic;
        const { loss, names, gradients } = played(settings, phase, { D, criticNorm });
        const [value, ...slopes] = interpret([loss, ...gradients])(leaf);
        expect(relativeError(value!, expected(parts, 'value', 1))).toBeLessThan(TOLERANCE);
        expect(names.length).toBeGreaterThan(0);
        names.forEach((key, i) => {
          const slope = slopes[i]!;
          expect(relativeError(slope, expected(parts, `grad/${key}`, slope.length)), key).toBeLessThan(
            TOLERANCE,
          );
        });
      },
    );
  },
);

it('a penalty on packs is on the gradient over the whole pack, between packs of one mix', () => {
  const settings = { packing: 2, gradientPenalty: 'two-sided' } as const;
  const { charts } = played(settings, 'critic', { D: packedCritic });
  const [value] = interpret([charts.penalty!])(leaf);
  expect(relativeError(value!, expected({ packedPenalty: 1 }, 'value', 1))).toBeLessThan(TOLERANCE);
});

it('every value of the fixture is part of a phase here, but for those that are parts of others', () => {
  const values = [...fixture.tensors.keys()].filter((key) => key.endsWith('/value'));
  const used = new Set([...cases.flatMap(({ parts }) => Object.keys(parts)), 'packedPenalty', 'unrolled']);
  expect(values.map((key) => key.slice(0, -'/value'.length)).filter((name) => !used.has(name))).toEqual([]);
});
