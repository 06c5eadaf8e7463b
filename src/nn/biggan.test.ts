import { describe, expect, it } from 'vitest';
import { relativeError } from '../../test/reference/compare.ts';
import { readFixture } from '../../test/reference/fixture.ts';
import { grad, input, mul, type Tensor, tensor } from '../graph/index.ts';
import { attentionSides, bigganPlan } from './bigganPlan.ts';
import { residualBlock } from './blocks.ts';
import { downBottleneck, upBottleneck } from './bottleneck.ts';
import { projectedBatchNorm } from './conditionalBatchNorm.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';
import { selfAttention } from './selfAttention.ts';

/* The parts of SAGAN and BigGAN against PyTorch in float64, output and gradients. */

const reference = readFixture('biggan-layers');
const { cases } = reference.settings as unknown as {
  cases: Record<string, { kind: string; channels: number }>;
};

const layers: Record<string, (scope: Scope, x: Tensor, channels: number, name: string) => Tensor> = {
  selfAttention: (scope, x) => selfAttention(scope, 'layer', x),
  projectedBatchNorm: (scope, x, _, name) => {
    const { shape, data } = reference.get(`${name}/state/condition`);
    return projectedBatchNorm(scope, 'layer', x, tensor(data, shape));
  },
  up: (scope, x, channels) => residualBlock(scope, 'layer', x, { channels, bias: true, resample: 'up' }),
  firstDown: (scope, x, channels) =>
    residualBlock(scope, 'layer', x, { channels, norm: 'none', resample: 'down', preactivation: false }),
  upDeep: (scope, x, channels) =>
    upBottleneck(scope, 'layer', x, { channels, norm: 'batch', resample: true }),
  downDeep: (scope, x, channels) => downBottleneck(scope, 'layer', x, { channels, resample: true }),
};

it('every part is in the reference', () => {
  expect(Object.values(cases).map(({ kind }) => kind)).toEqual(Object.keys(layers));
});

it.each(Object.entries(cases))('%s equals PyTorch', (name, { kind, channels }) => {
  const params = reference.under(`${name}/param/`);
  const x = input('x', reference.get(`${name}/input`).shape);
  const scope = testScope();
  const output = layers[kind]!(scope, x, channels, name);
  expect([...scope.params.keys()].map((key) => key.slice('N/layer/'.length)).sort()).toEqual(
    [...params.keys()].sort(),
  );

  const { shape, data } = reference.get(`${name}/cotangent`);
  const leaves = [...params.keys()].map((key) => scope.params.get(`N/layer/${key}`)!);
  const slopes = grad(mul(output, tensor(data, shape)).sum(), [x, ...leaves]);
  const given: Record<string, Float64Array> = { x: reference.get(`${name}/input`).data };
  for (const [key, { data }] of params) given[`N/layer/${key}`] = data;
  const values = scope.evaluate([output, ...slopes], given);
  ['output', 'grad/input', ...[...params.keys()].map((key) => `grad/${key}`)].forEach((key, i) => {
    expect(relativeError(values[i]!, reference.get(`${name}/${key}`).data), key).toBeLessThan(1e-11);
  });
});

describe('selfAttention', () => {
  it('begins as the identity', () => {
    const scope = testScope();
    const x = tensor(
      Float64Array.from({ length: 2 * 8 * 16 }, (_, i) => Math.sin(i)),
      [2, 8, 4, 4],
    );
    const [after, before] = scope.evaluate([selfAttention(scope, 'attention', x), x]);
    expect(after).toEqual(before);
  });

  it('refuses channels that have no eighth', () => {
    expect(() => selfAttention(testScope(), 'attention', input('x', [2, 12, 4, 4]))).toThrow(
      'selfAttention: queries have an eighth of the channels, so 12 must be a multiple of 8',
    );
  });
});

it('the stages of small and of published networks', () => {
  expect(bigganPlan(128).generator.map(({ channels, side }) => [channels, side])).toEqual([
    [16, 8],
    [8, 16],
    [4, 32],
    [2, 64],
    [1, 128],
  ]);
  expect(bigganPlan(128).critic.map(({ side }) => side)).toEqual([64, 32, 16, 8, 4, 4]);
  expect(bigganPlan(28).critic.map(({ side }) => side)).toEqual([14, 7, 7, 7]);
  expect(attentionSides(32)).toEqual([32, 16, 8]);
});
