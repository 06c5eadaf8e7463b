import { readFixture } from '../../test/reference/fixture.ts';
import { batchNorm } from './batchNorm.ts';
import { conv2d, convTranspose2d, type PerAxis } from './conv.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { groupNorm } from './groupNorm.ts';
import { instanceNorm } from './instanceNorm.ts';
import { layerNorm } from './layerNorm.ts';
import { type CaseLayer, describeLayers } from './layers.testing.ts';
import { pixelNorm } from './pixelNorm.ts';

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

const layers: Record<string, CaseLayer<Case>> = {
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

describeLayers(reference, layers);
