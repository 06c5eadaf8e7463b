import { relu, tanh } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/movement.ts';
import { sum } from '../graph/ops/reduce.ts';
import { concat, slice } from '../graph/ops/slicing.ts';
import type { Tensor } from '../graph/tensor.ts';
import { batchNorm } from './batchNorm.ts';
import { bigganPlan, type Stage } from './bigganPlan.ts';
import { residualBlock } from './blocks.ts';
import { downBottleneck, upBottleneck } from './bottleneck.ts';
import { projectedBatchNorm } from './conditionalBatchNorm.ts';
import { conv2d } from './conv.ts';
import type { CriticParts } from './critic.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';
import type { Norm } from './norms.ts';
import type { WeightOptions } from './parameters.ts';
import type { Initializer, NetworkFunction, Scope } from './scope.ts';
import { selfAttention } from './selfAttention.ts';

export interface BigganOptions {
  /** Channels, height and width of an image; square, of a side that `bigganPlan` knows. */
  image: readonly number[];
  /** Channels are multiples of it. */
  width: number;
  /** Sides of the maps that self-attention follows, in either network. */
  attention: readonly number[];
  /** Bottleneck blocks in a stage, as in BigGAN-deep; 0 for one plain residual block. Default 0. */
  deep?: number;
  /** Initial values of every layer, and spectral norm. */
  weights: WeightOptions;
}

export interface BigganGeneratorOptions extends BigganOptions {
  /** Classes, or 0 for none. */
  classes: number;
  /** Numbers of the embedding of a class that all layers share. */
  embedding: number;
  /** Initial embedding. */
  embeddingInit: Initializer;
}

/**
 * The generator of BigGAN (Brock et al. 2019, arXiv:1809.11096, appendix B, figures 15 and 16): latent [B, Z] and labels [B] to
 * images [B, C, S, S] in [-1, 1]. The latent is cut in equal parts, one for the first layer and one for each block, which its
 * batch norms see beside the class; with `deep`, all layers see the whole latent. Without classes, the parts alone.
 */
export const bigganGenerator =
  (options: BigganGeneratorOptions): NetworkFunction =>
  (scope, z, label) => {
    const { classes, deep = 0, weights } = options;
    const code =
      classes > 0
        ? embedding(scope, 'class', label!, {
            count: classes,
            features: options.embedding,
            init: options.embeddingInit,
          })
        : undefined;
    // The authors' code has the class before the latent in deep networks and in the norms of plain ones.
    const withClass = (part: Tensor) => (code ? concat([code, part], 1) : part);
    const normBy =
      (condition: Tensor): Norm =>
      (scope, name, x) =>
        projectedBatchNorm(scope, name, x, condition, weights);
    if (deep > 0) {
      const whole = withClass(z!);
      return synthesis(scope, whole, options, () => normBy(whole));
    }
    const [first, ...parts] = split(z!, bigganPlan(options.image[1]!).generator.length + 1);
    return synthesis(scope, first!, options, (stage) => normBy(withClass(parts[stage]!)));
  };

/** Equal parts along the second axis. */
function split(z: Tensor, count: number): Tensor[] {
  const length = z.shape[1]! / count;
  return Array.from({ length: count }, (_, i) => slice(z, 1, i * length, (i + 1) * length));
}

/**
 * The generator of SAGAN (Zhang et al. 2019, arXiv:1805.08318): the same stages, with the whole latent in the first layer alone and
 * a norm of one's own, such as one that knows the class.
 */
export const saganGenerator =
  ({ norm, ...options }: BigganOptions & { norm: Norm }): NetworkFunction =>
  (scope, z) =>
    synthesis(scope, z!, options, () => norm);

/** From the first layer's input [B, F] to images: a first map, blocks that double it, norm, ReLU, convolution, tanh. */
function synthesis(
  scope: Scope,
  input: Tensor,
  options: BigganOptions,
  normOf: (stage: number) => Norm,
): Tensor {
  const { image, width, deep = 0, weights } = options;
  const { first, generator } = bigganPlan(image[1]!);
  const { side } = first;
  const channels = first.channels * width;
  const vector = dense(scope, 'linear', input, { ...weights, units: channels * side * side });
  let x = reshape(vector, [input.shape[0]!, channels, side, side]);
  generator.forEach((stage, i) => {
    const own = { ...weights, norm: normOf(i) };
    const channels = stage.channels * width;
    if (deep === 0)
      x = residualBlock(scope, `block${i}`, x, { ...own, channels, bias: true, resample: 'up' });
    for (let k = 0; k < deep; k++) {
      // All but the last keep the channels, and the last one doubles.
      const last = k === deep - 1;
      const block = { ...own, channels: last ? channels : x.shape[1]!, resample: last };
      x = upBottleneck(scope, `block${i}/${k}`, x, block);
    }
    x = attended(scope, x, stage, options);
  });
  const last = relu(batchNorm(scope, 'norm', x));
  return tanh(conv2d(scope, 'out', last, { ...weights, channels: image[0]!, kernel: 3, padding: 1 }));
}

const attended = (scope: Scope, x: Tensor, { side }: Stage, { attention, weights }: BigganOptions): Tensor =>
  attention.includes(side) ? selfAttention(scope, `attention${side}`, x, weights) : x;

/**
 * The critic of BigGAN and SAGAN: images [B, C, S, S] to features [B, F], the sums over places of the last map behind ReLU, and on to
 * scores [B, 1].
 */
export function bigganCritic(options: BigganOptions): CriticParts {
  const { image, deep = 0, weights } = options;
  const { critic, deepCritic } = bigganPlan(image[1]!);
  return {
    ...(weights.init ? { init: weights.init } : {}),
    features: (scope, x) =>
      deep > 0
        ? analysis(scope, stem(scope, x!, options), deepCritic.stages, options, bottlenecks)
        : analysis(scope, x!, critic, options, plainBlock),
    score: (scope, features) => dense(scope, 'out', features!, { ...weights, units: 1 }),
  };
}

type CriticBlock = (scope: Scope, x: Tensor, index: number, stage: Stage, options: BigganOptions) => Tensor;

/** Stages of blocks, then the sum over places: to [B, F]. */
function analysis(
  scope: Scope,
  image: Tensor,
  stages: readonly Stage[],
  options: BigganOptions,
  block: CriticBlock,
): Tensor {
  const x = stages.reduce((before, stage, i) => {
    const after = block(scope, before, i, stage, options);
    // Of several stages of one side the first alone: the published table names each side once.
    return stages.findIndex(({ side }) => side === stage.side) === i
      ? attended(scope, after, stage, options)
      : after;
  }, image);
  return sum(relu(x), { axes: [2, 3] });
}

/** The first block takes the picture without a ReLU before it. */
const plainBlock: CriticBlock = (scope, x, index, { channels, resample }, { width, weights }) =>
  residualBlock(scope, `block${index}`, x, {
    ...weights,
    channels: channels * width,
    norm: 'none',
    resample: resample ? 'down' : 'none',
    preactivation: index > 0,
  });

/** The first of a stage halves. */
const bottlenecks: CriticBlock = (scope, x, index, { channels, resample }, { width, deep = 0, weights }) =>
  Array.from({ length: deep }).reduce<Tensor>(
    (before, _, k) =>
      downBottleneck(scope, `block${index}/${k}`, before, {
        ...weights,
        channels: channels * width,
        resample: resample && k === 0,
      }),
    x,
  );

/** In deep critics, a convolution of the picture comes before all blocks. */
const stem = (scope: Scope, image: Tensor, { image: [, side], width, weights }: BigganOptions): Tensor =>
  conv2d(scope, 'in', image, {
    ...weights,
    channels: bigganPlan(side!).deepCritic.stem * width,
    kernel: 3,
    padding: 1,
  });
