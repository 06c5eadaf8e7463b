import type { DataShape } from '../../base/dataShape.ts';
import { add } from '../../graph/ops/elementwise.ts';
import { gather } from '../../graph/ops/gather.ts';
import { flatten, reshape } from '../../graph/ops/movement.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { concat } from '../../graph/ops/slicing.ts';
import { OPEN, sizeOf } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { conditionalBatchNorm } from '../../nn/conditionalBatchNorm.ts';
import type { CriticParts } from '../../nn/critic.ts';
import { dense } from '../../nn/dense.ts';
import { embedding } from '../../nn/embedding.ts';
import { pytorchDefault } from '../../nn/initializers.ts';
import { minibatchDiscrimination, minibatchStd } from '../../nn/minibatch.ts';
import type { Norm } from '../../nn/norms.ts';
import type { Initializer, NetworkFunction, Scope } from '../../nn/scope.ts';
import { spectralNorm } from '../../nn/spectralNorm.ts';
import { adaAugment } from '../controls/ada/adapt.ts';
import { diffAugment } from '../controls/diffAugment.ts';
import { instanceNoise } from '../controls/instanceNoise.ts';
import { pack } from '../controls/packing.ts';
import type { ToolboxConfig } from './settings.ts';

/**
 * A system's critic with the toolbox's controls around its features: noise, augmentation, packing and the class before them,
 * minibatch layers and class heads behind them. Takes examples [B, ...] and labels [B]; gives scores [B / packing, 1], and as
 * results `features` and, with an auxiliary classifier, `classes` [B, K].
 */
export const toolboxCritic =
  (
    c: ToolboxConfig,
    data: DataShape,
    { features, score, init = pytorchDefault }: CriticParts,
  ): NetworkFunction =>
  (scope, x, label) => {
    const seen = whatCriticSees(scope, c, x!);
    const told = c.condition === 'concat' ? withClass(scope, c, seen, label!, data) : seen;
    const own = features(scope, told);
    scope.result('features', own);
    const all = withBatch(scope, c, own);
    const verdict = score(scope, all);
    const classes = data.classes.length;
    if (c.condition === 'auxiliary') {
      scope.result(
        'classes',
        dense(scope, 'classes', flatten(own), { units: classes, spectralNorm: c.spectralNorm }),
      );
    }
    if (c.condition === 'projection')
      return add(verdict, projection(scope, c, own, label!, { classes, init }));
    return verdict;
  };

/** Noise first, then what augmentations make of it, then packs. */
function whatCriticSees(scope: Scope, c: ToolboxConfig, x: Tensor): Tensor {
  const noisy = c.instanceNoise > 0 ? instanceNoise(scope, x) : x;
  const augmented = c.augment.length > 0 ? diffAugment(scope, noisy, c.augment) : noisy;
  const adapted = c.ada.length > 0 ? adaAugment(scope, augmented, c) : augmented;
  return pack(adapted, c.packing);
}

/**
 * The class beside the example (Mirza and Osindero 2014, arXiv:1411.1784, figure 1): an embedding joined to a vector, or, for
 * pictures, an embedding of the picture's size as one more channel.
 */
function withClass(scope: Scope, c: ToolboxConfig, x: Tensor, label: Tensor, data: DataShape): Tensor {
  const [batch, , ...sides] = x.shape as [number, number, ...number[]];
  const features = sides.length > 0 ? sizeOf(sides) : c.embedding;
  const code = embedding(scope, 'class', label, { count: data.classes.length, features });
  return concat([x, sides.length > 0 ? reshape(code, [batch, 1, ...sides]) : code], 1);
}

/** Features with what the batch tells about variety. */
function withBatch(scope: Scope, c: ToolboxConfig, features: Tensor): Tensor {
  const [batch] = features.shape as [number];
  // A batch of open size is no group of any size.
  const group = batch === OPEN ? c.minibatchStd : Math.min(c.minibatchStd, batch);
  const withStd = group > 0 ? minibatchStd(features, { group }) : features;
  if (c.minibatchDiscrimination === 0) return withStd;
  return minibatchDiscrimination(scope, 'minibatch', flatten(withStd), {
    kernels: c.minibatchDiscrimination,
  });
}

/**
 * Projection: the inner product of the class's embedding and the features phi(x) (Miyato and Koyama 2018, arXiv:1802.05637,
 * equation 3). Features are flattened, as the score takes them; the paper's deeper networks sum them over places first. [B, 1]
 */
function projection(
  scope: Scope,
  c: ToolboxConfig,
  features: Tensor,
  label: Tensor,
  { classes, init }: { classes: number; init: Initializer },
): Tensor {
  const vector = flatten(features);
  const table = scope.in('projection', (scope) => {
    const weight = scope.param('weight', [classes, vector.shape[1]!], init);
    return c.spectralNorm ? spectralNorm(scope, weight) : weight;
  });
  return sum(gather(table, label).mul(vector), { axes: 1, keep: true });
}

/**
 * A system's generator, with the class beside z as an embedding, or in its batch norm. `make` gives the network for a
 * normalisation, the system's own by default. Takes z [B, Z] and labels [B].
 */
export const toolboxGenerator = (
  c: ToolboxConfig,
  data: DataShape,
  make: (norm?: Norm) => NetworkFunction,
): NetworkFunction => {
  const classes = data.classes.length;
  if (c.condition === 'none') return (scope, z) => make()(scope, z!);
  if (c.generatorCondition === 'batch-norm') {
    return (scope, z, label) => {
      const norm: Norm = (scope, name, x) => conditionalBatchNorm(scope, name, x, label!, { classes });
      return make(norm)(scope, z!);
    };
  }
  return (scope, z, label) => {
    const code = embedding(scope, 'class', label!, { count: classes, features: c.embedding });
    return make()(scope, concat([z!, code], 1));
  };
};
