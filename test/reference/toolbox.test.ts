import { describe, expect, it } from 'vitest';
import { classLoss } from '../../src/gan/controls/auxiliary.ts';
import { colour, cutout, translate } from '../../src/gan/controls/diffAugment.ts';
import { featureMatchingLoss } from '../../src/gan/controls/featureMatching.ts';
import {
  around,
  gradientPenalty,
  slopePenalty,
  zeroCentredPenalty,
} from '../../src/gan/controls/gradientPenalties.ts';
import { criticLoss, generatorLoss, OBJECTIVES } from '../../src/gan/controls/objectives.ts';
import { orthogonalPenalty } from '../../src/gan/controls/orthogonal.ts';
import { sharedInPack } from '../../src/gan/controls/packing.ts';
import { pathLengthPenalty, pathLengths } from '../../src/gan/controls/pathLength.ts';
import { unrolled } from '../../src/gan/controls/unroll.ts';
import { bindNetwork, createTrace } from '../../src/gan/trace.ts';
import { grad, softplus, type Tensor, tensor } from '../../src/graph/index.ts';
import { interpret } from '../../src/graph/interpreter.ts';
import { conditionalBatchNorm, dense, minibatchDiscrimination, minibatchStd } from '../../src/nn/index.ts';
import { testScope } from '../../src/nn/scope.testing.ts';
import { sgd } from '../../src/optim/index.ts';
import { relativeError } from './compare.ts';
import { readFixture } from './fixture.ts';

/* Every objective and penalty on two fixed networks, against PyTorch in float64: values and gradients in every weight. */

const fixture = readFixture('toolbox');
const TOLERANCE = 1e-9;
const stored = (name: string): Tensor => tensor(fixture.get(name).data, fixture.get(name).shape);
const given = (name: string): Tensor => stored(`input/${name}`);
const labels = (name: string): Tensor => tensor(fixture.get(name).data, fixture.get(name).shape, 'int32');

const trace = createTrace('train', 'reference', new Map());
const G = bindNetwork(trace, 'G', (scope, z) =>
  dense(scope, 'out', dense(scope, 'fc1', z!, { units: 5 }).tanh(), { units: 4 }),
);
const D = bindNetwork(trace, 'D', (scope, x) => {
  const features = softplus(dense(scope, 'fc1', x!, { units: 5 }));
  scope.result('features', features);
  return dense(scope, 'out', features, { units: 1 });
});

const [real, z, mix] = [given('real'), given('z'), given('mix')];
const fake = G(z);
const scores = { real: D(real), fake: D(fake) };
const features = (x: Tensor) => D.all(x).results.get('features')!;

/** D of the mean of two examples. */
const packedCritic = (x: Tensor): Tensor => D.still(x.reshape([3, 2, 4]).mean({ axes: 1 }));

/** D after two steps of its own. */
const ahead = () =>
  unrolled(D, (critic) => criticLoss(critic(real), critic(fake)), {
    optimizer: sgd({ lr: 0.1 }),
    steps: 2,
  });

const cases: Record<string, () => Tensor> = {
  twoSided: () => gradientPenalty(D, real, fake, mix),
  target: () => gradientPenalty(D, real, fake, mix, { target: 0.3 }),
  oneSided: () => gradientPenalty(D, real, fake, mix, { target: 0.7, oneSided: true }),
  atReal: () => slopePenalty(D.still, real),
  atFake: () => slopePenalty(D.still, fake),
  dragan: () => slopePenalty(D.still, around(real, given('around'))),
  r1: () => zeroCentredPenalty(D.still, real, 1.5),
  r2: () => zeroCentredPenalty(D.still, fake, 1.5),
  packedPenalty: () => {
    const shared = sharedInPack(mix, 2);
    return slopePenalty(packedCritic, real.add(shared.mul(fake.sub(real))));
  },
  drift: () => scores.real.pow(2).mean(),
  orthogonal: () => orthogonalPenalty(G.params()),
  criticOrthogonal: () => orthogonalPenalty(D.params()),
  pathLength: () => pathLengthPenalty(G, pathLengths(fake, z, given('direction'))),
  featureMatching: () => featureMatchingLoss(features(real), features(fake)),
  unrolled: () => generatorLoss(ahead()(fake)),
  unrolledGame: () => {
    const critic = ahead();
    return generatorLoss(critic(fake)).sub(softplus(critic(real).mul(-1)).mean());
  },
  auxiliary: () => classLoss(given('logits'), labels('input/label')),
  'critic/smoothed': () => criticLoss(scores.real, scores.fake, { realTarget: 0.9 }),
  'critic/flipped': () =>
    criticLoss(scores.real, scores.fake, { flipReal: given('flipReal'), flipFake: given('flipFake') }),
  ...Object.fromEntries(
    OBJECTIVES.flatMap((objective) => {
      const options = { objective, leastSquares: [-1, 1, 0.5] };
      return [
        [`critic/${objective}`, () => criticLoss(scores.real, scores.fake, options)],
        [`generator/${objective}`, () => generatorLoss(scores.fake, { ...options, real: scores.real })],
      ];
    }),
  ),
};

/** Stored weights, the unrolled critic's learning rate, and the running mean of path lengths. */
const leaf = (name: string): ArrayLike<number> | undefined => {
  if (name === 'lr/D') return [0.1];
  if (name === 'G/pathLength/mean') return [2];
  return fixture.tensors.get(`weight/${name}`)?.data;
};

describe('the fixture', () => {
  it('has a case for each of ours, and the other way round', () => {
    const suffix = '/value';
    const theirs = [...fixture.tensors.keys()].filter((key) => key.endsWith(suffix));
    expect(theirs.map((key) => key.slice(0, -suffix.length)).sort()).toEqual(Object.keys(cases).sort());
  });
});

it.each(Object.keys(cases))('%s: value and gradients', (name) => {
  const value = cases[name]!();
  const params = [...trace.params];
  const gradients = grad(
    value,
    params.map(([, weight]) => weight),
  );
  const [ours, ...slopes] = interpret([value, ...gradients])(leaf);
  expect(relativeError(ours!, fixture.get(`${name}/value`).data)).toBeLessThan(TOLERANCE);
  params.forEach(([key], i) => {
    // PyTorch stores none where the value does not depend on the weight.
    const theirs = fixture.tensors.get(`${name}/grad/${key}`)?.data ?? slopes[i]!.map(() => 0);
    expect(relativeError(slopes[i]!, theirs), key).toBeLessThan(TOLERANCE);
  });
});

describe('layers that look at the batch', () => {
  const expectOutput = (name: string, tensors: readonly [string, Tensor][], values: Float64Array[]) => {
    tensors.forEach(([key], i) => {
      expect(relativeError(values[i]!, fixture.get(`${name}/${key}`).data), key).toBeLessThan(TOLERANCE);
    });
  };

  it('minibatch discrimination', () => {
    const scope = testScope();
    const x = stored('discrimination/input');
    const output = minibatchDiscrimination(scope, 'minibatch', x, { kernels: 2, dimensions: 3 });
    const weight = scope.params.get('N/minibatch/weight')!;
    const slopes = grad(output.mul(stored('discrimination/cotangent')).sum(), [x, weight]);
    const tensors: [string, Tensor][] = [
      ['output', output],
      ['grad/input', slopes[0]!],
      ['grad/weight', slopes[1]!],
    ];
    const kernels = { 'N/minibatch/weight': fixture.get('input/kernels').data };
    expectOutput(
      'discrimination',
      tensors,
      scope.evaluate(
        tensors.map(([, t]) => t),
        kernels,
      ),
    );
  });

  it('minibatch standard deviation', () => {
    const x = stored('deviation/input');
    const output = minibatchStd(x, { group: 3 });
    const [slope] = grad(output.mul(stored('deviation/cotangent')).sum(), [x]);
    const tensors: [string, Tensor][] = [
      ['output', output],
      ['grad/input', slope!],
    ];
    expectOutput('deviation', tensors, interpret([output, slope!])(leaf));
  });

  it('conditional batch norm', () => {
    const scope = testScope();
    const output = conditionalBatchNorm(
      scope,
      'bn',
      stored('conditional/input'),
      labels('conditional/label'),
      {
        classes: 2,
      },
    );
    const tables = {
      'N/bn/scale/weight': fixture.get('conditional/scale').data,
      'N/bn/shift/weight': fixture.get('conditional/shift').data,
    };
    expectOutput('conditional', [['output', output]], scope.evaluate([output], tables));
  });
});

describe('differentiable augmentation', () => {
  const images = given('images');
  const numbers = (i: number) => tensor(fixture.get('input/u').data.slice(2 * i, 2 * i + 2), [2, 1, 1, 1]);
  const [brightness, saturation, contrast, down, right, row, column] = [0, 1, 2, 3, 4, 5, 6].map(numbers);
  const augmented: Record<string, Tensor> = {
    colour: colour(images, brightness!, saturation!, contrast!),
    translation: translate(images, down!, right!),
    cutout: cutout(images, row!, column!),
  };

  it.each(Object.keys(augmented))('%s, and its gradient', (name) => {
    const output = augmented[name]!;
    const [slope] = grad(output.mul(stored(`${name}/cotangent`)).sum(), [images]);
    const [ours, ourSlope] = interpret([output, slope!])(leaf);
    expect(relativeError(ours!, fixture.get(`${name}/output`).data)).toBeLessThan(TOLERANCE);
    expect(relativeError(ourSlope!, fixture.get(`${name}/grad/input`).data)).toBeLessThan(TOLERANCE);
  });
});
