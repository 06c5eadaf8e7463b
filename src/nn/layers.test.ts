import { describe, expect, it } from 'vitest';
import { relativeError } from '../../test/reference/compare.ts';
import { readFixture } from '../../test/reference/fixture.ts';
import { grad, input, mul, type Tensor, tensor } from '../graph/index.ts';
import { batchNorm } from './batchNorm.ts';
import { conv2d, convTranspose2d, type PerAxis } from './conv.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { groupNorm } from './groupNorm.ts';
import { instanceNorm } from './instanceNorm.ts';
import { layerNorm } from './layerNorm.ts';
import { pixelNorm } from './pixelNorm.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

/** Settings of a case: those of its kind. Channels are read off the weight. */
interface Case {
  kind: string;
  stride: PerAxis;
  padding: PerAxis;
  dilation: PerAxis;
  outputPadding: PerAxis;
  groups: number;
  eps: number;
  momentum: number;
  training: boolean;
  layer: 'dense' | 'conv' | 'transposedConv';
  probability: number;
}

const reference = readFixture('layers');
const settings = reference.settings as unknown as { cases: Record<string, Case> };

/** The layer of a case as this project writes it, named `layer`. */
const layers: Record<string, (scope: Scope, x: Tensor, settings: Case, weight: readonly number[]) => Tensor> =
  {
    dense: (scope, x, _, [units]) => dense(scope, 'layer', x, { units: units! }),
    embedding: (scope, x, _, [count, features]) =>
      embedding(scope, 'layer', x, { count: count!, features: features! }),
    conv: (scope, x, { stride, padding, dilation, groups }, [channels, , ...kernel]) =>
      conv2d(scope, 'layer', x, {
        channels: channels!,
        kernel: both(kernel),
        stride,
        padding,
        dilation,
        groups,
      }),
    transposedConv: (scope, x, { kind: _, ...settings }, [, perGroup, ...kernel]) =>
      convTranspose2d(scope, 'layer', x, {
        channels: perGroup! * settings.groups,
        kernel: both(kernel),
        ...settings,
      }),
    batchNorm: (scope, x, { momentum, eps }) => batchNorm(scope, 'layer', x, { momentum, eps }),
    layerNorm: (scope, x, { eps }) => layerNorm(scope, 'layer', x, { eps }),
    layerNormChannels: (scope, x, { eps }) => layerNorm(scope, 'layer', x, { eps }),
    groupNorm: (scope, x, { groups, eps }) => groupNorm(scope, 'layer', x, { groups, eps }),
    instanceNorm: (scope, x, { eps }) => instanceNorm(scope, 'layer', x, { eps, affine: true }),
    pixelNorm: (_, x, { eps }) => pixelNorm(x, { eps }),
    spectralNorm: (scope, x, { layer, stride, eps }, [rows, columns, ...kernel]) => {
      const spectralNorm = { eps };
      if (layer === 'dense') return dense(scope, 'layer', x, { units: rows!, spectralNorm });
      const shared = { kernel: both(kernel), stride, spectralNorm };
      return layer === 'conv'
        ? conv2d(scope, 'layer', x, { channels: rows!, ...shared })
        : convTranspose2d(scope, 'layer', x, { channels: columns!, ...shared });
    },
    dropout: (scope, x, { probability }) => dropout(scope, 'layer', x, { probability }),
  };

const both = ([height, width]: readonly number[]): [number, number] => [height!, width!];

// The reference also holds cases of operations without a layer, such as resizing.
const cases = Object.entries(settings.cases).filter(([, { kind }]) => kind in layers);

it('finds every layer in the reference', () => {
  expect(new Set(cases.map(([, { kind }]) => kind))).toEqual(new Set(Object.keys(layers)));
});

describe.each(cases)('%s equals PyTorch', (name, settings) => {
  const params = reference.under(`${name}/param/`);
  const isIndex = settings.kind === 'embedding';
  const x = input('x', reference.get(`${name}/input`).shape, isIndex ? 'int32' : 'float32');
  const scope = testScope(settings.training === false ? 'sample' : 'train');
  const output = layers[settings.kind]!(scope, x, settings, params.get('weight')?.shape ?? []);
  const cotangent = reference.get(`${name}/cotangent`);

  const given: Record<string, Float64Array> = { x: reference.get(`${name}/input`).data };
  for (const [key, { data }] of params) given[`N/layer/${key}`] = data;
  for (const [key, { data }] of reference.under(`${name}/state/`)) {
    given[key === 'mask' ? 'N/layer/mask#0' : `N/layer/${key}`] = data;
  }
  const expectEqual = (actual: readonly Tensor[], expected: readonly string[]) => {
    const values = scope.evaluate(actual, given);
    expected.forEach((key, i) => {
      const { shape, data } = reference.get(`${name}/${key}`);
      expect(actual[i]!.shape, key).toEqual(shape);
      expect(relativeError(values[i]!, data), key).toBeLessThan(1e-12);
    });
  };

  it('in its output', () => {
    expectEqual([output], ['output']);
  });

  it('in its gradients', () => {
    const leaves = [...params.keys()].map((key): [string, Tensor] => [
      key,
      scope.params.get(`N/layer/${key}`)!,
    ]);
    if (!isIndex) leaves.push(['input', x]);
    const loss = mul(output, tensor(cotangent.data, cotangent.shape)).sum();
    const gradients = grad(
      loss,
      leaves.map(([, leaf]) => leaf),
    );
    expectEqual(
      gradients,
      leaves.map(([key]) => `grad/${key}`),
    );
  });

  it('in the states it leaves behind', () => {
    const states = [...scope.states].map(([fullName, value]): [string, Tensor] => [
      fullName.replace('N/layer/', 'after/'),
      value,
    ]);
    expectEqual(
      states.map(([, value]) => value),
      states.map(([key]) => key),
    );
  });

  it('in the names of its parameters', () => {
    const own = [...scope.params.keys()].map((fullName) => fullName.replace('N/layer/', ''));
    expect(new Set(own)).toEqual(new Set(params.keys()));
  });
});
